"""From training artifacts to one fused ONNX graph, proven equal to scikit-learn and Keras."""

import os

# onnxruntime reports its use to Microsoft unless this is set before it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
