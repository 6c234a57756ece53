"""``python -m export``: trained artifacts in, one proven ONNX graph out."""

import os

# Before TensorFlow is imported: its C++ log says nothing that a user could act on.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import sys

from export.cli import main

sys.exit(main(sys.argv[1:]))
