"""A function that imports onnxruntime and does nothing: what no graph can go below."""

import os

# As the service does: numpy's BLAS starts a thread for each core when it is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import onnxruntime  # noqa: F401  # after the setting, and for its cost alone


def handler(event: object, context: object) -> object:
    """Answer with the event."""
    return event
