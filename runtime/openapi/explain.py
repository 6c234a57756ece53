"""The route that explains an answer, as openapi.json describes it."""

from runtime.api import Service
from runtime.explain import MAX_WORDS, ExplainAnswer, ExplainRequest, Explanations
from runtime.openapi.parts import Family, body, json_content, reference, request_errors

TEXT = ExplainRequest(text="Operating profit fell to EUR 35.4 mn")

_DESCRIPTION = f"""\
The label of a text, and what each of its words does for it: how much the label's log-odds
(natural logarithm) change with the word, found by classifying the text without it. A word is what
stands between white space, punctuation included; the only word of a text is compared with no text.
A text may have at most {MAX_WORDS} words."""


def family(service: Service) -> Family:
    """Describe it, with an example that the service answers itself."""
    reply = Explanations(service).explain(TEXT)
    operation = {
        "operationId": "explain",
        "summary": "Classify one text, and say which of its words speak for the label.",
        "description": _DESCRIPTION,
        "requestBody": body("ExplainRequest", {"text": TEXT}),
        "responses": {
            "200": {
                "description": "The result, and the weight of each word.",
                "content": json_content(reference("ExplainAnswer"), {"text": reply.answer}),
            },
            **request_errors(),
        },
    }
    return Family({"/v1/explain": {"post": operation}}, (ExplainRequest, ExplainAnswer))
