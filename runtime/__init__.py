"""The service: one ONNX graph behind a slim HTTP application. All that is deployed."""

import os

# Both are read when a library is imported, so they are set before any module of ours imports one.
# onnxruntime reports its use to Microsoft unless this is set.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
# numpy's BLAS starts a thread for each core, and nothing here uses them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
