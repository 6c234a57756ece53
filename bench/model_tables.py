"""The tables of the evidence: each a header and rows, or nothing where nothing is measured."""

from collections.abc import Callable, Mapping

from bench.model_behaviour import Passed
from bench.model_cells import (
    NONE,
    Cells,
    by_group,
    calibration_errors,
    change,
    headed,
    mean,
    scores,
    source_name,
)
from bench.model_errors import count_causes
from bench.model_evidence import Evidence
from bench.model_figures import ALL, Figures, GroupFigures
from bench.pareto_plot import front, knee

_UNANIMOUS = "100 %"


def design(evidence: Evidence) -> Cells:
    """How large the student is."""
    found = evidence.facts.design
    sizes = found.architecture
    return [
        ("Part", "Size"),
        ("words known at most", f"{found.words:,}"),
        ("pairs known at most", f"{found.pairs:,}"),
        ("channels of a position", str(sizes.width)),
        ("residual convolutions", str(sizes.layers)),
        ("hidden units", str(sizes.hidden)),
        ("classes", ", ".join(evidence.facts.labels)),
    ]


def facts(evidence: Evidence) -> Cells:
    """What was learnt from."""
    found = evidence.facts
    rows: Cells = [("Texts", "")]
    rows += [
        (f"{source_name(name)}, labelled", f"{count:,}") for name, count in found.sources.items()
    ]
    rows += [(f"{name}, unlabelled", f"{count:,}") for name, count in found.unlabeled.items()]
    return [*rows, ("teacher", found.teacher)]


def goals(evidence: Evidence) -> Cells:
    """What was promised, and whether it holds."""
    rows = [(g.goal, "holds" if g.holds else "missed", g.figures) for g in evidence.goals]
    return headed(("Goal", "", "Found"), rows)


def contenders(evidence: Evidence) -> Cells:
    """Accuracy and macro-F1 of each contender on each source."""
    return by_group(evidence.contenders, lambda group: group.level in (ALL, _UNANIMOUS), scores)


def agreement(evidence: Evidence) -> Cells:
    """Accuracy and macro-F1 of each contender on each level of agreement."""
    return by_group(evidence.contenders, lambda group: group.level != ALL, scores)


def calibration(evidence: Evidence) -> Cells:
    """Calibration error of each contender on each source."""
    return by_group(evidence.contenders, lambda group: group.level == ALL, calibration_errors)


def classes(evidence: Evidence) -> Cells:
    """F1 of each class in each source, by contender."""
    titles = [figures.title for figures in evidence.contenders]
    rows = []
    for group in evidence.contenders[0].sources if evidence.contenders else ():
        for index, found in enumerate(group.classes):
            others = [each.group(group.source) for each in evidence.contenders]
            cells = [mean(other.classes[index].f1) if other else NONE for other in others]
            rows.append((source_name(group.source), found.label, f"{found.texts:,}", *cells))
    return headed(("source", "class", "texts", *titles), rows)


def curve(evidence: Evidence) -> Cells:
    """Macro-F1 on each source by the amount of unlabelled text."""
    amounts = evidence.curve
    rows = [
        (f"{amount.sentences:,}", *(mean(each.macro_f1) for each in amount.figures.sources))
        for amount in amounts
    ]
    return headed(
        ("unlabelled sentences", *(_sources(amounts[0].figures) if amounts else ())), rows
    )


def ablations(evidence: Evidence) -> Cells:
    """What each ablation changes in macro-F1, in points."""
    student = evidence.student
    if student is None:
        return []
    rows = [
        (figures.title, *(change(figures, group) for group in student.sources))
        for figures in evidence.ablations
    ]
    return headed(("student …", *_sources(student)), rows)


def left_out(evidence: Evidence) -> Cells:
    """Macro-F1 on each source, by what is not learnt from."""
    return by_group(evidence.left_out, lambda group: group.level == ALL, _macro_f1)


def pareto(evidence: Evidence) -> Cells:
    """Microseconds and macro-F1 of the family's members, by rising cost."""
    points = sorted(evidence.pareto, key=lambda point: point.microseconds)
    worth = dict.fromkeys(front(points), "on the front")
    if points:
        worth[knee(points)] = "knee"
    rows = [
        (
            point.name,
            f"{point.microseconds:.1f}",
            f"{point.macro_f1:.3f} ± {point.deviation:.3f}",
            worth.get(point, ""),
        )
        for point in points
    ]
    return headed(("network", "µs", "macro-F1", ""), rows)


def behaviour(evidence: Evidence) -> Cells:
    """Tests passed by each model, of each kind, of each type, and of all."""
    models = evidence.behaviour
    by_kind = zip(*(model.passed for model in models), strict=True)
    rows = [(_named(passed[0]), *map(_count, passed)) for passed in by_kind]
    return headed(("tests", *(model.title for model in models)), rows)


def causes(evidence: Evidence) -> Cells:
    """How many of the surest errors have which cause."""
    counts = count_causes(evidence.mistakes)
    return headed(("cause", "errors"), [(cause, str(count)) for cause, count in counts.items()])


def mistakes(evidence: Evidence) -> Cells:
    """The surest errors."""
    rows = [
        (
            each.excerpt,
            source_name(each.source),
            each.truth,
            each.said,
            f"{each.probability:.2f}",
            NONE if each.agreement is None else f"{each.agreement} %",
            each.cause,
        )
        for each in evidence.mistakes
    ]
    header = ("begins", "source", "label", "model", "probability", "agreement", "cause")
    return headed(header, rows)


def experiments(evidence: Evidence) -> Cells:
    """What each experiment took."""
    rows = [
        (
            figures.name,
            figures.title,
            f"{figures.learnt:,}",
            str(figures.epochs or NONE),
            f"{figures.seconds / 60:.1f}",
        )
        for figures in evidence.measured
    ]
    return headed(("experiment", "", "texts learnt from", "epochs", "minutes"), rows)


def _macro_f1(group: GroupFigures) -> str:
    return mean(group.macro_f1)


def _sources(figures: Figures) -> list[str]:
    return [source_name(group.source) for group in figures.sources]


def _count(passed: Passed) -> str:
    return f"{passed.tally.passed}/{passed.tally.cases}"


def _named(passed: Passed) -> str:
    return passed.kind or (f"all {passed.type}" if passed.type else "all")


TABLES: Mapping[str, Callable[[Evidence], Cells]] = {
    "design": design,
    "facts": facts,
    "goals": goals,
    "contenders": contenders,
    "agreement": agreement,
    "classes": classes,
    "calibration": calibration,
    "curve": curve,
    "ablations": ablations,
    "left_out": left_out,
    "pareto": pareto,
    "behaviour": behaviour,
    "causes": causes,
    "mistakes": mistakes,
    "experiments": experiments,
}
"""By the name of the page's slot."""
