"""From training artifacts to one fused ONNX graph, proven equal to scikit-learn and Keras."""
