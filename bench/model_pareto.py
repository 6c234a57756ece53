"""Quality and cost of the same networks; `python -m bench.pareto` times what is trained here."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec
import numpy as np

from bench.model_figures import Figures, Spread
from bench.pareto_plot import Point
from train.corpus import CorpusError
from train.fitting import Design

Costs: TypeAlias = Mapping[Design, float]
"""Microseconds for a headline, text to probabilities."""


def read_costs(path: Path) -> Costs:
    """Read what `python -m bench.pareto --json` wrote; nothing where there is no such file.

    Raises:
        CorpusError: the file holds something else.
    """
    if not path.is_file():
        return {}
    # It brings the converters to ONNX along, which nothing else here needs.
    from bench.pareto_report import from_json

    try:
        costs = from_json(path.read_bytes()).costs
    except msgspec.MsgspecError as error:
        raise CorpusError(
            f"{path} holds no costs: write it with `python -m bench.pareto --json {path}`."
        ) from error
    return {
        Design(cost.member.words, cost.member.pairs, cost.member.architecture): cost.headline.median
        for cost in costs
    }


def points(family: Sequence[Figures], costs: Costs) -> tuple[Point, ...]:
    """Join quality and cost of those that have both.

    The quality is the mean over the sources of macro-F1, so that none counts more for being larger.
    """
    return tuple(
        Point(figures.title, costs[figures.design], *_quality(figures))
        for figures in family
        if figures.design in costs
    )


def _quality(figures: Figures) -> tuple[float, float]:
    folds = np.mean([group.macro_f1.folds for group in figures.sources], axis=0)
    spread = Spread.of(folds.tolist())
    return spread.mean, spread.sd
