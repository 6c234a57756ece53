"""What students are taught; each answer of the teacher that stands in here can be told from others.

Real teachers, tiny ones, teach in test_pipeline.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from scipy.special import softmax

from tests.train.conftest import SENTENCES
from train.augmentation import augment
from train.checkpoint import Checkpoint
from train.corpus import Example
from train.curriculum import Curriculum, from_labels, from_teacher
from train.lessons import Floats, Integers
from train.material import Material, material_of
from train.prepare import TrainingSet
from train.teacher import TeacherLabels, label_softly
from train.unlabeled import Unlabeled

TEACHER = Checkpoint("stand-in", Path("nowhere"), "0" * 64)
LABELS = ("negative", "neutral", "positive")
SOURCES = ("financial_phrasebank", "sentfin", "twitter_financial_news")
MARKS = ("Northwind", "Quillon", "Tessera")
"""A company for each fold: what is made of a text of the fold may name it, and nothing else may."""
UNLABELED = (
    Unlabeled("Ferries to get cheaper in spring", "uci_news_business_headlines"),
    Unlabeled("The rate of interest was left as it is", "fed_beige_book"),
    Unlabeled("Shares of several banks fell in London", "reuters21578"),
)


def said(teacher: int, text: str, head: int) -> Floats:
    """The logits of a teacher: no other one, and no other head, says the same of a text."""
    draw = np.random.default_rng([teacher, head, crc32(text.encode())])
    return draw.normal(scale=2, size=3).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Taught:
    """A curriculum, what it is made of, and what the teacher was asked, by parameter."""

    training: TrainingSet
    fold: Integers
    asked: Mapping[str, Any]
    curriculum: Curriculum


def training_of(sources: Sequence[str]) -> tuple[TrainingSet, Integers]:
    """Nine texts of each source and fold, of SEntFiN three."""
    rows = [
        (Example(sentence.format(company=mark, number=number), label, source, agreement), fold)
        for source, number, agreement in zip(
            sources, ("5.6", "7", "19"), (75, 66, 50), strict=False
        )
        for fold, mark in enumerate(MARKS)
        for label, sentences in SENTENCES.items()
        for sentence in sentences[: 1 if source == "sentfin" else 3]
    ]
    order = np.random.default_rng(0).permutation(len(rows) - 1) + 1
    order = [0, *order.tolist()]  # the first source stays the first
    examples = tuple(rows[index][0] for index in order)
    fold = np.array([rows[index][1] for index in order])
    return TrainingSet(examples, LABELS, held_out=0, duplicates=0, conflicting=0), fold


def teach(sources: Sequence[str] = SOURCES, seed: int = 0) -> Taught:
    training, fold = training_of(sources)
    asked: list[Mapping[str, Any]] = []

    def stand_in(*arguments: object, **options: object) -> TeacherLabels:
        asked.append(signature(label_softly).bind(*arguments, **options).arguments)
        heads = range(int(asked[0]["heads"].max()) + 1)
        logits = [
            [[said(teacher, text, head) for head in heads] for text in asked[0]["texts"]]
            for teacher in range(asked[0]["folds"])
        ]
        return TeacherLabels(np.array(logits))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("train.curriculum.label_softly", stand_in)
        curriculum = from_teacher(training, fold, UNLABELED, TEACHER, seed=seed)
    (only,) = asked
    return Taught(training, fold, only, curriculum)


@dataclass(frozen=True, slots=True)
class Text:
    """A text that may be taught, its label's target, fold and head; None where there is none."""

    text: str
    label: Floats | None
    fold: int | None
    head: int


def all_texts(taught: Taught, style: int) -> Iterator[Text]:
    """Every text that a student may learn from; `style` is the head for headlines."""
    examples = taught.training.examples
    sources = list(dict.fromkeys(example.source for example in examples))
    targets = material_of(examples, LABELS).targets
    for example, target, fold in zip(examples, targets, taught.fold, strict=True):
        yield Text(example.text, target, int(fold), sources.index(example.source))
    for variant in augment(examples, fold=taught.fold, seed=0):
        source = examples[variant.parent].source
        yield Text(variant.text, None, int(taught.fold[variant.parent]), sources.index(source))
    for head, unlabeled in zip((style, 0, 0), UNLABELED, strict=True):
        yield Text(unlabeled.text, None, None, head)


def opinion(text: Text, student: int | None) -> Floats:
    """What a teacher for this student says: the fold's own, or for the last the one without it."""
    teacher = text.fold if student is None else student
    if teacher is None:
        return np.mean([softmax(said(each, text.text, text.head)) for each in range(3)], axis=0)
    return softmax(said(teacher, text.text, text.head))


def check_targets(material: Material, texts: Sequence[Text], student: int | None) -> None:
    """Each target has to be the opinion, or as far from it towards the label as all others."""
    assert material.texts == tuple(text.text for text in texts)
    np.testing.assert_allclose(material.targets.sum(axis=1), 1, atol=1e-5)
    opinions = np.array([opinion(text, student) for text in texts])
    known = [number for number, text in enumerate(texts) if text.label is not None]
    other = [number for number, text in enumerate(texts) if text.label is None]
    np.testing.assert_allclose(material.targets[other], opinions[other], atol=1e-5)
    labels = np.array([texts[number].label for number in known])
    towards, away = material.targets[known] - opinions[known], labels - opinions[known]
    share = float((towards * away).sum() / (away**2).sum())
    assert 0.1 < share < 0.9
    np.testing.assert_allclose(towards, share * away, atol=1e-5)


@pytest.fixture(scope="module")
def taught() -> Taught:
    return teach()


def test_labels_alone_teach_what_they_say_and_each_fold_s_student_all_but_its_fold() -> None:
    training, fold = training_of(SOURCES)
    curriculum = from_labels(training, fold)
    assert curriculum.out_of_fold is None
    examples = np.array(training.examples, dtype=object)
    parts = [*((fold != number) for number in range(3)), fold >= 0]
    for material, part in zip((*curriculum.without_fold, curriculum.whole), parts, strict=True):
        expected = material_of(examples[part], LABELS)
        assert material.texts == expected.texts
        np.testing.assert_array_equal(material.targets, expected.targets)
        np.testing.assert_array_equal(material.weights, expected.weights)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_material_of_a_fold_holds_no_text_of_it_nor_a_variant_of_one(
    taught: Taught, number: int
) -> None:
    material = taught.curriculum.without_fold[number]
    naming = [sum(mark in text for text in material.texts) for mark in MARKS]
    assert naming.pop(number) == 0
    assert min(naming) > 2 * 21  # of the others there are variants, too
    assert {each.text for each in UNLABELED} <= set(material.texts)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_student_of_a_fold_learns_from_the_teacher_that_has_not_seen_it(
    taught: Taught, number: int
) -> None:
    texts = [text for text in all_texts(taught, style=1) if text.fold != number]
    check_targets(taught.curriculum.without_fold[number], texts, number)


def test_the_last_student_learns_of_each_text_from_the_teacher_that_has_not_seen_it(
    taught: Taught,
) -> None:
    """Of a variant from the one that has not seen what it was made of; of others, the mean."""
    check_targets(taught.curriculum.whole, list(all_texts(taught, style=1)), None)


def test_what_the_teacher_that_has_not_seen_an_example_says_is_handed_on(taught: Taught) -> None:
    texts = list(all_texts(taught, style=1))[: len(taught.fold)]
    expected = [opinion(text, None) for text in texts]
    np.testing.assert_allclose(taught.curriculum.out_of_fold, expected, atol=1e-6)


def test_a_text_with_a_label_counts_more_than_one_without(taught: Taught) -> None:
    count = len(taught.fold)
    weights = taught.curriculum.whole.weights
    assert weights[:count].min() == weights[:count].max() > weights[count:].max()
    assert weights[count:].min() == weights[count:].max() > 0


def test_a_teacher_learns_the_labels_of_each_source_with_a_head_of_its_own(taught: Taught) -> None:
    asked, examples = taught.asked, taught.training.examples
    assert (asked["folds"], asked["checkpoint"], asked["examples"]) == (3, TEACHER, examples)
    np.testing.assert_array_equal(asked["fold"], taught.fold)
    np.testing.assert_array_equal(asked["targets"], material_of(examples, LABELS).targets)
    pairs = zip((example.source for example in examples), asked["heads"].tolist(), strict=True)
    assert sorted(head for _, head in set(pairs)) == [0, 1, 2]


def test_a_small_source_is_not_lost_on_a_teacher_nor_does_it_rule(taught: Taught) -> None:
    """A text of it counts more, all of them together less."""
    weights, heads = taught.asked["weights"], taught.asked["heads"]
    large, small, _ = (weights[heads == head] for head in range(3))
    assert small.min() > large.max() > 0
    assert small.sum() < large.sum()


@pytest.mark.parametrize(
    ("sources", "headlines"),
    [
        (("sentfin", "twitter_financial_news"), 0),
        (("twitter_financial_news", "sentfin"), 1),
        (("financial_phrasebank", "twitter_financial_news"), 0),
        (("mine.csv",), 0),
    ],
)
def test_headlines_are_judged_as_those_of_sentfin_whichever_sources_there_are(
    sources: tuple[str, ...], headlines: int
) -> None:
    """Where it is not among them, as texts of the first source; so are all other texts."""
    taught = teach(sources)
    assert set(taught.asked["heads"].tolist()) == set(range(len(sources)))
    check_targets(taught.curriculum.whole, list(all_texts(taught, headlines)), None)


def test_another_seed_makes_other_variants_and_the_same_seed_the_same(taught: Taught) -> None:
    again, other = teach(seed=0).curriculum.whole, teach(seed=1).curriculum.whole
    assert again.texts == taught.curriculum.whole.texts
    np.testing.assert_array_equal(again.targets, taught.curriculum.whole.targets)
    assert set(other.texts) != set(again.texts)
