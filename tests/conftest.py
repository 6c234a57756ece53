"""What holds for every test."""

import os

# Tests that use onnxruntime by itself report nothing either: see test_telemetry.py.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
