"""Builds what the graph is compared with."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from onnx import ModelProto
from tqdm import tqdm

from bench import contenders
from bench.contenders import Contender
from bench.graph_results import Columns
from bench.language import Language, extended
from bench.recipes import Ours, build_classic, build_ours
from bench.shipped import Vocabulary, cut_floor
from export.artifacts import Artifacts, read_artifacts

_CONTENDERS = 9
_FLOOR = "StringNormalizer and Tokenizer, cut out of the graph"


@dataclass(frozen=True, slots=True)
class Subject:
    """The graph that is judged, and the model that it was made from where there is one."""

    path: Path
    model: ModelProto
    labels: tuple[str, ...]
    vocabulary: Vocabulary
    artifacts: Artifacts | None


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the recipes are.

    Attributes:
        classic: features of the classic pair: fewer, as many as the goal says, more. Our recipe
            gets the middle number as well; both are doubled.
        sentences: of the generated corpus on which the recipes are fitted.
    """

    classic: tuple[int, int, int]
    sentences: int

    @property
    def middle(self) -> int:
        """The features of the goal."""
        return self.classic[1]

    @property
    def columns(self) -> Columns:
        """Names for what these sizes give."""
        fewer, middle, more, doubled = map(_short, (*self.classic, 2 * self.middle))
        return Columns(
            classic=(f"classic {fewer}", f"classic {middle}", f"classic {more}"),
            classic_doubled=f"classic {doubled}",
            ours=(f"ours {middle}", f"ours {doubled}"),
        )


def find_artifacts(directory: Path) -> Artifacts | None:
    """Read what ``make train`` wrote, if it did.

    Raises:
        export.artifacts.ArtifactError: there is something, and it is damaged.
    """
    return read_artifacts(directory) if directory.exists() else None


def build_field(subject: Subject, sizes: Sizes) -> tuple[Contender, ...]:
    """Build everything that is timed, in the order in which it takes turns; shows progress.

    The recipes are fitted on generated texts, and their weights are random: a call costs the same
    whatever it answers.
    """
    return tuple(tqdm(_contenders(subject, sizes), "build", total=_CONTENDERS, unit=" contenders"))


def _contenders(subject: Subject, sizes: Sizes) -> Iterator[Contender]:
    names, labels = sizes.columns, subject.labels
    yield contenders.graph(names.floor, _FLOOR, cut_floor(subject.model))
    yield contenders.graph(names.shipped, str(subject.path), subject.model)
    vocabulary = subject.vocabulary
    language = Language(extended(vocabulary.words, sizes.middle), vocabulary.followers, seed=0)
    corpus = list(language.corpus(sizes.sentences))
    once = build_ours(corpus, sizes.middle // 2, labels)
    yield _python(names.python, subject.artifacts, once)
    yield _ours(names.ours[0], once)
    yield _ours(names.ours[1], build_ours(corpus, sizes.middle, labels))
    classic = (*names.classic, names.classic_doubled)
    for name, features in zip(classic, (*sizes.classic, 2 * sizes.middle), strict=True):
        description = f"{features:,} words and pairs: TfidfVectorizer -> Dense, plainly converted"
        yield contenders.graph(name, description, build_classic(corpus, features, labels))


def _ours(name: str, built: Ours) -> Contender:
    words, pairs = len(built.vectorizer.word_ids_), len(built.vectorizer.pair_ids_)
    return contenders.graph(name, f"{words:,} words, {pairs:,} pairs in our recipe", built.graph)


def _python(name: str, artifacts: Artifacts | None, substitute: Ours) -> Contender:
    if artifacts:
        description = "scikit-learn and Keras, called from Python, as `make train` wrote them"
        return contenders.python(name, description, artifacts.vectorizer, artifacts.network)
    description = "scikit-learn and Keras, called from Python: random, as there are no artifacts"
    return contenders.python(name, description, substitute.vectorizer, substitute.network)


def _short(size: int) -> str:
    return f"{size // 1000}k" if size % 1000 == 0 else str(size)
