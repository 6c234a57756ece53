"""The vectorizer as ONNX: text → token ids and counts of words, by a converter for skl2onnx.

Tokenizer → LabelEncoder (word → id) → LabelEncoder (pair of ids → id). Nothing is as wide as the
vocabulary: the cost of every node follows the number of tokens.
"""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, TensorProto
from skl2onnx import convert_sklearn, update_registered_converter
from skl2onnx.common.data_types import Int64TensorType, StringTensorType

OPSETS = {"": 20, "ai.onnx.ml": 2, "com.microsoft": 1}
"""Opset 20 brings RegexFullMatch; ``com.microsoft`` is onnxruntime's own domain (Tokenizer)."""

TEXT = "text"
IDS = "ids"
WORDS = "words"
UNKNOWN_WORDS = "unknown_words"

_OUTPUTS = {IDS: [None, None], WORDS: [None], UNKNOWN_WORDS: [None]}
_UNKNOWN = 0
_PADDING = ""


class Vectorizer(Protocol):
    """What the converter reads of a fitted vectorizer: see ``train.vectorizer`` for the meaning.

    Any transformer with these attributes converts, if its ids are laid out in the same way.
    """

    token_pattern_: str
    number_pattern_: str
    start_id_: int
    number_id_: int  # 1, or 0 if numbers are unknown
    word_ids_: Mapping[str, int]
    pair_ids_: Mapping[tuple[int, int], int]

    def transform(self, texts: list[str], /) -> npt.NDArray[np.int64]:
        """Return the token ids of each text, int64 ``[N, 2 L]``."""


def convert_vectorizer(vectorizer: Vectorizer) -> ModelProto:
    """Return the model ``text`` string ``[N]`` → ``ids``, ``words`` and ``unknown_words``, int64.

    ``ids`` ``[N, 2 L]`` are those that ``transform`` returns. ``words`` ``[N]`` is how many tokens
    each text has, repetitions included; ``unknown_words`` ``[N]``, how many of them have no id.
    """
    kind = type(vectorizer)
    update_registered_converter(kind, _alias(kind), _keep_types, _convert, parser=_declare_outputs)
    return convert_sklearn(
        vectorizer,
        initial_types=[(TEXT, StringTensorType([None]))],
        target_opset=OPSETS,
    )


def _alias(kind: type) -> str:
    return f"Fintone{kind.__name__}"


def _declare_outputs(scope: Any, vectorizer: Vectorizer, inputs: Any, **_: Any) -> Any:
    operator = scope.declare_local_operator(_alias(type(vectorizer)), vectorizer)
    operator.inputs = inputs
    for name, shape in _OUTPUTS.items():
        operator.outputs.append(scope.declare_local_variable(name, Int64TensorType(shape)))
    return operator.outputs


def _keep_types(operator: Any) -> None:
    """Leave the outputs' types as they were declared; skl2onnx asks for such a function."""


def _convert(scope: Any, operator: Any, container: Any) -> None:
    nodes = _Nodes(scope, container)
    vectorizer: Vectorizer = operator.raw_operator
    ids, words, unknown_words = (output.full_name for output in operator.outputs)
    tokens = _tokens(nodes, vectorizer, operator.inputs[0].full_name)
    of_tokens = _token_ids(nodes, vectorizer, tokens)
    of_words = _with_start(nodes, vectorizer, of_tokens)
    of_pairs = _pair_ids(nodes, vectorizer, of_words)
    nodes.add("Concat", [of_words, of_pairs], ids, axis=1)
    _count(nodes, tokens, of_tokens, words, unknown_words)


class _Nodes:
    """Adds nodes to skl2onnx's container, with names that no other node has."""

    def __init__(self, scope: Any, container: Any) -> None:
        self._scope = scope
        self._container = container

    def constant(self, name: str, values: list[int]) -> str:
        """Add an int64 constant ``[len(values)]``; return its name."""
        unique: str = self._scope.get_unique_variable_name(name)
        self._container.add_initializer(unique, TensorProto.INT64, [len(values)], values)
        return unique

    def new(self, op_type: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Add a node; return the name of its output, made unique."""
        unique: str = self._scope.get_unique_variable_name(output)
        self.add(op_type, inputs, unique, **attributes)
        return unique

    def add(
        self, op_type: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any
    ) -> None:
        """Add a node that writes to ``output``, and has its name."""
        version = OPSETS[domain]
        self._container.add_node(
            op_type, inputs, output, name=output, op_domain=domain, op_version=version, **attributes
        )


def _tokens(nodes: _Nodes, vectorizer: Vectorizer, text: str) -> str:
    """Tokens in lower case, string ``[N, T]``; T may be 0."""
    lower = nodes.new(
        "StringNormalizer",
        [text],
        "lower",
        case_change_action="LOWER",
        # Part of every C library; the default, en_US.UTF-8, is missing from slim images.
        locale="C.UTF-8",
    )
    return nodes.new(
        "Tokenizer",
        [lower],
        "tokens",
        domain="com.microsoft",
        tokenexp=vectorizer.token_pattern_,
        # Marks would do for a start token, but a batch without any token gets none.
        mark=0,
        mincharnum=1,
        pad_value=_PADDING,
    )


def _token_ids(nodes: _Nodes, vectorizer: Vectorizer, tokens: str) -> str:
    """Ids of the tokens, int64 ``[N, T]``."""
    number = vectorizer.number_id_
    words = {word: index for word, index in vectorizer.word_ids_.items() if index != number}
    words = words or {"": _UNKNOWN}  # an empty table is not valid ONNX
    ids = nodes.new(
        "LabelEncoder",
        [tokens],
        "ids_of_words",
        domain="ai.onnx.ml",
        keys_strings=list(words),
        values_int64s=list(words.values()),
        default_int64=_UNKNOWN,
    )
    if vectorizer.number_id_ != _UNKNOWN:
        ids = _with_numbers(nodes, vectorizer, tokens, ids)
    return ids


def _with_start(nodes: _Nodes, vectorizer: Vectorizer, ids: str) -> str:
    """Ids of the tokens behind the start token, int64 ``[N, T + 1]``."""
    before_first = nodes.constant("start_pads", [0, 1, 0, 0])
    start = nodes.constant("start_id", [vectorizer.start_id_])
    return nodes.new("Pad", [ids, before_first, start], "word_ids")


def _with_numbers(nodes: _Nodes, vectorizer: Vectorizer, tokens: str, words: str) -> str:
    """Ids of tokens, numbers included: no number is a known word, so its id is added to a 0."""
    pattern = vectorizer.number_pattern_
    is_number = nodes.new("RegexFullMatch", [tokens], "is_number", pattern=pattern)
    # Not Where, which takes three times as long: the id of numbers is 1, and so is True.
    number = nodes.new("Cast", [is_number], "ids_of_numbers", to=TensorProto.INT64)
    return nodes.new("Add", [words, number], "ids_of_tokens")


def _pair_ids(nodes: _Nodes, vectorizer: Vectorizer, words: str) -> str:
    """Id of the pair that ends at each position, int64 ``[N, T + 1]``."""
    # A pair's key is one integer, `left * base + right`: LabelEncoder hashes integers faster than
    # strings. Unknown words and padding have id 0, and no pair with a 0 in it is in the table.
    base = 1 + max(vectorizer.word_ids_.values())
    keys = {left * base + right: pair for (left, right), pair in vectorizer.pair_ids_.items()}
    keys = keys or {-1: _UNKNOWN}  # an empty table is not valid ONNX
    # A negative pad cuts: all ids move one position to the right.
    to_the_right = nodes.constant("left_pads", [0, 1, 0, -1])
    left = nodes.new("Pad", [words, to_the_right], "left_neighbours")
    factor = nodes.constant("base", [base])
    key = nodes.new("Add", [nodes.new("Mul", [left, factor], "left_keys"), words], "pair_keys")
    return nodes.new(
        "LabelEncoder",
        [key],
        "pair_ids",
        domain="ai.onnx.ml",
        keys_int64s=list(keys),
        values_int64s=list(keys.values()),
        default_int64=_UNKNOWN,
    )


def _count(nodes: _Nodes, tokens: str, ids: str, words: str, unknown_words: str) -> None:
    """Write to ``words`` and ``unknown_words`` how many each text has, int64 ``[N]``.

    onnxruntime runs these nodes for callers that do not ask for the counts, too, so they are few.
    """
    # A table of one string takes half as long as to compare with it.
    is_word = nodes.new(
        "LabelEncoder",
        [tokens],
        "is_word",
        domain="ai.onnx.ml",
        keys_strings=[_PADDING],
        values_int64s=[0],
        default_int64=1,
    )
    is_known = nodes.new("Sign", [ids], "is_known")
    of_a_text = nodes.constant("of_a_text", [1])
    nodes.add("ReduceSum", [is_word, of_a_text], words, keepdims=0)
    known = nodes.new("ReduceSum", [is_known, of_a_text], "known_words", keepdims=0)
    nodes.add("Sub", [words, known], unknown_words)
