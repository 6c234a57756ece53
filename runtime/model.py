"""The graph: loads it, checks that it is one of ours, and asks it for labels."""

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np
import onnxruntime as ort

from runtime.artefact import ModelError, read_verified
from runtime.batching import batches
from runtime.drift import Drift

_OUTPUTS = ("label", "probabilities")
# Graphs that were exported before these were added are served without drift signals.
_COUNTS = ("words", "unknown_words")
_REMEDY = "serve a graph that `make export` wrote"

# The first run compiles the tokenizer's expression, and each new shape allocates.
_WARM_UP = (["profit"], ["Profit rose 4 % to EUR 13.1 mn ."] * 8, ["sales " * 200], ["…"])


class Scores(msgspec.Struct, frozen=True):
    """What the graph says of N texts.

    Attributes:
        labels: N labels.
        probabilities: N rows of C probabilities in [0, 1].
        words: how many words each text has, as the graph sees them; 0 where it does not tell.
        unknown_words: how many of them its vocabulary does not have.
    """

    labels: list[str]
    probabilities: list[list[float]]
    words: list[int]
    unknown_words: list[int]

    def part(self, start: int, stop: int) -> "Scores":
        """Return what it says of the texts from `start` up to `stop`."""
        if start == 0 and stop == len(self.labels):
            return self
        return Scores(
            self.labels[start:stop],
            self.probabilities[start:stop],
            self.words[start:stop],
            self.unknown_words[start:stop],
        )

    def drift(self, count: int | None = None) -> Drift:
        """Sum up the signals of the first `count` >= 1 texts, or of all."""
        if len(self.labels) == 1:  # as most requests have it; the rest takes twice as long
            return Drift(self.words[0], self.unknown_words[0], max(self.probabilities[0]))
        return Drift(
            sum(self.words[:count]),
            sum(self.unknown_words[:count]),
            sum(map(max, self.probabilities[:count])),
        )


class Model:
    """One inference session, which runs on the thread that calls it.

    Attributes:
        labels: the C labels, in the order of the probabilities.
        version: the version that the graph's metadata names.
        metadata: all of the graph's metadata, as the strings that it stores.
        ready: whether the graph has answered since it was loaded.
    """

    def __init__(self, session: ort.InferenceSession, metadata: Mapping[str, str]) -> None:
        self.metadata: Mapping[str, str] = MappingProxyType(dict(metadata))
        self.labels = _labels(metadata)
        self.version = metadata["model_version"]
        self.ready = False
        self._session = session
        self._run_options = ort.RunOptions()  # kept, as to make one takes a twentieth of a run
        names = {value.name for value in session.get_outputs()}
        self._outputs = [*_OUTPUTS, *(_COUNTS if names.issuperset(_COUNTS) else ())]

    @classmethod
    def load(cls, path: Path) -> "Model":
        """Load a graph from a file, without running it.

        Raises:
            ModelError: the file is missing, damaged, changed, or not a graph of this project.
        """
        content = read_verified(path)
        try:
            session = ort.InferenceSession(content, _options(), providers=["CPUExecutionProvider"])
        except Exception:  # noqa: BLE001 - onnxruntime's errors share no class but Exception
            message = f"{path} is not a graph that onnxruntime can load: {_REMEDY}."
            raise ModelError(message) from None
        metadata = session.get_modelmeta().custom_metadata_map
        _check_interface(session, metadata, path)
        try:
            return cls(session, metadata)
        except msgspec.MsgspecError:
            message = f"{path} does not list its labels in its metadata: {_REMEDY}."
            raise ModelError(message) from None

    def warm_up(self) -> "Model":
        """Run texts of several lengths, so that no user waits for what the first runs set up.

        Raises:
            ModelError: the graph fails, or its answers do not have the promised shape.
        """
        try:
            for texts in _WARM_UP:
                scores = self.classify(texts)
                _check_scores(scores, len(texts), self.labels)
        except Exception:  # noqa: BLE001 - onnxruntime's errors share no class but Exception
            message = f"The graph {self.version!r} does not answer as promised: {_REMEDY}."
            raise ModelError(message) from None
        return self

    def classify(self, texts: Sequence[str]) -> Scores:
        """Ask the graph for the labels of N >= 1 texts. A text's answer is its own alone.

        Raises:
            UnicodeEncodeError: a text has a lone surrogate.
        """
        if len(texts) == 1:  # as most requests have it
            return self._run(texts)
        parts = list(batches(texts))
        if len(parts) == 1:
            return self._run(texts)
        scores = [self._run([texts[position] for position in part]) for part in parts]
        return _in_order(scores, list(chain.from_iterable(parts)))

    def _run(self, texts: Sequence[str]) -> Scores:
        feed = {"text": np.array(texts, dtype=object)}
        label, probabilities, *counts = self._session.run(self._outputs, feed, self._run_options)
        self.ready = True
        words, unknown_words = (count.tolist() for count in counts) if counts else _none(texts)
        return Scores(label.tolist(), probabilities.tolist(), words, unknown_words)


def _options() -> ort.SessionOptions:
    options = ort.SessionOptions()
    # One thread: a run takes microseconds, less than waking another thread; workers are processes.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    # Without the arena a large batch's memory goes back, and a run takes no longer.
    options.enable_cpu_mem_arena = False
    # A pattern is kept for each number of texts, and fits no other length: they only take memory.
    options.enable_mem_pattern = False
    options.log_severity_level = 4  # fatal only: what goes wrong is raised, and said once
    return options


def _check_interface(
    session: ort.InferenceSession, metadata: Mapping[str, str], path: Path
) -> None:
    """Hold the graph against contract 1 of the design: names, types and metadata."""
    inputs = [(value.name, value.type) for value in session.get_inputs()]
    outputs = {value.name: value.type for value in session.get_outputs()}
    if (
        inputs != [("text", "tensor(string)")]
        or outputs.get("label") != "tensor(string)"
        or outputs.get("probabilities") != "tensor(float)"
    ):
        raise ModelError(f"{path} is an ONNX graph, but not a text classifier: {_REMEDY}.")
    if missing := {"labels", "model_version"} - metadata.keys():
        names = " and ".join(sorted(missing))
        raise ModelError(f"{path} does not name {names} in its metadata: {_REMEDY}.")


def _labels(metadata: Mapping[str, str]) -> tuple[str, ...]:
    labels = msgspec.json.decode(metadata["labels"], type=list[str])
    if len(labels) < 2 or len(set(labels)) < len(labels) or not all(labels):
        raise msgspec.ValidationError
    return tuple(labels)


def _none(texts: Sequence[str]) -> tuple[list[int], list[int]]:
    return [0] * len(texts), [0] * len(texts)


def _in_order(scores: Sequence[Scores], positions: Sequence[int]) -> Scores:
    """Join scores of which the n-th is that of the text at the n-th of the positions."""
    order = sorted(range(len(positions)), key=positions.__getitem__)

    def column(name: str) -> list[Any]:
        joined = [value for part in scores for value in getattr(part, name)]
        return [joined[place] for place in order]

    return Scores(*map(column, Scores.__struct_fields__))


def _check_scores(scores: Scores, count: int, labels: tuple[str, ...]) -> None:
    if len(scores.labels) != count or not set(scores.labels) <= set(labels):
        raise ValueError
    if np.shape(scores.probabilities) != (count, len(labels)):
        raise ValueError
    if not np.allclose(np.sum(scores.probabilities, axis=1), 1, atol=1e-3):
        raise ValueError
    counts = zip(scores.unknown_words, scores.words, strict=True)
    if len(scores.words) != count or not all(0 <= unknown <= words for unknown, words in counts):
        raise ValueError
