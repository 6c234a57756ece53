"""What is asked: headlines, one by one or in batches, and the labels that an answer is to have."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.peers.graph import Graph
from load.corpus import read_texts

SINGLE, BATCH = "single text", "batch of 32"
TEXTS: Mapping[str, int] = {SINGLE: 1, BATCH: 32}
"""Texts of a request, by kind."""

_STEP = 5  # batches overlap, and no two are the same


@dataclass(frozen=True, slots=True)
class Ask:
    """N texts, and the graph's label of each."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """The body of a request, and the labels that its answer is to have; none checks nothing."""

    body: bytes
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Traffic:
    """All that is asked, by kind, and all labels that the graph knows."""

    names: tuple[str, ...]
    asks: Mapping[str, tuple[Ask, ...]]

    def exchanges(
        self, kind: str, body: Callable[[Sequence[str]], object], *, checked: bool
    ) -> tuple[Exchange, ...]:
        """Return the requests of a kind as one server takes them."""
        return tuple(
            Exchange(_json(body(ask.texts)), ask.labels if checked else ())
            for ask in self.asks[kind]
        )


def read_traffic(graph: Graph) -> Traffic:
    """Make the requests of both kinds out of the headlines that users of the load test send."""
    headlines = read_texts("")
    label = dict(zip(headlines, graph.run(headlines)[0].tolist(), strict=True))
    asks = {
        kind: tuple(
            Ask(texts, tuple(label[text] for text in texts)) for texts in _texts(headlines, size)
        )
        for kind, size in TEXTS.items()
    }
    return Traffic(graph.names, asks)


def labels_in(answer: object, names: Sequence[str]) -> tuple[str, ...]:
    """Return the labels among an answer's strings, in their order; keys of objects do not count.

    This finds them in whatever shape a server puts them.
    """
    return tuple(text for text in _strings(answer) if text in names)


def to_file(exchanges: Sequence[Exchange], names: Sequence[str], path: Path) -> None:
    """Write requests as bench/server.lua reads them."""
    lines = [b"\t".join(map(str.encode, names))]
    for exchange in exchanges:
        lines += [b"\t".join(map(str.encode, exchange.labels)), exchange.body]
    path.write_bytes(b"\n".join(lines) + b"\n")


def _texts(headlines: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    step = _STEP if size > 1 else 1
    for start in range(0, len(headlines), step):
        yield tuple(headlines[(start + place) % len(headlines)] for place in range(size))


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _strings(each)
        case list():
            for each in value:
                yield from _strings(each)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
