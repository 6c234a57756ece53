"""The service: one ONNX graph behind a slim HTTP application. All that is deployed."""

import os

# onnxruntime reports its use to Microsoft unless this is set before it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
