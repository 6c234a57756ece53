"""What measures: clocks beside what they are compared with. Never a test."""

import os

# onnxruntime reports its use to Microsoft unless this is set before it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
