"""The vectorizer's converter: the same ids and counts in onnxruntime as in scikit-learn."""

import re
from collections.abc import Sequence

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import ModelProto
from sklearn.base import BaseEstimator, TransformerMixin

from export.adversarial import ADVERSARIAL
from export.vectorizer import OPSETS, convert_vectorizer
from tests.export.models import TEXTS
from train.tokens import NUMBER, lower_case
from train.vectorizer import TokenIdVectorizer

# Characters of the vocabulary's words are drawn often enough to make known words now and then.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.lists(
    st.sampled_from([*" ".join(TEXTS).split(), "İ", "Σ", "ς", "3", "٣", ".", ",", "\x00", "\n"])
).map("".join)


def load(model: ModelProto) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(model.SerializeToString())


def ids_of(session: onnxruntime.InferenceSession, texts: list[str]) -> np.ndarray:
    return session.run(["ids"], {"text": np.array(texts, dtype=object)})[0]


def counts_of(session: onnxruntime.InferenceSession, texts: Sequence[str]) -> list[list[int]]:
    """Return how many words each text has, and how many unknown words."""
    feed = {"text": np.array(texts, dtype=object)}
    words, unknown_words = session.run(["words", "unknown_words"], feed)
    assert words.dtype == unknown_words.dtype == np.int64
    return [words.tolist(), unknown_words.tolist()]


def expected_counts(vectorizer: TokenIdVectorizer, texts: Sequence[str]) -> list[list[int]]:
    """Return the same by the vectorizer's own expressions and table."""
    tokens = [re.findall(vectorizer.token_pattern_, lower_case(text)) for text in texts]
    known = [[token for token in each if is_known(vectorizer, token)] for each in tokens]
    unknown = [len(all_) - len(some) for all_, some in zip(tokens, known, strict=True)]
    return [[*map(len, tokens)], unknown]


def is_known(vectorizer: TokenIdVectorizer, token: str) -> bool:
    number = re.fullmatch(vectorizer.number_pattern_, token)
    return (NUMBER if number else token) in vectorizer.word_ids_


@pytest.fixture(scope="module")
def session(vectorizer: TokenIdVectorizer) -> onnxruntime.InferenceSession:
    return load(convert_vectorizer(vectorizer))


@settings(max_examples=500, deadline=None)
@given(texts=st.lists(ANY_TEXT, min_size=1, max_size=5))
def test_ids_equal_scikit_learns_on_any_unicode(
    session: onnxruntime.InferenceSession, vectorizer: TokenIdVectorizer, texts: list[str]
):
    assert np.array_equal(ids_of(session, texts), vectorizer.transform(texts))


@pytest.mark.parametrize("text", ADVERSARIAL, ids=range(len(ADVERSARIAL)))
def test_ids_equal_scikit_learns_on_each_adversarial_text(
    session: onnxruntime.InferenceSession, vectorizer: TokenIdVectorizer, text: str
):
    assert np.array_equal(ids_of(session, [text]), vectorizer.transform([text]))


@settings(max_examples=500, deadline=None)
@given(texts=st.lists(ANY_TEXT, min_size=1, max_size=5))
def test_words_are_counted_as_scikit_learn_reads_them_on_any_unicode(
    session: onnxruntime.InferenceSession, vectorizer: TokenIdVectorizer, texts: list[str]
):
    assert counts_of(session, texts) == expected_counts(vectorizer, texts)


def test_words_are_counted_as_scikit_learn_reads_them_in_adversarial_texts(
    session: onnxruntime.InferenceSession, vectorizer: TokenIdVectorizer
):
    texts = [text for text in ADVERSARIAL if len(text) < 10_000]
    assert counts_of(session, texts) == expected_counts(vectorizer, texts)


@pytest.mark.parametrize(
    ("text", "words", "unknown_words"),
    [
        ("Profit fell", 2, 0),
        ("Profit PROFIT profit prophet prophet", 5, 2),
        ("5 % of 35.4 mn", 5, 1),
        ("Profit…fell (profit)", 3, 0),
        ("", 0, 0),
        ("… \n\x00", 0, 0),
    ],
)
def test_each_occurrence_of_a_word_number_or_sign_counts(
    session: onnxruntime.InferenceSession, text: str, words: int, unknown_words: int
):
    assert counts_of(session, [text]) == [[words], [unknown_words]]


def test_padding_is_no_word(session: onnxruntime.InferenceSession):
    texts = ["", "prophet", "profit fell", "profit fell and fell"]
    assert counts_of(session, texts) == [[0, 1, 2, 4], [0, 1, 0, 0]]


def test_texts_without_words_have_none_in_company_too(session: onnxruntime.InferenceSession):
    assert counts_of(session, ["", "…", "\n"]) == [[0, 0, 0], [0, 0, 0]]


def test_adversarial_texts_are_distinct_and_valid_unicode():
    assert len(set(ADVERSARIAL)) == len(ADVERSARIAL)
    assert all(text.encode().decode() == text for text in ADVERSARIAL)


@pytest.mark.parametrize(
    "settings_of_vocabulary",
    [{"max_pairs": 0}, {"max_words": 1}, {"min_df": 2}],
    ids=["no pairs", "one word", "frequent words only"],
)
def test_any_vocabulary_converts(settings_of_vocabulary: dict[str, int]):
    vectorizer = TokenIdVectorizer(**{"min_df": 1, **settings_of_vocabulary}).fit(TEXTS)
    session = load(convert_vectorizer(vectorizer))
    assert np.array_equal(ids_of(session, list(TEXTS)), vectorizer.transform(TEXTS))
    assert counts_of(session, TEXTS) == expected_counts(vectorizer, TEXTS)


def test_a_corpus_without_numbers_leaves_numbers_unknown():
    vectorizer = TokenIdVectorizer(min_df=1).fit(["profit fell", "profit rose"])
    texts = ["profit 35.4 fell", "0", "٣"]
    ids = ids_of(load(convert_vectorizer(vectorizer)), texts)
    assert vectorizer.number_id_ == 0
    assert np.array_equal(ids, vectorizer.transform(texts))


def test_numbers_that_are_unknown_are_counted_as_unknown():
    vectorizer = TokenIdVectorizer(min_df=1).fit(["profit fell", "profit rose"])
    session = load(convert_vectorizer(vectorizer))
    assert counts_of(session, ["profit 35.4 fell", "0"]) == [[3, 1], [1, 1]]


def test_a_transformer_of_another_class_converts(vectorizer: TokenIdVectorizer):
    class Lookalike(TransformerMixin, BaseEstimator):
        """Not ours, but with all that the converter reads."""

    lookalike = Lookalike()
    vars(lookalike).update(vars(vectorizer))
    ids = ids_of(load(convert_vectorizer(lookalike)), list(TEXTS))
    assert np.array_equal(ids, vectorizer.transform(TEXTS))


def test_no_node_is_as_wide_as_the_vocabulary(vectorizer: TokenIdVectorizer):
    wider = TokenIdVectorizer(min_df=1).fit([*TEXTS, *(f"w{i}x w{i}y" for i in range(1000))])
    small, large = convert_vectorizer(vectorizer), convert_vectorizer(wider)
    assert [node.op_type for node in small.graph.node] == [
        node.op_type for node in large.graph.node
    ]
    assert ids_of(load(large), ["profit fell"]).shape == ids_of(load(small), ["profit fell"]).shape


def test_only_the_promised_operator_sets_are_used(vectorizer: TokenIdVectorizer):
    model = convert_vectorizer(vectorizer)
    assert {entry.domain: entry.version for entry in model.opset_import} == OPSETS
