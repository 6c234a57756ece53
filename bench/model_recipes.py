"""The experiments: what each of them does otherwise than the student that `make train` trains."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from train import phrasebank, sentfin, twitter
from train.cli import SENTENCES as PER_FILE
from train.fitting import DESIGN, Design
from train.network import Architecture

Learner: TypeAlias = Literal["student", "teacher", "counts", "margins"]
"""What learns: our network, the transformer, the old service's recipe, a linear SVM."""

SOURCES: Mapping[str, str] = {
    phrasebank.NAME: "PhraseBank",
    sentfin.NAME: "SEntFiN",
    twitter.NAME: "Twitter",
}
"""What the corpora are called in tables."""

SENTENCES = sum(PER_FILE.values())


@dataclass(frozen=True, slots=True)
class Recipe:
    """One experiment; the defaults are the student's.

    Attributes:
        name: on the command line.
        title: in tables.
        learner: what learns; only the student has the settings below.
        taught: whether from a teacher, and so from variants and unlabelled text too.
        variants: whether from changed training texts.
        unlabeled: from so many unlabelled sentences at most.
        without: the source that nothing is learnt from, by anybody; its texts are asked about.
        design: how large the student is.
    """

    name: str
    title: str
    learner: Learner = "student"
    taught: bool = True
    variants: bool = True
    unlabeled: int = SENTENCES
    without: str = ""
    design: Design = DESIGN


def _sized(architecture: Architecture) -> Design:
    """Return the student's design with another network."""
    return replace(DESIGN, architecture=architecture)


_BAG = _sized(Architecture(bag=True))
_SIZES = ((64, 0), (32, 1), (64, 1), (32, 2), (64, 2), (64, 3))


OLD = Recipe("old", "old recipe", learner="counts", taught=False)
SVM = Recipe("svm", "TF-IDF, linear SVM", learner="margins", taught=False)
BASELINE = Recipe("baseline", "bag, labels only", taught=False, design=_BAG)
UNTAUGHT = Recipe("untaught", "student, no teacher", taught=False)
STUDENT = Recipe("student", "student")
TEACHER = Recipe("teacher", "teacher", learner="teacher")

CONTENDERS = (OLD, SVM, BASELINE, UNTAUGHT, STUDENT, TEACHER)
CURVE = tuple(
    Recipe(f"unlabelled-{amount // 1000}k", f"{amount:,} sentences", unlabeled=amount)
    for amount in (0, 10_000, 30_000)
)
ABLATIONS = (
    Recipe("no-pairs", "no word pairs", design=replace(DESIGN, pairs=0)),
    Recipe("no-convolution", "no convolution", design=_sized(Architecture(layers=0))),
    Recipe("no-variants", "no variants", variants=False),
)
LEFT_OUT = (
    UNTAUGHT,
    *(
        Recipe(f"without-{name}", f"without {title}", taught=False, without=name)
        for name, title in SOURCES.items()
    ),
)
"""From labels alone: a teacher that has not heard of a source would take an hour for each."""
PARETO = (
    Recipe("bag-64", "bag 64", design=_BAG),
    *(
        Recipe(f"{wide}x{layers}", f"{wide} x {layers}", design=_sized(Architecture(wide, layers)))
        for wide, layers in _SIZES
    ),
    Recipe("fewer-words", "5k + 5k", design=replace(DESIGN, words=5_000, pairs=5_000)),
    Recipe("more-words", "20k + 40k", design=replace(DESIGN, words=20_000, pairs=40_000)),
)
"""Members of `bench.pareto_cost.FAMILY`, which says what they cost."""
BEHAVIOUR = (BASELINE, UNTAUGHT, STUDENT)

GROUPS: Mapping[str, tuple[Recipe, ...]] = {
    "contenders": CONTENDERS,
    "curve": CURVE,
    "ablations": ABLATIONS,
    "left-out": LEFT_OUT,
    "pareto": PARETO,
}
