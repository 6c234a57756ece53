"""A custom runtime of MLServer, as its documentation has it: `mlserver start bench/peers`.

https://docs.seldon.ai/mlserver/user-guide/custom
"""

from graph import Graph  # type: ignore[import-not-found]  # this folder is on its path
from mlserver import MLModel  # type: ignore[import-not-found]  # not in this environment
from mlserver.codecs import NumpyCodec, StringCodec  # type: ignore[import-not-found]
from mlserver.types import (  # type: ignore[import-not-found]
    InferenceRequest,
    InferenceResponse,
)


class Sentiment(MLModel):  # type: ignore[misc]  # not in this environment
    """The graph, behind the Open Inference Protocol."""

    async def load(self) -> bool:
        """Load the graph."""
        self._graph = Graph()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """Classify texts."""
        texts: list[str] = self.decode(payload.inputs[0], default_codec=StringCodec)
        labels, probabilities = self._graph.run(texts)
        return InferenceResponse(
            model_name=self.name,
            outputs=[
                StringCodec.encode_output("label", labels.tolist()),
                NumpyCodec.encode_output("probabilities", probabilities),
            ],
        )
