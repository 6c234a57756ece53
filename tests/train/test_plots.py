import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from scipy.special import softmax

from train.calibration import Floats, Integers, Reliability, reliability
from train.metrics import Evaluation, evaluate_predictions
from train.plots import (
    History,
    confusion_matrix,
    learning_curve,
    reliability_diagram,
    write_svg,
)

HISTORY = History(
    training_loss=(1.0, 0.6, 0.4, 0.3),
    validation_loss=(1.1, 0.8, 0.7, 0.75),
    training_accuracy=(0.5, 0.7, 0.8, 0.9),
    validation_accuracy=(0.5, 0.65, 0.7, 0.69),
)


def _scores(columns: int) -> tuple[Integers, Floats]:
    random = np.random.default_rng(columns)
    truth = random.integers(columns, size=300)
    return truth, softmax(np.eye(columns)[truth] * 2 + random.normal(size=(300, columns)), axis=1)


def _evaluation(labels: Sequence[str]) -> Evaluation:
    return evaluate_predictions(labels, *_scores(len(labels)))


def _reliability(bins: int = 15) -> Reliability:
    truth, probabilities = _scores(3)
    return reliability(probabilities, truth, bins)


def _texts(figure: Figure, directory: Path) -> list[str]:
    """Every text in the figure's SVG, as an XML parser reads it."""
    path = directory / "figure.svg"
    write_svg(figure, path)
    root = ET.fromstring(path.read_bytes())  # noqa: S314 - our own file, written just above
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize(
    "draw",
    [
        lambda: learning_curve(HISTORY),
        lambda: confusion_matrix(_evaluation(("negative", "neutral", "positive"))),
        lambda: reliability_diagram(_reliability(), _reliability(10)),
    ],
    ids=["learning curve", "confusion matrix", "reliability diagram"],
)
def test_the_same_run_writes_the_same_file(tmp_path: Path, draw: Callable[[], Figure]) -> None:
    write_svg(draw(), tmp_path / "first.svg")
    write_svg(draw(), tmp_path / "second.svg")
    written = (tmp_path / "first.svg").read_text(encoding="utf-8")
    assert written == (tmp_path / "second.svg").read_text(encoding="utf-8")
    assert "<dc:date>" not in written


def test_drawing_leaves_matplotlib_s_settings_alone(tmp_path: Path) -> None:
    before = dict(matplotlib.rcParams)
    write_svg(confusion_matrix(_evaluation(("no", "yes"))), tmp_path / "figure.svg")
    assert dict(matplotlib.rcParams) == before


def test_learning_curve_names_the_epoch_with_the_lowest_validation_loss(tmp_path: Path) -> None:
    texts = _texts(learning_curve(HISTORY), tmp_path)
    assert "lowest loss: epoch 3" in texts
    assert {"training", "validation", "epoch"} <= set(texts)


def test_learning_curve_of_a_single_epoch_is_drawn(tmp_path: Path) -> None:
    assert "lowest loss: epoch 1" in _texts(
        learning_curve(History((0.5,), (0.6,), (0.7,), (0.6,))), tmp_path
    )


def test_learning_curve_of_unequal_series_is_refused() -> None:
    with pytest.raises(ValueError, match="same first dimension"):
        learning_curve(History((0.5, 0.4), (0.6,), (0.7,), (0.6,)))


@pytest.mark.parametrize("classes", [2, 3, 9, 20])
def test_confusion_matrix_shows_every_label_twice_and_every_count(
    tmp_path: Path, classes: int
) -> None:
    labels = [f"class {number}" for number in range(classes)]
    evaluation = _evaluation(labels)
    texts = _texts(confusion_matrix(evaluation), tmp_path)
    assert [texts.count(label) for label in labels] == [2] * classes
    assert Counter(str(count) for row in evaluation.confusion for count in row) <= Counter(texts)


@pytest.mark.parametrize(
    "label", ["消极", "चुनाव", "سلبي", "😀", "$up$ and $x", "_hidden", "<b> & co", r"\frac{1}{2"]
)
def test_a_label_of_any_script_stays_text(tmp_path: Path, label: str) -> None:
    assert _texts(confusion_matrix(_evaluation((label, "other"))), tmp_path).count(label) == 2


# One folder serves every example: each writes its file anew.
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(labels=st.lists(st.text(min_size=1), min_size=2, max_size=4, unique=True))
def test_no_label_breaks_the_file(tmp_path: Path, labels: list[str]) -> None:
    assert _texts(confusion_matrix(_evaluation(labels)), tmp_path)


def test_a_class_without_rows_has_counts_but_no_shares(tmp_path: Path) -> None:
    only_a = evaluate_predictions(("a", "b"), np.array([0, 0]), np.array([[1.0, 0], [1.0, 0]]))
    texts = Counter(_texts(confusion_matrix(only_a), tmp_path))
    assert texts["0"] == 3
    assert texts["0 %"] == 2  # one cell of the first row, and the colour scale


def test_reliability_diagram_states_both_errors(tmp_path: Path) -> None:
    before, after = _reliability(15), _reliability(3)
    texts = _texts(reliability_diagram(before, after), tmp_path)
    assert f"Before temperature scaling: ECE {before.ece:.3f}" in texts
    assert f"After temperature scaling: ECE {after.ece:.3f}" in texts
