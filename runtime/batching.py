"""Splits a request's texts into batches that bound the memory which padding takes."""

from collections.abc import Iterator, Sequence

# The graph pads each text to the longest beside it, and keeps some hundred bytes for each token.
# 512 texts beside one of 10 000 one-character tokens would need gigabytes; at this bound a batch
# needs a few megabytes, and about a hundred headlines still go in one run.
MAX_PADDED_CHARACTERS = 16_384


def batches(texts: Sequence[str], bound: int = MAX_PADDED_CHARACTERS) -> Iterator[list[int]]:
    """Yield the positions of all texts, in batches of similar length.

    Args:
        texts: what is to be split.
        bound: most characters of a batch after padding, longest text x number of texts. A text
            longer than that is a batch of its own.
    """
    batch: list[int] = []
    for position in sorted(range(len(texts)), key=lambda position: len(texts[position])):
        if batch and (len(batch) + 1) * len(texts[position]) > bound:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch
