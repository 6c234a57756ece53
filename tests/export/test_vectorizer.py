"""The vectorizer's converter: the same ids in onnxruntime as in scikit-learn."""

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
from train.vectorizer import TokenIdVectorizer

# Characters of the vocabulary's words are drawn often enough to make known words now and then.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.lists(
    st.sampled_from([*" ".join(TEXTS).split(), "İ", "Σ", "ς", "3", "٣", ".", ",", "\x00", "\n"])
).map("".join)


def load(model: ModelProto) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(model.SerializeToString())


def ids_of(session: onnxruntime.InferenceSession, texts: list[str]) -> np.ndarray:
    return session.run(None, {"text": np.array(texts, dtype=object)})[0]


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
    ids = ids_of(load(convert_vectorizer(vectorizer)), list(TEXTS))
    assert np.array_equal(ids, vectorizer.transform(TEXTS))


def test_a_corpus_without_numbers_leaves_numbers_unknown():
    vectorizer = TokenIdVectorizer(min_df=1).fit(["profit fell", "profit rose"])
    texts = ["profit 35.4 fell", "0", "٣"]
    ids = ids_of(load(convert_vectorizer(vectorizer)), texts)
    assert vectorizer.number_id_ == 0
    assert np.array_equal(ids, vectorizer.transform(texts))


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
