from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.augmentation import Variant, augment
from train.corpus import Example
from train.holdout import key

LABELS = ("negative", "neutral", "positive")
TEXTS = st.text(st.characters()) | st.lists(
    st.sampled_from(["Profit", "rose", "to", "EUR", "5.6", "from", "7", ",", "Alder", "2008", "a"])
).map(" ".join)
SENTENCE = "Operating profit of Quillon rose to EUR 5.6 mn , from EUR 4.1 mn in 2008 , it said ."
OTHER = "Sales at the yards of Fjordline fell by 7 % , while 200 employees must go to Oakham ."


def as_examples(texts: list[str], source: str = "written") -> tuple[Example, ...]:
    return tuple(
        Example(text, LABELS[number % len(LABELS)], source) for number, text in enumerate(texts)
    )


def by_kind(variants: tuple[Variant, ...], parent: int = 0) -> dict[str, str]:
    return {each.kind: each.text for each in variants if each.parent == parent}


def test_a_sentence_has_a_variant_of_each_kind() -> None:
    kinds = by_kind(augment(as_examples([SENTENCE, OTHER]), seed=0))
    assert kinds.keys() == {
        "moving words turned",
        "standing words turned",
        "numbers swapped",
        "name and numbers changed",
        "words turned, name or numbers changed",
        "words left out",
        "clauses joined",
    }
    assert kinds["moving words turned"] == SENTENCE.replace("rose", "fell")
    assert kinds["standing words turned"] == SENTENCE.replace("profit", "loss")
    assert kinds["numbers swapped"].startswith("Operating profit of Quillon rose to EUR 4.1 mn ,")
    changed = kinds["name and numbers changed"]
    assert changed.startswith(("Operating profit of Fjordline rose", "Operating profit of Oakham"))
    assert changed.endswith(" mn in 2008 , it said .")
    assert "5.6" not in changed
    assert kinds["clauses joined"] == (
        "Operating profit of Quillon rose to EUR 5.6 mn , while 200 employees must go to Oakham ."
    )
    assert len(kinds["words left out"].split()) == len(SENTENCE.split()) - 3


def test_variants_stand_in_the_order_of_their_parents() -> None:
    parents = [variant.parent for variant in augment(as_examples([SENTENCE, OTHER]), seed=0)]
    assert parents == sorted(parents)
    assert set(parents) == {0, 1}


def test_another_seed_makes_other_choices() -> None:
    first, second = (augment(as_examples([SENTENCE, OTHER]), seed=seed) for seed in (0, 1))
    assert by_kind(first)["words left out"] != by_kind(second)["words left out"]
    assert by_kind(first)["moving words turned"] == by_kind(second)["moving words turned"]


@pytest.mark.parametrize(
    "apart",
    [
        pytest.param(lambda examples: (examples, [0, 1]), id="folds"),
        pytest.param(
            lambda examples: ((examples[0], replace(examples[1], source="wire")), [0, 0]),
            id="sources",
        ),
    ],
)
def test_texts_of_other_folds_and_sources_lend_nothing(
    apart: Callable[[tuple[Example, ...]], tuple[tuple[Example, ...], list[int]]],
) -> None:
    examples, fold = apart(as_examples([SENTENCE, OTHER]))
    kinds = by_kind(augment(examples, seed=0, fold=fold))
    assert "clauses joined" not in kinds
    assert "Quillon" in kinds["numbers changed"]


def test_one_row_more_leaves_the_others_variants_alone() -> None:
    texts = [f"{SENTENCE} {number} new ships ." for number in range(50)]
    before = augment(as_examples(texts), seed=0)
    after = augment(as_examples([*texts, OTHER]), seed=0)
    borrowed = {"clauses joined", "name and numbers changed", "numbers changed"}
    borrowed.add("words turned, name or numbers changed")
    assert [each for each in before if each.kind not in borrowed] == [
        each for each in after if each.kind not in borrowed and each.parent < len(texts)
    ]
    clauses = [
        {each for each in variants if each.kind == "clauses joined" and each.parent < len(texts)}
        for variants in (before, after)
    ]
    assert len(clauses[0] - clauses[1]) < 10


def test_other_labels_get_only_what_goes_by_digits_and_blanks() -> None:
    examples = [replace(each, label=f"queue {each.label}") for each in as_examples([SENTENCE])]
    kinds = by_kind(augment(examples, seed=0))
    assert kinds.keys() == {"numbers swapped", "numbers changed", "words left out"}


def test_any_language_has_variants() -> None:
    texts = [
        f"Τα κέρδη της εταιρείας αυξήθηκαν κατά {number} % , όπως ανακοίνωσε χθες η διοίκηση της"
        f" στους μετόχους , {end} ."
        for number, end in ((12, "ενώ οι πωλήσεις έμειναν ίδιες"), (34, "αλλά το χρέος μένει"))
    ]
    kinds = by_kind(augment(as_examples(texts), seed=0))
    assert kinds.keys() == {"numbers changed", "words left out", "clauses joined"}


def test_a_variant_that_is_held_out_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    examples = as_examples([SENTENCE])
    kept = [each for each in augment(examples, seed=0) if each.kind != "moving words turned"]
    keys = frozenset({key(SENTENCE.replace("rose", "fell"))})
    monkeypatch.setattr("train.augmentation.held_out_keys", lambda: keys)
    assert list(augment(examples, seed=0)) == kept


def test_no_examples_have_no_variants() -> None:
    assert augment((), seed=0) == ()


@given(st.lists(TEXTS, max_size=6), st.integers(0, 3), st.data())
def test_any_texts_have_variants_of_their_own(
    texts: list[str], seed: int, data: st.DataObject
) -> None:
    examples = as_examples(texts)
    fold = data.draw(st.lists(st.integers(0, 1), min_size=len(texts), max_size=len(texts)))
    variants = augment(examples, seed=seed, fold=fold)
    plain = [" ".join(variant.text.split()) for variant in variants]
    assert "" not in plain
    assert len(set(plain)) == len(plain)
    assert not {" ".join(text.split()) for text in texts} & set(plain)
    assert all(0 <= variant.parent < len(texts) for variant in variants)
    assert augment(examples, seed=seed, fold=fold) == variants
