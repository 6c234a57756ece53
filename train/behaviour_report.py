"""What a model did on the behavioural tests, as data and as text."""

from collections.abc import Iterator
from dataclasses import dataclass

from train.behaviour_cases import LEAST_MOVE, TYPES, Answer, Case, Labelled, Moved
from train.display import table
from train.metrics import DIGITS

_LEGEND = (
    "MFT: a text has to get its label. INV: a pair has to keep its label.",
    f"DIR: its label has to flip, or a probability to move by {LEAST_MOVE:g} or more.",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case, and what the model says of each of its texts."""

    case: Case
    answers: tuple[Answer, ...]

    @property
    def passed(self) -> bool:
        """Whether what the case expects holds."""
        return self.case.expectation.holds(self.answers)

    def to_dict(self) -> dict[str, object]:
        """Give the case and the answers as JSON types, probabilities rounded to `DIGITS`."""
        return {
            "kind": self.case.kind,
            "type": self.case.type,
            "expectation": self.case.written,
            "why": self.case.why,
            "texts": [
                {"text": text, "label": answer.label, "probabilities": _rounded(answer)}
                for text, answer in zip(self.case.texts, self.answers, strict=True)
            ],
        }


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of some cases passed."""

    cases: int
    passed: int

    @property
    def rate(self) -> float:
        """The share of the cases that passed, 0 to 1; there has to be a case."""
        return self.passed / self.cases

    def to_dict(self) -> dict[str, object]:
        """Give the counts and the rate as JSON types, the rate rounded to `DIGITS`."""
        rate = round(self.rate, DIGITS)
        return {"cases": self.cases, "passed": self.passed, "pass_rate": rate}


@dataclass(frozen=True, slots=True)
class BehaviourReport:
    """A graph's outcomes on the list, in its order."""

    model: str
    version: str
    outcomes: tuple[Outcome, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds in the order in which they occur."""
        return tuple(dict.fromkeys(outcome.case.kind for outcome in self.outcomes))

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """The outcomes that did not pass."""
        return tuple(outcome for outcome in self.outcomes if not outcome.passed)

    def tally(self, kind: str | None = None, type_: str | None = None) -> Tally:
        """Count the cases of a kind and a type, or of all of them where it is None."""
        found = [
            outcome.passed
            for outcome in self.outcomes
            if kind in (None, outcome.case.kind) and type_ in (None, outcome.case.type)
        ]
        return Tally(len(found), sum(found))

    def to_dict(self) -> dict[str, object]:
        """Give the report as JSON types: the rates, and each case that fails."""
        return {
            "model": self.model,
            "model_version": self.version,
            **self._tallies(None),
            "kinds": {kind: self._tallies(kind) for kind in self.kinds},
            "failures": [outcome.to_dict() for outcome in self.failures],
        }

    def _tallies(self, kind: str | None) -> dict[str, object]:
        types = {type_: self.tally(kind, type_) for type_ in TYPES}
        by_type = {type_: tally.to_dict() for type_, tally in types.items() if tally.cases}
        return self.tally(kind).to_dict() | {"types": by_type}


def render_behaviour(report: BehaviourReport) -> str:
    """Lay a report out for a terminal: the table of rates, then the cases that fail."""
    version = f" (version {report.version})" if report.version else ""
    parts = [f"{report.model}{version}", "", *_LEGEND, "", _rates(report)]
    if report.failures:
        parts += ["", "The cases that fail, with what the model says:"]
        parts += [line for outcome in report.failures for line in _failure(outcome)]
    return "\n".join(parts) + "\n"


def _rates(report: BehaviourReport) -> str:
    rows: list[tuple[str, ...]] = [("kind", *TYPES, "passed", "rate")]
    for kind in (*report.kinds, None):
        tallies = *(report.tally(kind, type_) for type_ in TYPES), report.tally(kind)
        counts = (f"{found.passed}/{found.cases}" if found.cases else "-" for found in tallies)
        rows.append((kind or "all", *counts, f"{tallies[-1].rate:.3f}"))
    return table(rows)


def _failure(outcome: Outcome) -> Iterator[str]:
    """Yield the lines of one case: what was expected, then each text below its answer."""
    case = outcome.case
    yield ""
    yield f"  {case.kind}, {case.type}: {_expected(case)}{f' ({case.why})' if case.why else ''}"
    for text, answer in zip(case.texts, outcome.answers, strict=True):
        # Where one label's probability has to move, that one is shown.
        moved = case.expectation
        label = moved.label if isinstance(moved, Moved) else answer.label
        yield f"    {label:<8} {answer.probabilities[label]:.2f}  {text}"


def _expected(case: Case) -> str:
    match case.expectation:
        case Labelled(labels):
            return f"expected {', then '.join(labels)}"
        case Moved(label, rises):
            return f"expected {label} to {'rise' if rises else 'fall'}"
    return "expected one label for both"


def _rounded(answer: Answer) -> dict[str, float]:
    return {label: round(share, DIGITS) for label, share in answer.probabilities.items()}
