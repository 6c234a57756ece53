"""Keeps what libraries print while they are imported from the terminal."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_standard_error() -> Iterator[None]:
    """Drop what is written to file descriptor 2 meanwhile; exceptions pass as ever.

    TensorFlow 2.21 writes from C++ that oneDNN is on, and that its log is not set up yet, before
    it reads ``TF_CPP_MIN_LOG_LEVEL``; the one setting that stops it switches oneDNN off.
    """
    sys.stderr.flush()
    saved = os.dup(2)
    try:
        with open(os.devnull, "wb") as null:  # noqa: PTH123  # a device, not a path of ours
            os.dup2(null.fileno(), 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
