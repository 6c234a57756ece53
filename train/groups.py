"""Clusters of near-duplicates, so that cross-validation can keep each in one fold."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from tqdm import tqdm

_TOKEN = re.compile(r"\w+")
_NUMBER = re.compile(r"\d[\d.,]*")
_CHUNK = 256  # texts compared with all others at a time: bounds memory
_TOLERANCE = 1e-9  # so that 0.8 * 15 rounding up to 12.000…2 does not ask for 13 tokens


def near_duplicate_groups(texts: Sequence[str], threshold: float = 0.8) -> npt.NDArray[np.intp]:
    """Number the clusters of near-duplicates: an array [N] of cluster ids from 0.

    Two texts are linked if the Jaccard similarity of their sets of lower-case words, each number
    counted as the same word, is at least `threshold` (0 < threshold <= 1); clusters are the
    connected components. The answer is exact: pairs are found by prefix filtering (Chaudhuri,
    Ganti and Kaushik, "A primitive operator for similarity joins in data cleaning", 2006).
    """
    if len(texts) == 0:
        return np.empty(0, dtype=np.intp)
    distinct: dict[frozenset[str], int] = {}
    node = np.array(
        [distinct.setdefault(_tokens(text), len(distinct)) for text in texts], dtype=np.intp
    )
    incidence = _rarest_first(list(distinct))
    first, second = _similar_pairs(incidence, threshold)
    links = coo_array((np.ones(len(first)), (first, second)), shape=(len(distinct),) * 2)
    component = np.asarray(connected_components(links, directed=False)[1], dtype=np.intp)
    return component[node]


def _tokens(text: str) -> frozenset[str]:
    return frozenset(_TOKEN.findall(_NUMBER.sub("0", text.lower())))


def _rarest_first(sets: Sequence[frozenset[str]]) -> csr_array:
    """Incidence matrix [sets, tokens], its columns from the rarest token to the commonest."""
    frequency: dict[str, int] = {}
    for tokens in sets:
        for token in tokens:
            frequency[token] = frequency.get(token, 0) + 1
    ranked = sorted(frequency, key=lambda token: (frequency[token], token))
    column = {token: rank for rank, token in enumerate(ranked)}
    columns = [sorted(column[token] for token in tokens) for tokens in sets]
    starts = np.cumsum([0, *map(len, columns)])
    indices = np.fromiter((each for row in columns for each in row), dtype=np.int32)
    ones = np.ones(len(indices), dtype=np.int32)
    return csr_array((ones, indices, starts), shape=(len(sets), max(len(column), 1)))


def _prefixes(incidence: csr_array, threshold: float) -> csr_array:
    """Keep of each row its rarest tokens: two similar rows share at least one of these."""
    sizes = np.diff(incidence.indptr)
    lengths = np.minimum(sizes - np.ceil(threshold * sizes - _TOLERANCE) + 1, sizes)
    position = np.arange(incidence.nnz) - np.repeat(incidence.indptr[:-1], sizes)
    kept = position < np.repeat(lengths, sizes)
    starts = np.concatenate(([0], np.cumsum(lengths))).astype(incidence.indptr.dtype)
    return csr_array((incidence.data[kept], incidence.indices[kept], starts), shape=incidence.shape)


def _similar_pairs(
    incidence: csr_array, threshold: float
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Rows (first, second), first < second, whose Jaccard similarity reaches `threshold`."""
    sizes = np.diff(incidence.indptr)
    prefixes = _prefixes(incidence, threshold)
    by_token = prefixes.T.tocsr()
    found: list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]] = []
    starts = range(0, incidence.shape[0], _CHUNK)
    for start in tqdm(starts, desc="near-duplicates", unit="chunk", delay=2, leave=False):
        candidates = (prefixes[start : start + _CHUNK] @ by_token).tocoo()
        first, second = candidates.row + start, candidates.col
        keep = (first < second) & (
            np.minimum(sizes[first], sizes[second])
            >= threshold * np.maximum(sizes[first], sizes[second]) - _TOLERANCE
        )
        first, second = first[keep], second[keep]
        shared = incidence[first].multiply(incidence[second]).sum(axis=1)
        union = sizes[first] + sizes[second] - shared
        similar = shared >= threshold * union - _TOLERANCE
        found.append((first[similar], second[similar]))
    return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])
