import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.train.tiny_checkpoint import WORDS, write_checkpoint
from train.checkpoint import TeacherError
from train.encoder import Encoder

TEXTS = ["profit rose", "sales fell again , the company said", "", "orders"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("tiny"))


def load(folder: Path, seed: int = 0, tokens: int = 96) -> Encoder:
    return Encoder(folder, heads=3, classes=4, seed=seed, tokens=tokens)


@pytest.fixture(scope="module")
def encoder(folder: Path) -> Encoder:
    return load(folder)


def test_every_head_gives_its_logits_of_every_text(encoder: Encoder) -> None:
    logits = encoder.logits(TEXTS)
    assert logits.shape == (4, 3, 4)
    assert logits.dtype == np.float32
    assert np.isfinite(logits).all()
    assert encoder.logits([]).shape == (0, 3, 4)


def test_a_text_is_answered_alike_alone_and_beside_longer_ones(encoder: Encoder) -> None:
    together = encoder.logits(TEXTS)
    alone = np.concatenate([encoder.logits([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_each_text_is_told_once_when_it_is_done(encoder: Encoder) -> None:
    told: list[int] = []
    encoder.logits(TEXTS * 40, lambda rows: told.extend(rows.tolist()))
    assert sorted(told) == list(range(160))


def test_the_markers_and_pieces_of_the_checkpoint_are_used(encoder: Encoder) -> None:
    start, end, piece = 2, 3, 4 + WORDS.index("##s")
    assert encoder.tokenize(["Profits"]) == [[start, 4, piece, end]]


def test_long_texts_are_cut(folder: Path) -> None:
    encoder = load(folder, tokens=8)
    assert [len(ids) for ids in encoder.tokenize(["profit " * 500, "profit"])] == [8, 3]
    assert encoder.logits(["profit " * 500]).shape == (1, 3, 4)


def test_the_weights_are_those_of_the_checkpoint(folder: Path) -> None:
    # Another checkpoint's table of words gives other answers to the same seed's heads.
    other = write_checkpoint(folder / "other", scale=0.5)
    assert np.abs(load(folder).logits(TEXTS) - load(other).logits(TEXTS)).max() > 1e-2


def test_the_same_seed_gives_the_same_heads(folder: Path, encoder: Encoder) -> None:
    np.testing.assert_allclose(load(folder).logits(TEXTS), encoder.logits(TEXTS), atol=1e-6)
    assert np.abs(load(folder, seed=1).logits(TEXTS) - encoder.logits(TEXTS)).max() > 1e-2


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("tokenizer.json", "{}", "tokenizer.json cannot be loaded ("),
        ("config.json", '{"model_type": "fax"}', "cannot be loaded (ValueError: "),
        ("config.json", '{"model_type": "bert"}', "cannot be loaded (KeyError: "),
        ("config.json", "not JSON", "cannot be loaded ("),
        ("model.safetensors", "no weights", "cannot be loaded (SafetensorError: "),
    ],
)
def test_a_checkpoint_that_is_none_is_refused_in_a_sentence(
    tmp_path: Path, folder: Path, file: str, content: str, reason: str
) -> None:
    broken = shutil.copytree(folder, tmp_path / "broken")
    (broken / file).write_text(content, encoding="utf-8")
    with pytest.raises(TeacherError) as refused:
        load(broken)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith(
        "name the checkpoint of a BERT-like encoder with --teacher, or train without a teacher"
        " (--teacher none; make: TEACHER=none)."
    )
