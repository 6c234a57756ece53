"""Small texts of three sources, a teacher made of their labels, and logits made up at random."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from bench.model_cache import Judged
from bench.model_conditions import Conditions
from train.checkpoint import Checkpoint
from train.corpus import Example
from train.prepare import TrainingSet
from train.teacher import TeacherLabels
from train.unlabeled import Unlabeled

LABELS = ("negative", "neutral", "positive")
REPORTS, HEADLINES, POSTS = "financial_phrasebank", "sentfin", "twitter_financial_news"
NAMES = ("Northwind", "Alder", "Quillon", "Marrow", "Fjordline", "Tessera", "Oakham", "Vantor")
TEXTS = {
    REPORTS: {
        "negative": "{} said that its operating profit fell in the quarter as orders were weak",
        "neutral": "{} said that its annual meeting takes place in the hall of the city in spring",
        "positive": "{} said that its operating profit rose in the quarter as orders were strong",
    },
    HEADLINES: {
        "negative": "{} shares sink after a warning on sales",
        "neutral": "{} names new head of its legal department",
        "positive": "{} shares surge after a record contract",
    },
    POSTS: {
        "negative": "bears sell {} now, what a loss",
        "neutral": "{} reports at noon, see the link",
        "positive": "bulls buy {} now, what a gain",
    },
}
UNLABELED = tuple(
    Unlabeled(f"Orders of the mill number {number} {verb} over the year", source)
    for source, verb in (("reuters21578", "rose"), ("fed_beige_book", "fell"))
    for number in range(10)
)
TEACHER = Checkpoint("naive Bayes", Path("nowhere"), "0" * 64)


def conditions(folds: int = 2) -> Conditions:
    """72 texts of three sources, 24 with each label, and 20 sentences without one."""
    examples = tuple(
        Example(text.format(name), label, source, (50, 66, 75, 100)[at % 4] if agreed else None)
        for at, name in enumerate(NAMES)
        for source, agreed in ((REPORTS, True), (HEADLINES, False), (POSTS, False))
        for label, text in TEXTS[source].items()
    )
    training = TrainingSet(examples, LABELS, held_out=0, duplicates=0, conflicting=0)
    fold = np.arange(len(examples)) // 9 % folds
    return Conditions(training, fold, UNLABELED, TEACHER, epochs=(1, 1))


def ask_naive_bayes(
    texts: Sequence[str],
    examples: Sequence[Example],
    targets: npt.NDArray[np.float32],
    fold: npt.NDArray[np.int64],
    heads: npt.NDArray[np.int64],
    *,
    folds: int,
    **_: object,
) -> TeacherLabels:
    """Stands for `train.teacher.label_softly`: a naive Bayes that has not seen the fold."""
    words = [example.text for example in examples]
    logits = []
    for number in range(folds):
        seen = np.flatnonzero(fold != number)
        teacher = make_pipeline(CountVectorizer(), MultinomialNB())
        teacher.fit([words[row] for row in seen], targets[seen].argmax(axis=1))
        logits.append(np.log(teacher.predict_proba(texts)))
    each = np.stack(logits)[:, :, np.newaxis].repeat(heads.max() + 1, axis=2)
    return TeacherLabels(each.astype(np.float32))


def judged(conditions: Conditions, *, right: float = 0.8, seed: int = 0) -> Judged:
    """Logits that are right about this share of the texts, and surer of themselves than that."""
    draw = np.random.default_rng(seed)
    truth = conditions.truth
    said = np.where(draw.random(len(truth)) < right, truth, (truth + 1) % len(LABELS))
    logits = draw.normal(size=(len(truth), len(LABELS)))
    logits[np.arange(len(truth)), said] += 8
    return Judged("made up", "", 60.0, 1, len(truth) // 2, logits.tolist())
