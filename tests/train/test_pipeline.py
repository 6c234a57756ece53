import json
import logging
from pathlib import Path

import joblib
import keras
import numpy as np
import pytest

from tests.train.tiny_checkpoint import write_checkpoint
from train.checkpoint import open_checkpoint
from train.corpus import Corpus, CorpusError, Example, Source
from train.holdout import key
from train.pipeline import train
from train.table import read_table

SOURCE = Source("mine.csv", "own", 26, "0" * 64)
LABELS = ("πτώση", "άνοδος")
COMPANIES = ("Ακμή", "Βορράς", "Γαλάζιο", "Δέλτα", "Ερμής", "Ζέφυρος", "Ήλιος", "Θάλασσα")
SENTENCES = {
    "άνοδος": ("Τα κέρδη της {} αυξήθηκαν", "Η {} κερδίζει νέο έργο"),
    "πτώση": ("Οι πωλήσεις της {} μειώθηκαν", "Η {} κλείνει δύο εργοστάσια"),
}
FIVE_LABELS = ("очень плохо", "плохо", "никак", "хорошо", "非常好")
HELD_OUT = "The shares of Northwind fell on Monday"


def greek_corpus() -> Corpus:
    """Two labels, 16 texts each; one text twice, and one on the list of those held out."""
    examples = [
        Example(sentence.format(company), label, "mine.csv")
        for company in COMPANIES
        for label, sentences in SENTENCES.items()
        for sentence in sentences
    ]
    return Corpus((*examples, examples[0], Example(HELD_OUT, "πτώση", "mine.csv")), (SOURCE,))


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What training on the Greek corpus leaves in a folder that held something before."""
    out = tmp_path_factory.mktemp("artifacts")
    (out / "metrics.json").write_text("of an earlier training", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("train.holdout.held_out_keys", lambda: frozenset({key(HELD_OUT)}))
        train(greek_corpus(), out, seed=5, max_epochs=2)
    return out


# Keras reads the weights with np.array, TensorFlow's `__array__` does not know `copy` yet:
# https://github.com/keras-team/keras/pull/21288
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword"
)


def read(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_labels_of_the_corpus_are_those_of_the_model(artifacts: Path) -> None:
    assert read(artifacts / "metrics.json")["labels"] == sorted(LABELS)


def test_a_held_out_sentence_of_one_s_own_table_is_not_trained_on(artifacts: Path) -> None:
    texts = read(artifacts / "texts.json")
    assert len(texts) == 32
    assert HELD_OUT not in texts
    vectorizer = joblib.load(artifacts / "vectorizer.joblib")
    assert not {"shares", "northwind", "monday"} & vectorizer.word_ids_.keys()


def test_what_was_dropped_is_counted(artifacts: Path) -> None:
    training = read(artifacts / "metrics.json")["training"]
    assert training["texts"] == 32
    assert training["dropped"] == {"held_out": 1, "duplicates": 1, "conflicting": 0}


def test_seed_and_epochs_are_those_asked_for(artifacts: Path) -> None:
    training = read(artifacts / "metrics.json")["training"]
    assert training["seed"] == 5
    assert training["epochs"] in {1, 2}


def test_the_stored_pair_answers_every_text_with_probabilities(artifacts: Path) -> None:
    vectorizer = joblib.load(artifacts / "vectorizer.joblib")
    network = keras.saving.load_model(artifacts / "network.keras")
    texts = [*read(artifacts / "texts.json"), "", "Ζημιές 5 %", "完全不同"]
    probabilities = np.asarray(network(vectorizer.transform(texts)))
    assert probabilities.shape == (35, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_a_table_with_five_labels_of_any_script_is_trained_on(tmp_path: Path) -> None:
    rows = "".join(
        f"{number},{label},Компания {company} {number % 3} % {label}\n"
        for number, company in enumerate((*COMPANIES, "Ώρα", "Ρόδα"))
        for label in FIVE_LABELS
    )
    (tmp_path / "отзывы.csv").write_text(f"№,оценка,текст\n{rows}", encoding="utf-8")
    train(read_table(tmp_path / "отзывы.csv", "текст", "оценка"), tmp_path / "out", max_epochs=1)
    metrics = read(tmp_path / "out" / "metrics.json")
    judged = metrics["cross_validation"]["overall"]["classes"]
    assert metrics["labels"] == [each["label"] for each in judged] == sorted(FIVE_LABELS)
    assert metrics["trained_on"][0]["name"] == "отзывы.csv"


def test_a_table_of_one_s_own_can_have_a_teacher_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where the cache will be
    teacher = open_checkpoint("tiny", write_checkpoint(tmp_path / "tiny"))
    train(greek_corpus(), tmp_path / "out", max_epochs=1, teacher=teacher)
    metrics = read(tmp_path / "out" / "metrics.json")
    assert metrics["labels"] == sorted(LABELS)
    assert metrics["cross_validation"]["folds"] == 3
    assert metrics["distilled_on"] == []
    # Words of the variants are known too, but these are no texts to prove a graph on.
    assert len(read(tmp_path / "out" / "texts.json")) == metrics["training"]["texts"] == 33


def test_a_folder_that_cannot_be_made_is_refused_before_the_training(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(FileExistsError):
        train(greek_corpus(), tmp_path / "taken")
    assert "Stage 2/5" not in caplog.text


def test_a_corpus_that_leaves_too_little_is_refused_and_nothing_written(tmp_path: Path) -> None:
    small = Corpus(greek_corpus().examples[:20], (SOURCE,))
    doubted = [Example(each.text, LABELS[0], "mine.csv") for each in small.examples]
    with pytest.raises(CorpusError, match=r"^Without held-out sentences and duplicates: .+\.$"):
        train(Corpus((*small.examples, *doubted), (SOURCE,)), tmp_path / "out")
    assert not (tmp_path / "out").exists()
