"""The route of Hugging Face's clients, as openapi.json describes it."""

from runtime.api import Service
from runtime.huggingface import Prediction, Predictions, PredictParameters, PredictRequest
from runtime.openapi.parts import Family, body, json_content, reference, request_errors

_TEXT = "Net sales rose by 5 % to EUR 131 mn"

EXAMPLES = {
    "text": PredictRequest(inputs=_TEXT),
    "texts": PredictRequest(inputs=[_TEXT, "Operating profit fell to EUR 35.4 mn"]),
    "topLabel": PredictRequest(inputs=_TEXT, parameters=PredictParameters(top_k=1)),
}

_ANSWER = {"type": "array", "items": {"type": "array", "items": reference("Prediction")}}

_DESCRIPTION = """\
The labels of each text in the order of their probabilities, as the client of Hugging Face's hub
reads them: `InferenceClient("…/predict").text_classification("…")`."""


def family(service: Service) -> Family:
    """Describe it, with examples that the service answers itself."""
    predictions = Predictions(service)
    answers = {name: predictions.predict(each).answer for name, each in EXAMPLES.items()}
    operation = {
        "operationId": "predict",
        "summary": "Classify one text, or several, for Hugging Face's clients.",
        "description": _DESCRIPTION,
        "requestBody": body("PredictRequest", EXAMPLES),
        "responses": {
            "200": {
                "description": "The labels of each text, most probable first.",
                "content": json_content(_ANSWER, answers),
            },
            **request_errors(),
        },
    }
    return Family({"/predict": {"post": operation}}, (PredictRequest, Prediction), "Hugging Face")
