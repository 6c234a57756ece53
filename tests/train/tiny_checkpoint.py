"""A checkpoint of a BERT in Hugging Face's layout, whole in kind and tiny, and what it learns."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from train.checkpoint import open_checkpoint
from train.corpus import Example
from train.lessons import Floats, Lessons
from train.teacher import label_softly

WIDTH = 16
LAYERS = 1
WORDS = [
    "profit",
    "sales",
    "orders",
    "rose",
    "fell",
    "again",
    "sharply",
    "the",
    "a",
    "company",
    "##s",
]
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS]
CONFIG = {
    "model_type": "bert",
    "vocab_size": len(PIECES),
    "num_hidden_layers": LAYERS,
    "num_attention_heads": 2,
    "hidden_size": WIDTH,
    "intermediate_size": 2 * WIDTH,
    "max_position_embeddings": 128,
    "type_vocab_size": 2,
}

TOY = [f"{what} {moved}" for what in ("profit", "sales", "orders") for moved in ("rose", "fell")]
"""Texts that are learned at once: of what rises one source says 1, and another one 0."""


def toy_lessons() -> Lessons:
    """Each text of `TOY` four times, twice as each source means it."""
    texts = TOY * 4
    heads = np.arange(len(texts)) // len(TOY) % 2
    classes = np.array(["rose" in text for text in texts]) ^ (heads == 1)
    return Lessons(
        texts,
        heads.astype(np.int64),
        np.eye(2, dtype=np.float32)[classes.astype(int)],
        np.ones(len(texts), dtype=np.float32),
    )


def label_toys(checkpoint: Path, cache: Path, *, flipped: bool = False) -> Floats:
    """Have two teachers label the toys; with `flipped`, fold 0 says the opposite."""
    lessons = toy_lessons()
    fold = np.arange(len(lessons.texts)) % 2
    targets = np.where((fold == 0)[:, np.newaxis] & flipped, 1 - lessons.targets, lessons.targets)
    return label_softly(
        TOY,
        [Example(text, "", "") for text in lessons.texts],
        targets,
        fold,
        lessons.heads,
        folds=2,
        checkpoint=open_checkpoint("tiny", checkpoint),
        epochs=20,
        seed=1,
        cache=cache,
    ).fold_logits


def write_checkpoint(folder: Path, scale: float = 0.3) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    save_file(_weights(scale), folder / "model.safetensors")
    _tokenizer().save(str(folder / "tokenizer.json"))
    return folder


def _tokenizer() -> Tokenizer:
    pieces = {piece: index for index, piece in enumerate(PIECES)}
    tokenizer = Tokenizer(WordPiece(pieces, unk_token=PIECES[1]))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.enable_padding(length=128)  # published files have it switched on
    return tokenizer


def _weights(scale: float) -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    weights: dict[str, np.ndarray] = {}

    def add(name: str, *shape: int) -> None:
        weights[f"{name}.weight"] = random.normal(0, scale, shape).astype(np.float32)
        weights[f"{name}.bias"] = np.zeros(shape[:1], np.float32)

    def add_norm(name: str) -> None:
        weights[f"{name}.weight"] = np.ones(WIDTH, np.float32)
        weights[f"{name}.bias"] = np.zeros(WIDTH, np.float32)

    for table, height in (("word", len(PIECES)), ("position", 128), ("token_type", 2)):
        add(f"embeddings.{table}_embeddings", height, WIDTH)
        del weights[f"embeddings.{table}_embeddings.bias"]
    add_norm("embeddings.LayerNorm")
    for layer in range(LAYERS):
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            add(f"encoder.layer.{layer}.attention.{part}", WIDTH, WIDTH)
        add_norm(f"encoder.layer.{layer}.attention.output.LayerNorm")
        add(f"encoder.layer.{layer}.intermediate.dense", 2 * WIDTH, WIDTH)
        add(f"encoder.layer.{layer}.output.dense", WIDTH, 2 * WIDTH)
        add_norm(f"encoder.layer.{layer}.output.LayerNorm")
    add("pooler.dense", WIDTH, WIDTH)
    return weights
