from collections import Counter
from pathlib import Path

import pytest

from train.corpus import CorpusError
from train.holdout import key
from train.sources import read_corpora, read_held_out
from train.twitter import VALIDATION_FILE


@pytest.fixture
def held_out_texts(monkeypatch: pytest.MonkeyPatch, data_folder: Path) -> frozenset[str]:
    """Every seventh sentence of the written Financial PhraseBank, put on the committed list."""
    phrasebank = read_corpora(data_folder, ["financial_phrasebank"])
    texts = frozenset(each.text for each in phrasebank.examples[::7])
    keys = frozenset(map(key, texts))
    monkeypatch.setattr("train.holdout.held_out_keys", lambda: keys)
    return texts


def test_held_out_sentences_are_read_from_every_corpus(
    data_folder: Path, held_out_texts: frozenset[str]
) -> None:
    (data_folder / "twitter_financial_news" / VALIDATION_FILE).unlink()
    corpus = read_held_out(data_folder)
    assert {key(each.text) for each in corpus.examples} >= set(map(key, held_out_texts))
    assert Counter(each.source for each in corpus.examples) == {
        "financial_phrasebank": 9,
        "sentfin": 9,
    }


def test_held_out_sentences_keep_their_agreement(
    data_folder: Path, held_out_texts: frozenset[str]
) -> None:
    examples = [
        e for e in read_held_out(data_folder).examples if e.source == "financial_phrasebank"
    ]
    assert {each.text for each in examples} == held_out_texts
    assert {each.agreement for each in examples} == {50, 66, 75, 100}


def test_the_validation_split_of_the_tweets_is_held_out_whole(data_folder: Path) -> None:
    examples = read_held_out(data_folder).examples
    assert Counter(each.source for each in examples) == {"twitter_financial_news": 63}


def test_a_corpus_that_is_missing_is_left_out(
    phrasebank_only: Path, held_out_texts: frozenset[str]
) -> None:
    assert {each.text for each in read_held_out(phrasebank_only).examples} == held_out_texts


def test_only_the_corpora_that_were_named_are_read(
    data_folder: Path, held_out_texts: frozenset[str]
) -> None:
    corpus = read_held_out(data_folder, ["financial_phrasebank"])
    assert {each.text for each in corpus.examples} == held_out_texts


def test_a_corpus_that_was_named_has_to_be_there(phrasebank_only: Path) -> None:
    with pytest.raises(CorpusError, match="lacks sentfin: fetch what is missing"):
        read_held_out(phrasebank_only, ["sentfin"])


def test_there_may_be_no_held_out_text(phrasebank_only: Path, tmp_path: Path) -> None:
    assert read_held_out(phrasebank_only).examples == ()
    assert read_held_out(tmp_path).examples == ()


def test_a_malformed_corpus_is_refused(data_folder: Path) -> None:
    (data_folder / "sentfin" / "SEntFiN.csv").write_text("nothing\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"SEntFiN\.csv"):
        read_held_out(data_folder)
