"""Proof that the graph answers what scikit-learn and Keras answer, on any text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnx import ModelProto, TensorProto, helper
from tqdm import tqdm

from export.fuse import LABEL, PROBABILITIES
from export.vectorizer import IDS, TEXT, UNKNOWN_WORDS, WORDS, Vectorizer

TOLERANCE = 1e-5
"""Greatest difference of a probability that is put down to rounding."""

_BATCH_TEXTS = 1024
_BATCH_CHARACTERS = 400_000  # padding included: bounds the memory that Keras takes


class ParityError(Exception):
    """The graph and its reference differ; the message names the first text and how."""


@dataclass(frozen=True, slots=True)
class Parity:
    """How many texts were compared, and the greatest difference of a probability."""

    texts: int
    max_difference: float


@dataclass(frozen=True, slots=True)
class _Answer:
    """What there is to compare of N texts.

    Attributes:
        ids: int64 ``[N, S]``.
        labels: string ``[N]``.
        probabilities: float32 ``[N, C]``.
        words: how many words each text has, int64 ``[N]``.
        unknown_words: how many of them are unknown, int64 ``[N]``.
    """

    ids: npt.NDArray[np.int64]
    labels: npt.NDArray[np.object_]
    probabilities: npt.NDArray[np.float32]
    words: npt.NDArray[np.int64]
    unknown_words: npt.NDArray[np.int64]


class Verifier:
    """Compares a fused graph with the vectorizer and the network that it was made from.

    Args:
        model: the fused graph.
        vectorizer: the fitted scikit-learn transformer.
        network: the Keras model, token ids → probabilities.
        labels: the labels in the order of the columns of the probabilities.
    """

    def __init__(
        self, model: ModelProto, vectorizer: Vectorizer, network: Any, labels: Sequence[str]
    ) -> None:
        self._session = _session_with_ids(model)
        self._vectorizer = vectorizer
        self._network = network
        self._labels = np.array(labels, dtype=object)

    def verify(self, texts: Iterable[str], title: str) -> Parity:
        """Compare the graph with its reference, and each text in a batch with the text alone.

        Args:
            texts: any Unicode but lone surrogates.
            title: what the texts are, for the progress bar.

        Raises:
            ParityError: an id, a count or a label differs, or a probability by more than
                ``TOLERANCE``.
        """
        count, greatest = 0, 0.0
        with tqdm(desc=f"parity on {title}", unit=" texts", unit_scale=True) as progress:
            for batch in _batches(texts):
                answer, reference = self._ask_graph(batch), self._ask_reference(batch)
                _compare_ids(batch, answer, reference)
                alone = _joined([self._ask_graph([text]) for text in batch])
                for other, name in ((reference, "scikit-learn and Keras"), (alone, "it, alone")):
                    _compare_counts(batch, answer, other, name)
                    greatest = max(greatest, _compare(batch, answer, other, name))
                count += len(batch)
                progress.update(len(batch))
        return Parity(count, greatest)

    def _ask_graph(self, texts: Sequence[str]) -> _Answer:
        feed = {TEXT: np.array(texts, dtype=object)}
        outputs = [IDS, LABEL, PROBABILITIES, WORDS, UNKNOWN_WORDS]
        return _Answer(*self._session.run(outputs, feed))

    def _ask_reference(self, texts: Sequence[str]) -> _Answer:
        """Read each text alone: then all behind its start token are words, and none is padding."""
        rows = [self._vectorizer.transform([text]).reshape(2, -1) for text in texts]
        ids = _padded(rows)
        probabilities = np.asarray(self._network(ids, training=False))
        words = [row[0, 1:] for row in rows]
        return _Answer(
            ids,
            self._labels[probabilities.argmax(axis=1)],
            probabilities,
            words=np.array([len(each) for each in words]),
            unknown_words=np.array([np.count_nonzero(each == 0) for each in words]),
        )


def _padded(rows: Sequence[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """Ids of words and pairs of single texts, ``[2, L]`` each, as those of a batch."""
    padded = np.zeros((len(rows), 2, max(row.shape[1] for row in rows)), dtype=np.int64)
    for into, row in zip(padded, rows, strict=True):
        into[:, : row.shape[1]] = row
    return padded.reshape(len(rows), -1)


def _session_with_ids(model: ModelProto) -> onnxruntime.InferenceSession:
    """Load the graph with its token ids as one more output."""
    tapped = ModelProto()
    tapped.CopyFrom(model)
    ids = helper.make_tensor_value_info(IDS, TensorProto.INT64, ["N", "S"])
    tapped.graph.output.append(ids)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        tapped.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """Cut texts into batches that are bounded in number and in characters with padding."""
    batch: list[str] = []
    longest = 0
    for text in texts:
        longest = max(longest, len(text))
        full = len(batch) == _BATCH_TEXTS or (len(batch) + 1) * longest > _BATCH_CHARACTERS
        if batch and full:
            yield batch
            batch, longest = [], len(text)
        batch.append(text)
    if batch:
        yield batch


def _joined(answers: Sequence[_Answer]) -> _Answer:
    """Answers to single texts as one answer; their ids differ in length and are left out."""
    return _Answer(
        np.empty((len(answers), 0), dtype=np.int64),
        np.concatenate([answer.labels for answer in answers]),
        np.concatenate([answer.probabilities for answer in answers]),
        np.concatenate([answer.words for answer in answers]),
        np.concatenate([answer.unknown_words for answer in answers]),
    )


def _compare_ids(texts: Sequence[str], graph: _Answer, reference: _Answer) -> None:
    if graph.ids.shape != reference.ids.shape:
        raise ParityError(
            f"the graph's ids have the shape {graph.ids.shape} where scikit-learn's have"
            f" {reference.ids.shape}, in a batch with {_shown(max(texts, key=len))}"
        )
    wrong = (graph.ids != reference.ids).any(axis=1)
    if wrong.any():
        first = int(wrong.argmax())
        raise ParityError(
            f"for {_shown(texts[first])} the graph's ids are {graph.ids[first].tolist()} where"
            f" scikit-learn's are {reference.ids[first].tolist()}"
        )


def _compare_counts(texts: Sequence[str], graph: _Answer, other: _Answer, name: str) -> None:
    wrong = (graph.words != other.words) | (graph.unknown_words != other.unknown_words)
    if wrong.any():
        first = int(wrong.argmax())
        raise ParityError(
            f"of {_shown(texts[first])} the graph counts {graph.words[first]} words, of them"
            f" {graph.unknown_words[first]} unknown, where {name} counts {other.words[first]}, of"
            f" them {other.unknown_words[first]} unknown"
        )


def _compare(texts: Sequence[str], graph: _Answer, other: _Answer, name: str) -> float:
    """Return the greatest difference of a probability; raise if it or a label is wrong."""
    difference = np.abs(graph.probabilities - other.probabilities).max(axis=1)
    # `not <=` rather than `>`: NaN is wrong too.
    wrong = ~(difference <= TOLERANCE) | (graph.labels != other.labels)
    if wrong.any():
        first = int(wrong.argmax())
        raise ParityError(
            f"for {_shown(texts[first])} the graph answers {graph.labels[first]}"
            f" {graph.probabilities[first].tolist()} where {name} answers {other.labels[first]}"
            f" {other.probabilities[first].tolist()}"
        )
    return float(difference.max())


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 80 else f"{text[:80]}…")
