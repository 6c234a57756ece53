"""What holds for every test."""

import os
import signal

# Tests that use onnxruntime by itself report nothing either: see test_telemetry.py.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

# A shell without job control has what it starts in the background ignore Ctrl-C, and so would the
# programs that the tests start and stop by it.
signal.signal(signal.SIGINT, signal.default_int_handler)
