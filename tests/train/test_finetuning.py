from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tests.train.tiny_checkpoint import TOY, toy_lessons, write_checkpoint
from train.encoder import Encoder
from train.finetuning import FineTuning, share_of_rate
from train.lessons import Lessons, Recipe

# A tiny encoder learns at a rate at which a real one would forget what it knows.
QUICK = Recipe(epochs=12, learning_rate=2e-2, batch=12, tokens=16, freeze_words=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def eager() -> Iterator[None]:
    """Tracing a step takes longer than a few of them; it is traced in the test without this."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


def start(
    folder: Path, lessons: Lessons, recipe: Recipe = QUICK, seed: int = 0
) -> tuple[Encoder, FineTuning]:
    encoder = Encoder(
        folder,
        heads=2,
        classes=2,
        seed=seed,
        tokens=recipe.tokens,
        freeze_words=recipe.freeze_words,
    )
    return encoder, FineTuning(encoder, lessons, recipe, seed)


def test_it_learns_and_each_head_learns_what_its_own_source_means(folder: Path) -> None:
    # The second source means the opposite by the same words.
    encoder, tuning = start(folder, toy_lessons())
    losses = [tuning.run_epoch() for _ in range(QUICK.epochs)]
    assert losses[-1] < losses[0] / 2
    rising = np.array(["rose" in text for text in TOY])
    answers = encoder.logits(TOY).argmax(axis=2)
    assert answers[:, 0].tolist() == rising.astype(int).tolist()
    assert answers[:, 1].tolist() == (~rising).astype(int).tolist()


@pytest.mark.usefixtures("eager")
def test_what_weighs_nothing_teaches_nothing(folder: Path) -> None:
    lessons = toy_lessons()
    weightless = np.arange(len(lessons.texts)) % 2 == 0
    lessons.weights[weightless] = 0
    lessons.targets[weightless] = 0.5
    first, second = (
        lessons,
        Lessons(lessons.texts, lessons.heads, lessons.targets.copy(), lessons.weights),
    )
    second.targets[weightless] = [1, 0]
    answers = []
    for each in (first, second):
        encoder, tuning = start(folder, each)
        tuning.run_epoch()
        answers.append(encoder.logits(TOY))
    np.testing.assert_allclose(*answers, atol=1e-5)


@pytest.mark.usefixtures("eager")
def test_each_text_is_told_once_an_epoch(folder: Path) -> None:
    lessons = toy_lessons()
    _, tuning = start(folder, lessons)
    told: list[int] = []
    tuning.run_epoch(lambda rows: told.extend(rows.tolist()))
    assert sorted(told) == list(range(len(lessons.texts)))
    assert tuning.epoch == 1


@pytest.mark.usefixtures("eager")
def test_the_same_seed_learns_the_same_and_another_does_not(folder: Path) -> None:
    answers = []
    for seed in (5, 5, 6):
        encoder, tuning = start(folder, toy_lessons(), seed=seed)
        tuning.run_epoch()
        answers.append(encoder.logits(TOY))
    np.testing.assert_allclose(answers[0], answers[1], atol=1e-5)
    assert np.abs(answers[0] - answers[2]).max() > 1e-2


@pytest.mark.usefixtures("eager")
def test_taken_up_again_it_ends_as_if_it_had_never_stopped(folder: Path) -> None:
    whole, through = start(folder, toy_lessons())
    through.run_epoch()
    state = through.state()
    through.run_epoch()
    resumed, again = start(folder, toy_lessons())
    again.restore(state)
    assert again.epoch == 1
    again.run_epoch()
    np.testing.assert_allclose(resumed.logits(TOY), whole.logits(TOY), atol=1e-5)


@pytest.mark.usefixtures("eager")
def test_frozen_words_stay_as_they_were(folder: Path) -> None:
    def words(encoder: Encoder) -> np.ndarray:
        return np.array(encoder.network.get_layer("token_embedding").get_weights()[0])

    frozen, tuning = start(folder, toy_lessons(), replace(QUICK, freeze_words=True))
    before = words(frozen)
    tuning.run_epoch()
    assert np.array_equal(words(frozen), before)
    assert before.shape not in [array.shape for array in frozen.weights()]
    free, tuning = start(folder, toy_lessons())
    tuning.run_epoch()
    assert not np.array_equal(words(free), before)


@pytest.mark.usefixtures("eager")
def test_a_teacher_is_its_weights(folder: Path) -> None:
    taught, tuning = start(folder, toy_lessons())
    tuning.run_epoch()
    fresh, _ = start(folder, toy_lessons(), seed=1)
    fresh.set_weights(taught.weights())
    np.testing.assert_allclose(fresh.logits(TOY), taught.logits(TOY), atol=1e-6)


def test_the_learning_rate_rises_for_a_tenth_of_the_steps_and_falls_nearly_to_nothing() -> None:
    rates = [share_of_rate(step / 1000) for step in range(1, 1001)]
    assert np.argmax(rates) == 99
    assert rates[:100] == sorted(rates[:100])
    assert rates[99:] == sorted(rates[99:], reverse=True)
    assert (rates[0], rates[99], rates[-1]) == pytest.approx((0.01, 1, 0.02))
