"""What the trained network does on the side, folded into the weights of the exported one.

Where each operation has a price, masks cost as much as what they mask. In the exported network two
channels stand for them, the marks: `UNKNOWN` is 1 where a word is unknown or padding, `KNOWN` is 1
elsewhere. They are columns of the embedding table, and no convolution writes to them:

- a convolution weighs `UNKNOWN` at its own position so low that it finds nothing there,
- the mean of `KNOWN` is the share of known words, by which the other means are divided.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]

MARKS = 2
UNKNOWN, KNOWN = -2, -1
"""The channels of the marks: the last two."""

_NEVER = -1e30  # far below whatever a convolution finds; times an `UNKNOWN` of 0 it is nothing
_STEPS = 127


@dataclass(frozen=True, slots=True)
class Normalisation:
    """What a batch normalisation has learnt, ``[width]`` each; no variance is 0."""

    gamma: Floats
    beta: Floats
    mean: Floats
    variance: Floats


def quantised(table: Floats) -> tuple[Floats, Floats]:
    """Round embeddings ``[V, width]`` to whole numbers from -127 to 127, in steps of a channel.

    Row 0, which is of unknown words and padding, becomes 0.

    Returns:
        The whole numbers ``[V, width]``, and the steps ``[width]``: their product is the table.
    """
    step = np.abs(table[1:]).max(axis=0, initial=0) / np.float32(_STEPS)
    step[step < np.finfo(np.float32).tiny] = 1  # a channel of nothing
    whole = np.zeros_like(table)
    whole[1:] = np.round(table[1:] / step)
    return whole, step


def with_marks(table: Floats) -> Floats:
    """Add the marks to a table: ``[V, learnt]`` → ``[V, width]``."""
    marks = np.zeros((len(table), MARKS), table.dtype)
    marks[0, UNKNOWN] = 1
    marks[1:, KNOWN] = 1
    return np.hstack([table, marks])


def sum_of_word_and_pair(step: Floats) -> Floats:
    """Return the kernel of a depthwise convolution over words and pairs, ``[2, 1, width, 1]``.

    It adds them up, times the steps ``[learnt]``. The marks are taken of words alone, as a known
    word may end an unknown pair.
    """
    of_word, of_pair = np.ones(MARKS, step.dtype), np.zeros(MARKS, step.dtype)
    kernel = np.stack([np.append(step, of_word), np.append(step, of_pair)])
    return kernel[:, None, :, None]


def convolution(kernel: Floats, normalisation: Normalisation) -> tuple[Floats, Floats]:
    """Fold a batch normalisation and the mask into a convolution.

    Args:
        kernel: of the trained convolution, ``[reach, learnt, learnt]``.
        normalisation: what follows it.

    Returns:
        Kernel ``[1, reach, width, width]`` and bias ``[width]``.
    """
    factor = normalisation.gamma / np.sqrt(normalisation.variance)
    reach, learnt, _ = kernel.shape
    folded = np.zeros((1, reach, learnt + MARKS, learnt + MARKS), kernel.dtype)
    folded[0, :, :learnt, :learnt] = kernel * factor
    folded[0, reach // 2, UNKNOWN, :learnt] = _NEVER
    bias = normalisation.beta - normalisation.mean * factor
    return folded, np.append(bias, np.zeros(MARKS, kernel.dtype))


def blind_to_marks(kernel: Floats) -> Floats:
    """Let the layer behind the pools see no marks: kernel ``[2 learnt, U]`` → ``[2 width, U]``."""
    greatest, mean = np.split(kernel, 2)
    marks = np.zeros((MARKS, kernel.shape[1]), kernel.dtype)
    return np.concatenate([greatest, marks, mean, marks])
