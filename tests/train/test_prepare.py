import pytest

from train.corpus import Corpus, CorpusError, Example
from train.holdout import key
from train.prepare import prepare


def corpus(*more: Example, each: int = 12) -> Corpus:
    examples = [
        Example(f"Text {number} of {label}", label, "mine.csv")
        for number in range(each)
        for label in ("up", "down")
    ]
    return Corpus((*examples, *more), ())


def hold_out(monkeypatch: pytest.MonkeyPatch, *texts: str) -> None:
    """Have the committed list name these texts."""
    keys = frozenset(map(key, texts))
    monkeypatch.setattr("train.holdout.held_out_keys", lambda: keys)


def test_labels_are_those_of_the_corpus_in_order() -> None:
    assert prepare(corpus()).labels == ("down", "up")


def test_texts_keep_their_order() -> None:
    assert prepare(corpus()).examples == corpus().examples


def test_held_out_sentences_are_dropped_from_any_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    hold_out(monkeypatch, "Text 3 of up", "Text 4 of up")
    training = prepare(corpus())
    assert training.held_out == 2
    assert len(training.examples) == 22
    assert not {"Text 3 of up", "Text 4 of up"} & {each.text for each in training.examples}


def test_held_out_sentences_are_dropped_however_they_are_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hold_out(monkeypatch, "Profit fell to € 5 mn in Jyväskylä.")
    other = Example("PROFIT fell  to EUR x20ac 5 mn in Jyv+ñskyl+ñ .", "down", "mine.csv")
    as_written = Example("profit fell to x20ac 5 mn in Jyv+ñskyl+ñ", "down", "mine.csv")
    training = prepare(corpus(other, as_written))
    assert training.held_out == 1
    assert training.examples[-1] == other


def test_duplicates_are_dropped_and_counted() -> None:
    copies = [Example("Text 1  of up ", "up", "mine.csv")] * 3
    training = prepare(corpus(*copies))
    assert (training.duplicates, training.conflicting) == (3, 0)
    assert training.examples == corpus().examples


def test_a_text_with_two_labels_is_dropped_whole_and_counted() -> None:
    training = prepare(corpus(Example("Text 1 of up", "down", "mine.csv")))
    assert (training.duplicates, training.conflicting) == (2, 1)
    assert "Text 1 of up" not in {each.text for each in training.examples}


def test_a_held_out_sentence_is_no_duplicate(monkeypatch: pytest.MonkeyPatch) -> None:
    hold_out(monkeypatch, "Text 1 of up")
    training = prepare(corpus(Example("Text 1 of up", "down", "mine.csv")))
    assert (training.held_out, training.duplicates) == (2, 0)


def test_the_log_says_what_there_is_and_what_was_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    hold_out(monkeypatch, "Text 0 of up")
    training = prepare(corpus(Example("Text 1 of up", "down", "mine.csv")))
    assert str(training) == (
        "22 texts (down 12, up 10); dropped: 1 held out, 2 duplicates,"
        " among them all of 1 texts with two labels"
    )


def test_too_little_left_to_train_on_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hold_out(monkeypatch, "Text 0 of up")
    with pytest.raises(CorpusError, match=r'^Without held-out .+: class "up" has 9 .+\.$'):
        prepare(corpus(each=10))
