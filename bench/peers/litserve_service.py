"""LitServe, as its documentation has it: `python litserve_service.py PORT`.

https://lightning.ai/docs/litserve/home/get-started
"""

import sys
from typing import Any

import litserve  # type: ignore[import-not-found]  # not in this environment
from graph import Graph  # type: ignore[import-not-found]  # this folder is on its path


class Sentiment(litserve.LitAPI):  # type: ignore[misc]  # not in this environment
    """The graph, in LitServe's worker process."""

    def setup(self, device: str) -> None:
        """Load the graph."""
        self._graph = Graph()

    def decode_request(self, request: dict[str, Any]) -> list[str]:
        """Take the texts out of a request."""
        texts: list[str] = request["texts"]
        return texts

    def predict(self, texts: list[str]) -> list[dict[str, Any]]:
        """Classify texts."""
        results: list[dict[str, Any]] = self._graph.classify(texts)
        return results

    def encode_response(self, output: list[dict[str, Any]]) -> dict[str, Any]:
        """Make the answer."""
        return {"results": output}


if __name__ == "__main__":
    server = litserve.LitServer(Sentiment(), accelerator="cpu", workers_per_device=1)
    server.run(
        host="127.0.0.1", port=int(sys.argv[1]), num_api_servers=1, generate_client_file=False
    )
