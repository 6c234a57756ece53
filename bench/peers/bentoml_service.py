"""BentoML, as its documentation has it: `bentoml serve bentoml_service:Sentiment`.

https://docs.bentoml.com/en/latest/get-started/hello-world.html
"""

from typing import Any

import bentoml  # type: ignore[import-not-found]  # not in this environment
from graph import Graph  # type: ignore[import-not-found]  # this folder is on its path


class Service:
    """The graph, behind one route."""

    def __init__(self) -> None:
        self._graph = Graph()

    def classify(self, texts: list[str]) -> list[dict[str, Any]]:
        """Classify texts."""
        results: list[dict[str, Any]] = self._graph.classify(texts)
        return results

    classify = bentoml.api(classify)  # no decorator, as BentoML has no types here


Sentiment = bentoml.service(workers=1)(Service)
