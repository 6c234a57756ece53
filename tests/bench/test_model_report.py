"""What `make bench-model` prints and writes, from figures that are made up."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax

from bench.model_cache import Answered, Cache
from bench.model_conditions import Conditions
from bench.model_evidence import Evidence, collect
from bench.model_figures import Figures, Spread, figures_of, probabilities
from bench.model_goals import goals
from bench.model_pareto import read_costs
from bench.model_plots import curve_figure
from bench.model_recipes import (
    ABLATIONS,
    CONTENDERS,
    CURVE,
    LEFT_OUT,
    PARETO,
    STUDENT,
    SVM,
    UNTAUGHT,
)
from bench.model_report import render, to_json, to_markdown
from bench.model_run import Experiments, behaviour_texts
from bench.model_tables import TABLES
from bench.quiet import no_standard_error
from bench.timing import Timing
from tests.bench.model_samples import HEADLINES, LABELS, POSTS, REPORTS, conditions, judged
from train.calibration import expected_calibration_error
from train.corpus import CorpusError
from train.fitting import DESIGN, Design
from train.holdout import key
from train.metrics import evaluate_predictions
from train.network import Architecture
from train.plots import write_svg

with no_standard_error():
    from bench.pareto_cost import FAMILY, Cost, Costs, Member
    from bench.pareto_report import to_json as costs_to_json

TEMPLATE = Path(__file__).resolve().parents[2] / "bench" / "model_page.md"
LONG = "Operating profit fell to EUR 5 mn, | the *board* of <Northwind> said on Monday in its note"

COSTS = {recipe.design: 10.0 * at for at, recipe in enumerate(PARETO) if at}


@pytest.fixture(scope="module")
def given() -> Conditions:
    made = conditions(folds=3)
    examples = made.training.examples
    first = replace(examples[0], text=LONG)
    return replace(made, training=replace(made.training, examples=(first, *examples[1:])))


@pytest.fixture(scope="module")
def student(given: Conditions) -> Figures:
    return figures_of(STUDENT, judged(given), given)


@pytest.fixture(scope="module")
def nothing(given: Conditions, tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return collect(given, Experiments(given, Cache(tmp_path_factory.mktemp("empty"))), {}, {}, ())


@pytest.fixture(scope="module")
def evidence(given: Conditions, tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    cache = Cache(tmp_path_factory.mktemp("full"))
    wrong = judged(given, right=0.3)
    wrong.logits[0] = [0.0, 0.0, 20.0]
    for recipe in (*CONTENDERS, *CURVE, *ABLATIONS, *LEFT_OUT, *PARETO):
        cache.write(judged(given), given.key(recipe))
    cache.write(wrong, given.key(STUDENT))  # last: others that do the same share its outcome
    answers = Answered("made up", "", 1.0, [[0.0, 1.0, 0.0]] * len(behaviour_texts()))
    cache.write(answers, given.key(UNTAUGHT, "behaviour", *behaviour_texts()))
    return collect(given, Experiments(given, cache), {key(LONG): "idiom"}, COSTS, ())


def test_figures_are_the_mean_and_deviation_of_each_fold_s_own(given: Conditions, student: Figures):
    calibrated = probabilities(judged(given), given)
    of_source = np.array([each.source == HEADLINES for each in given.training.examples])
    each = [
        evaluate_predictions(LABELS, given.truth[rows], calibrated[rows])
        for rows in (of_source & (given.fold == fold) for fold in range(3))
    ]
    group = student.group(HEADLINES)
    assert group is not None
    assert group.macro_f1.folds == tuple(fold.macro_f1 for fold in each)
    assert group.macro_f1.mean == pytest.approx(np.mean([fold.macro_f1 for fold in each]))
    assert group.accuracy.sd == pytest.approx(np.std([fold.accuracy for fold in each], ddof=1))
    assert group.classes[2].f1.folds == tuple(fold.classes[2].f1 for fold in each)


def test_one_fold_has_no_deviation():
    assert Spread.of([0.5]) == Spread(0.5, 0.0, (0.5,))


def test_calibration_is_shown_before_and_after(given: Conditions, student: Figures):
    group = student.group(POSTS)
    rows = np.array([each.source == POSTS for each in given.training.examples])
    calibrated = probabilities(judged(given), given)[rows]
    plain = softmax(np.array(judged(given).logits), axis=1)[rows]
    assert group.ece == expected_calibration_error(calibrated, given.truth[rows])
    assert group.ece_before == expected_calibration_error(plain, given.truth[rows])


def test_margins_are_no_probabilities_before_they_have_a_temperature(given: Conditions):
    found = figures_of(SVM, judged(given), given)
    assert {group.ece_before for group in found.groups} == {None}


def test_levels_of_agreement_are_nested(student: Figures):
    levels = [group for group in student.groups if group.source == REPORTS]
    assert [group.level for group in levels] == ["", ">= 50 %", ">= 66 %", ">= 75 %", "100 %"]
    assert [group.texts for group in levels] == [24, 24, 18, 12, 6]


@pytest.mark.parametrize(("right", "holds"), [(1.0, True), (0.0, False)])
def test_goals_are_judged_by_the_student(given: Conditions, right: float, holds: bool):
    found = goals(figures_of(STUDENT, judged(given, right=right), given))
    about_f1 = [goal for goal in found if "macro-F1" in goal.goal]
    assert len(about_f1) == 4
    assert {goal.holds for goal in about_f1} == {holds}


def test_the_page_has_a_table_for_every_slot_that_has_figures(evidence: Evidence):
    page = to_markdown(evidence)
    assert page.startswith("# The model\n")
    assert "[[" not in page
    assert "Not measured yet" not in page
    assert "\n\n\n" not in page
    for contender in CONTENDERS:
        assert f"| {contender.title} |" in page
    assert re.search(r"\| student \| \d\.\d{3} ± \d\.\d{3} / \d\.\d{3} ± \d\.\d{3} \|", page)


def test_the_page_says_what_is_not_measured_yet(nothing: Evidence):
    page = to_markdown(nothing)
    assert "[[" not in page
    assert '_Not measured yet: `make bench-model ARGS="--only curve --write docs"`._' in page
    assert render(nothing)


def test_every_table_has_a_slot_on_the_page():
    slots = re.findall(r"^\[\[(\w+)\]\]$", TEMPLATE.read_text(encoding="utf-8"), re.M)
    assert sorted(slots) == sorted([*TABLES, "machine"])


def test_no_figure_is_typed_by_hand():
    prose = TEMPLATE.read_text(encoding="utf-8")
    prose = re.sub(r"\]\([^)]*\)", "", prose)
    assert re.findall(r"\d[.,]\d|\d ?%|\d points", prose) == []


def test_a_table_s_rows_are_of_one_length(evidence: Evidence):
    for name, cells in TABLES.items():
        assert len({len(row) for row in cells(evidence)}) == 1, name


def test_an_ablation_is_shown_against_the_student(evidence: Evidence):
    rows = {row[0]: row[1:] for row in TABLES["ablations"](evidence)}
    assert all(re.fullmatch(r"[+-]\d+\.\d ± \d+\.\d", cell) for cell in rows["no word pairs"])


def test_of_a_corpus_s_text_only_the_first_words_are_written(evidence: Evidence):
    for written in (to_markdown(evidence), to_json(evidence).decode()):
        assert "Operating profit fell" in written
        assert "said on Monday" not in written
    assert LONG in render(evidence)


def test_a_text_s_own_markup_is_none_on_the_page(evidence: Evidence):
    assert r"mn, \| the \*board\* of \<Northwind> …" in to_markdown(evidence)


def test_a_cause_is_shown_and_counted(evidence: Evidence):
    page = to_markdown(evidence)
    assert "| idiom | 1 |" in page
    assert re.search(r"^\| Operating profit .* \| idiom \|$", page, re.M)


def test_behaviour_is_counted_by_kind_by_type_and_in_all(evidence: Evidence):
    (found,) = evidence.behaviour
    assert found.title == UNTAUGHT.title
    by_type = {each.type: each.tally for each in found.passed if not each.kind}
    assert by_type["INV"].passed == by_type["INV"].cases  # one answer for all
    assert by_type["DIR"].passed == 0
    kinds = [each.tally for each in found.passed if each.kind]
    assert sum(tally.cases for tally in kinds) == by_type[""].cases


def test_json_has_each_fold_s_figures(evidence: Evidence):
    document = json.loads(to_json(evidence))
    student = next(each for each in document["contenders"] if each["name"] == "student")
    assert len(student["groups"][0]["macro_f1"]["folds"]) == 3
    assert document["mistakes"][0].keys() >= {"key", "excerpt", "cause"}


def test_the_curve_can_be_drawn(evidence: Evidence, tmp_path: Path):
    write_svg(curve_figure(evidence.curve), tmp_path / "curve.svg")
    assert "SEntFiN" in (tmp_path / "curve.svg").read_text()


def test_a_network_is_compared_by_its_cost_and_the_mean_of_its_sources(evidence: Evidence):
    assert [point.name for point in evidence.pareto] == [recipe.title for recipe in PARETO[1:]]
    point, figures = evidence.pareto[0], evidence.family[1]
    means = [group.macro_f1.mean for group in figures.sources]
    assert point.macro_f1 == pytest.approx(np.mean(means))
    assert point.microseconds == COSTS[figures.design]
    assert "| **knee** |" in to_markdown(evidence)


def test_every_network_that_is_compared_is_one_whose_cost_is_measured():
    timed = {Design(each.words, each.pairs, each.architecture) for each in FAMILY}
    assert {recipe.design for recipe in PARETO} <= timed


def test_costs_are_read_where_there_are_some(evidence: Evidence, tmp_path: Path):
    timing = Timing(12.5, 12, 13, 5)
    costs = (Cost("64 x 2", Member(Architecture()), 1, 2.0, timing, 3.0),)
    path = tmp_path / "costs.json"
    assert read_costs(path) == {}
    path.write_bytes(costs_to_json(Costs(evidence.machine, timing, costs)))
    assert read_costs(path) == {DESIGN: 12.5}


def test_other_json_holds_no_costs(tmp_path: Path):
    (tmp_path / "costs.json").write_text("{}")
    with pytest.raises(CorpusError, match=r"costs\.json holds no costs: write it with .*\.$"):
        read_costs(tmp_path / "costs.json")
