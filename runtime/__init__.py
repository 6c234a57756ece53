"""The service: one ONNX graph behind a slim HTTP application. All that is deployed."""
