"""Keeps a process on one core for a while."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Keep this thread on a core meanwhile: processes that it starts inherit that.

    Python 3.12 and newer warn of `preexec_fn` where there are other threads, as those of tqdm.

    Args:
        core: its number; None leaves it where it is.
    """
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
