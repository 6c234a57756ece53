"""Corpora to a scikit-learn vectorizer and a Keras network."""

import os

# onnxruntime reports its use to Microsoft unless this is set before it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
