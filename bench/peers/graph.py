"""The graph, as all peers serve it: one session on one thread, as this service has it."""

import json
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime

VARIABLE = "PEERS_MODEL"
"""The environment variable that has the graph's path."""


class Graph:
    """The graph that `VARIABLE` names."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        # With the defaults, threads for each core would spin on the one core that a server has.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            os.environ[VARIABLE], options, providers=["CPUExecutionProvider"]
        )
        metadata = self._session.get_modelmeta().custom_metadata_map
        self.names: tuple[str, ...] = tuple(json.loads(metadata["labels"]))

    def run(self, texts: Sequence[str]) -> Any:  # noqa: ANN401  # onnxruntime has no types
        """Return the labels `[N]` and the probabilities `[N, C]` of N >= 1 texts, as arrays."""
        feed = {"text": np.array(texts, dtype=object)}
        return self._session.run(["label", "probabilities"], feed)

    def classify(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Return label, score and probabilities of N >= 1 texts, as JSON has them."""
        labels, probabilities = self.run(texts)
        pairs = zip(labels.tolist(), probabilities.tolist(), strict=True)
        return [
            {
                "label": label,
                "score": max(row),
                "probabilities": dict(zip(self.names, row, strict=True)),
            }
            for label, row in pairs
        ]
