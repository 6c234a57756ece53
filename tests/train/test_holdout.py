import string

from hypothesis import given
from hypothesis import strategies as st

from train.corpus import Corpus, Example, Source
from train.holdout import held_out_keys, is_held_out, key, split
from train.mojibake import repair

WORDS = st.text(string.ascii_letters + string.digits, min_size=1)
DAMAGED = st.sampled_from(
    ["+ñ", "+àbo", "-®", "-¦ s", "+ó  x201a -¼ 5", "+óEUR TM s", "+é 5", "+ó ??"]
)
ONCE_DAMAGED = st.sampled_from(["+ñ", "+Âr", "-®", "-¦ s", " x20ac 5", "+é 5", "+ó s", "Ã¤"])


def test_the_committed_list_holds_its_4124_keys() -> None:
    keys = held_out_keys()
    assert len(keys) == 4124
    assert all(len(each) == 16 and set(each) <= set("0123456789abcdef") for each in keys)


def test_key_is_the_published_formula() -> None:
    # sha256("profitroseto56mn"), first 16 digits
    assert key("Profit rose to x20ac 5.6 mn !") == "c080e3875fec3580"


def test_key_ignores_case_blanks_and_punctuation() -> None:
    assert key("Profit  rose, to 5") == key("PROFIT ROSE TO 5 .")


@given(st.text())
def test_any_text_has_a_key(text: str) -> None:
    assert len(key(text)) == 16


@given(st.lists(WORDS | DAMAGED) | st.lists(WORDS | ONCE_DAMAGED))
def test_a_repaired_sentence_is_still_recognised(pieces: list[str]) -> None:
    raw = " ".join(pieces)
    assert is_held_out(repair(raw), frozenset({key(raw)}))


def test_split_parts_the_corpus_and_keeps_sources_and_order() -> None:
    examples = tuple(Example(f"Sentence number {n} .", "neutral", "written") for n in range(6))
    corpus = Corpus(examples, (Source("written", "none", 6, "00"),))
    keys = frozenset({key("sentence NUMBER 1"), key("Sentence number 4 .")})
    training, held_out = split(corpus, keys)
    assert held_out.examples == (examples[1], examples[4])
    assert training.examples == (examples[0], examples[2], examples[3], examples[5])
    assert training.sources == held_out.sources == corpus.sources


def test_split_uses_the_committed_list_by_default() -> None:
    corpus = Corpus((Example("A sentence written for this test .", "neutral", "written"),), ())
    assert split(corpus) == (corpus, Corpus((), ()))
