"""Splits a request's texts into batches, as the graph pads each text to the longest beside it."""

from collections.abc import Iterator, Sequence

# A run keeps some hundred bytes for each token, padding included. 512 texts beside one of 10 000
# one-character tokens would need gigabytes; at this bound a batch needs a few megabytes, and about
# a hundred headlines still go in one run.
MAX_PADDED_CHARACTERS = 16_384

# What makes it worth a run of its own that a text is longer: a run costs about 30 µs beside its
# texts, and 500 characters of padding about as much. 31 headlines and a text of 500 characters took
# 3.4 ms in one run, and take 0.5 ms in two; batches of headlines alone take as long as before.
MAX_ADDED_PADDING = 512


def batches(
    texts: Sequence[str],
    bound: int = MAX_PADDED_CHARACTERS,
    added: int = MAX_ADDED_PADDING,
) -> Iterator[list[int]]:
    """Yield the positions of all texts, in batches of similar length.

    Args:
        texts: what is to be split.
        bound: most characters of a batch after padding, longest text x number of texts. A text
            longer than that is a batch of its own.
        added: most characters of padding that the next longer text may add to those before it.
    """
    lengths = [len(text) for text in texts]
    batch: list[int] = []
    longest = 0
    for position in sorted(range(len(texts)), key=lengths.__getitem__):
        length = lengths[position]
        padding = len(batch) * (length - longest)
        if batch and (padding > added or (len(batch) + 1) * length > bound):
            yield batch
            batch = []
        batch.append(position)
        longest = length
    if batch:
        yield batch
