"""Corpora to a scikit-learn vectorizer and a Keras network."""
