"""The metrics, as openapi.json describes them where they are served."""

from runtime.openapi.parts import Family


def family() -> Family:
    """Describe them."""
    content = {"text/plain": {"schema": {"type": "string"}}}
    operation = {
        "operationId": "metrics",
        "summary": "Counts for Prometheus, in its text format.",
        "responses": {"200": {"description": "Those of all workers.", "content": content}},
    }
    return Family({"/metrics": {"get": operation}}, (), "Health")
