from dataclasses import astuple
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.corpus import Example
from train.material import Material, material_of, truth_of

LABELS = ("down", "flat", "up")
LEVELS = (50, 66, 75, 100)

examples_of_any_kind = st.lists(
    st.builds(
        Example,
        text=st.text(max_size=20),
        label=st.sampled_from(LABELS),
        source=st.just("mine"),
        agreement=st.sampled_from((None, *LEVELS)),
    ),
    min_size=1,
    max_size=30,
)


def of_level(agreement: int | None) -> Material:
    return material_of([Example("profit rose", "up", "mine", agreement)], LABELS)


def test_the_class_of_an_example_is_the_position_of_its_label() -> None:
    examples = [Example("x", label, "mine") for label in ("b", "a", "c", "b")]
    assert truth_of(examples, ("a", "b", "c")).tolist() == [1, 0, 2, 1]


@given(examples_of_any_kind)
def test_each_example_becomes_a_distribution_with_its_own_label_on_top(
    examples: list[Example],
) -> None:
    material = material_of(examples, LABELS)
    assert material.texts == tuple(example.text for example in examples)
    assert material.targets.shape == (len(examples), 3)
    assert material.weights.shape == (len(examples),)
    np.testing.assert_allclose(material.targets.sum(axis=1), 1, atol=1e-6)
    assert (material.targets >= 0).all()
    assert (material.weights > 0).all()
    np.testing.assert_array_equal(material.targets.argmax(axis=1), truth_of(examples, LABELS))


def test_the_more_annotators_agreed_the_more_an_example_counts_and_the_surer_it_is() -> None:
    by_level = [of_level(level) for level in LEVELS]
    for less, more in pairwise(by_level):
        assert more.weights[0] > less.weights[0]
        assert more.targets.max() > less.targets.max()


def test_an_example_without_agreement_counts_as_unanimous() -> None:
    for unknown, unanimous in zip(astuple(of_level(None)), astuple(of_level(100)), strict=True):
        np.testing.assert_array_equal(unknown, unanimous)


@pytest.mark.parametrize("labels", [LABELS[::-1], (*LABELS, "away")])
def test_columns_stand_in_the_order_of_the_labels(labels: tuple[str, ...]) -> None:
    material = material_of([Example("profit rose", "up", "mine")], labels)
    assert material.targets.shape == (1, len(labels))
    assert material.targets.argmax() == labels.index("up")


@given(st.lists(st.booleans(), max_size=40))
def test_only_keeps_text_target_and_weight_of_what_is_chosen_side_by_side(
    chosen: list[bool],
) -> None:
    """Row n says n in each of its three places."""
    numbers = np.arange(len(chosen), dtype=np.float32)
    material = Material(
        tuple(str(number) for number in range(len(chosen))),
        np.column_stack([numbers, -numbers]),
        numbers / 2,
    )
    kept = material.only(np.array(chosen, dtype=bool))
    expected = [number for number, each in enumerate(chosen) if each]
    assert kept.texts == tuple(map(str, expected))
    assert kept.targets.tolist() == [[number, -number] for number in expected]
    assert kept.weights.tolist() == [number / 2 for number in expected]
