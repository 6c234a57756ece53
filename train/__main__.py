"""``python -m train``: train, evaluate a graph on held-out texts, or fetch the corpora."""

import os

# Before TensorFlow is imported: its C++ log says nothing that a user could act on, and without
# oneDNN's reordered sums the same seed gives the same figures on other processors of the kind too.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import sys

from train.cli import main

sys.exit(main(sys.argv[1:]))
