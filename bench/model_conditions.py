"""What is the same for all experiments: texts, folds, the teacher's checkpoint, seeds."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from bench.model_recipes import Recipe
from train.checkpoint import Checkpoint
from train.cli import SENTENCES
from train.folds import assign_folds
from train.lessons import Integers
from train.material import truth_of
from train.pipeline import TAUGHT, UNTAUGHT
from train.prepare import TrainingSet, prepare
from train.sources import read_corpora
from train.unlabeled import Unlabeled, read_unlabeled

# To be raised with each change of this package that changes what an experiment finds.
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Conditions:
    """What all experiments share.

    Attributes:
        training: N examples; the held-out ones are not among them.
        fold: of each, ``[N]``; near-duplicates are in one.
        unlabeled: sentences for the teacher, source by source; the first of each are learnt from
            by most.
        teacher: None where there is none; then nothing can be taught.
        seed: of folds, variants, teachers and students.
        epochs: passes over the material that the cross-validation of a student without a teacher,
            and of one with a teacher, tries.
    """

    training: TrainingSet
    fold: Integers
    unlabeled: Sequence[Unlabeled]
    teacher: Checkpoint | None
    seed: int = 0
    epochs: tuple[int, int] = (UNTAUGHT.epochs, TAUGHT.epochs)

    @property
    def truth(self) -> Integers:
        """The class of each example, ``[N]``."""
        return truth_of(self.training.examples, self.training.labels)

    def max_epochs(self, recipe: Recipe) -> int:
        """Return the passes over the material that a recipe's cross-validation tries."""
        return self.epochs[recipe.taught]

    def sentences(self, most: int) -> list[Unlabeled]:
        """Return so many unlabelled sentences at most: the same share of each source's first."""
        share = min(1.0, most / max(1, len(self.unlabeled)))
        by_source = groupby(self.unlabeled, key=lambda sentence: sentence.source)
        parts = [list(sentences) for _, sentences in by_source]
        return [sentence for part in parts for sentence in part[: round(share * len(part))]]

    def without(self, source: str) -> "Conditions":
        """Return the conditions of who has never heard of a source."""
        kept = [row for row, each in enumerate(self.training.examples) if each.source != source]
        examples = tuple(self.training.examples[row] for row in kept)
        return replace(
            self, training=replace(self.training, examples=examples), fold=self.fold[kept]
        )

    def key(self, recipe: Recipe, *more: str) -> str:
        """Return a SHA-256 over all that an experiment's outcome depends on, but for the code."""
        digest = sha256()
        for part in (*self._parts(recipe), *map(_encoded, more)):
            digest.update(f"{len(part)} ".encode())
            digest.update(part)
        return digest.hexdigest()[:32]

    def _parts(self, recipe: Recipe) -> Iterator[bytes]:
        alike = replace(recipe, name="", title="", unlabeled=0)
        yield f"{_VERSION} {alike} {self.training.labels} {self.seed}".encode()
        yield f"{self.max_epochs(recipe)}".encode()
        yield self.fold.tobytes()
        for example in self.training.examples:
            yield _encoded(repr(astuple(example)))
        if recipe.taught and self.teacher:
            yield self.teacher.sha256.encode()
            for sentence in self.sentences(recipe.unlabeled):
                yield _encoded(sentence.text)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def gather(data: Path, teacher: Checkpoint | None, *, seed: int = 0) -> Conditions:
    """Read the corpora and set the folds.

    Raises:
        CorpusError: a corpus is missing or malformed.
    """
    corpus = read_corpora(data)
    training = prepare(corpus)
    unlabeled: Sequence[Unlabeled] = ()
    if teacher is not None:
        texts = [example.text for example in corpus.examples]
        unlabeled = read_unlabeled(data, per_file=SENTENCES, seed=seed, training=texts).sentences
    fold = assign_folds(training.examples, TAUGHT.folds, seed)
    return Conditions(training, fold, unlabeled, teacher, seed)
