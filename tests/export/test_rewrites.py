"""The rewrites: each changes what it knows, nothing else, and no answer."""

from collections.abc import Mapping

import numpy as np
import onnxruntime
import pytest
from onnx import ModelProto, checker, numpy_helper, parser

from export.rewrites import rewrite

IMAGES = np.random.default_rng(0).normal(size=(2, 3, 4, 5)).astype(np.float32)
IDS = np.array([[1, 2, 0], [2, 2, 1]], dtype=np.int64)


def parsed(text: str, **constants: np.ndarray) -> ModelProto:
    """A model from ONNX's own textual syntax, with constants beside it."""
    model = parser.parse_model(f'<ir_version: 9, opset_import: ["": 20]> {text}')
    model.graph.initializer.extend(
        numpy_helper.from_array(content, name) for name, content in constants.items()
    )
    return model


def ask(model: ModelProto, data: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(model.SerializeToString())
    answer: np.ndarray = session.run(None, {session.get_inputs()[0].name: data})[0]
    return answer


def rewritten(model: ModelProto, data: np.ndarray) -> ModelProto:
    """Rewrite a copy, and see to it that it is valid and answers as before."""
    copy = ModelProto.FromString(model.SerializeToString())
    rewrite(copy)
    checker.check_model(copy)
    np.testing.assert_allclose(ask(copy, data), ask(model, data), rtol=1e-6)
    return copy


def kinds(model: ModelProto) -> list[str]:
    return [node.op_type for node in model.graph.node]


def constants(model: ModelProto) -> Mapping[str, np.ndarray]:
    return {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}


def computed(start: int, end: int) -> ModelProto:
    """A `Reshape` to one side of its input, then 3, then what is left."""
    text = """
    g (int64[N, S] ids) => (int64[A, B, C] y) {
        sides = Shape(ids)
        narrow = Cast<to=6>(sides)
        side = Slice(narrow, start, end, zero)
        all = Concat<axis=0>(side, three, rest)
        shape = Cast<to=7>(all)
        y = Reshape(ids, shape)
    }
    """
    bounds = {"start": start, "end": end, "zero": 0}
    sides = {"three": 3, "rest": -1}
    return parsed(
        text,
        **{name: np.array([bound], np.int64) for name, bound in bounds.items()},
        **{name: np.array([side], np.int32) for name, side in sides.items()},
    )


def test_a_shape_that_is_known_beforehand_is_stated():
    model = rewritten(computed(start=0, end=1), IDS)
    assert kinds(model) == ["Reshape"]
    ((_, stated),) = constants(model).items()
    assert stated.tolist() == [0, 3, -1]


def test_a_side_that_moves_to_another_place_is_computed():
    model = computed(start=1, end=2)
    assert kinds(rewritten(model, np.arange(9).reshape(3, 3))) == kinds(model)


def test_a_side_of_another_value_is_computed():
    text = """
    g (float[A, B] x) => (float[C, D] y) {
        t = Transpose<perm=[1, 0]>(x)
        shape = Shape(t)
        y = Reshape(x, shape)
    }
    """
    data = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert kinds(rewritten(parsed(text), data)) == ["Transpose", "Shape", "Reshape"]


def test_a_side_that_a_text_decides_is_computed():
    text = """
    g (int64[S] x) => (int64[A, B] y) {
        most = ReduceMax<keepdims=1>(x)
        shape = Concat<axis=0>(most, less)
        y = Reshape(x, shape)
    }
    """
    model = parsed(text, less=np.array([-1], np.int64))
    assert kinds(rewritten(model, np.array([3, 1, 2]))) == kinds(model)


def test_a_side_of_no_elements_is_left_alone():
    """A stated 0 would mean that the input's own side is taken over."""
    text = """
    g (float[N, S] x) => (float[N, A, B] y) {
        sides = Shape(x)
        count = Slice(sides, zero, one, zero)
        shape = Concat<axis=0>(count, none, five)
        y = Reshape<allowzero=1>(x, shape)
    }
    """
    sides = {"zero": 0, "one": 1, "none": 0, "five": 5}
    model = parsed(text, **{name: np.array([side], np.int64) for name, side in sides.items()})
    assert kinds(rewritten(model, np.zeros((2, 0), np.float32))) == kinds(model)


def test_a_shape_of_an_unknown_number_of_axes_is_computed():
    text = """
    g (float[N, S] x, int64[R] sides) => (float[A, B] y) {
        r = Reshape(x, sides)
        s = Shape(r)
        y = Reshape(r, s)
    }
    """
    model = parsed(text)
    rewrite(model)
    assert kinds(model) == ["Reshape", "Shape", "Reshape"]


def reduction(kind: str, axes: list[int] | None, attribute: str = "keepdims=1") -> ModelProto:
    taken = "x" if axes is None else "x, axes"
    text = f"g (float[N, 3, A, B] x) => (float y) {{ y = {kind}<{attribute}>({taken}) }}"
    return parsed(text, **({} if axes is None else {"axes": np.array(axes, np.int64)}))


@pytest.mark.parametrize("axes", [[2, 3], [3, 2], [-1, -2]])
@pytest.mark.parametrize(
    ("kind", "pool"), [("ReduceMax", "GlobalMaxPool"), ("ReduceMean", "GlobalAveragePool")]
)
def test_a_reduction_over_all_positions_is_called_a_pool(kind: str, pool: str, axes: list[int]):
    for attribute in ("keepdims=1", "noop_with_empty_axes=1"):
        assert kinds(rewritten(reduction(kind, axes, attribute), IMAGES)) == [pool]


@pytest.mark.parametrize("axes", [None, [1, 2], [2], [1, 2, 3]])
def test_other_reductions_stay(axes: list[int] | None):
    assert kinds(rewritten(reduction("ReduceMax", axes), IMAGES)) == ["ReduceMax"]


def test_a_reduction_that_drops_its_axes_stays():
    model = reduction("ReduceMax", [2, 3], "keepdims=0")
    assert kinds(rewritten(model, IMAGES)) == ["ReduceMax"]


def test_a_reduction_of_whole_numbers_stays():
    text = "g (int64[N, C, A] x) => (int64[N, C, 1] y) { y = ReduceMax<keepdims=1>(x, axes) }"
    model = parsed(text, axes=np.array([2], np.int64))
    assert kinds(rewritten(model, IMAGES[0].astype(np.int64))) == ["ReduceMax"]


def test_a_reduction_of_what_nothing_is_known_of_stays():
    text = """
    g (float[N, S] x, int64[R] sides) => (float y) {
        r = Reshape(x, sides)
        y = ReduceMax<keepdims=1>(r, axes)
    }
    """
    model = parsed(text, axes=np.array([2, 3], np.int64))
    rewrite(model)
    assert kinds(model) == ["Reshape", "ReduceMax"]


LOOK_UP = "g (int64[N, S] ids) => (float[N, S, 2] rows) { rows = Gather<axis=0>(table, ids) }"


@pytest.mark.parametrize(
    ("values", "kind", "nodes"),
    [
        ([-128, 127, 0], np.int8, ["Gather", "Cast"]),
        ([0.5, 65504, 2**-14], np.float16, ["Gather", "Cast"]),
        ([0.1, 1, 0], np.float32, ["Gather"]),
        ([1e9, 1, 0], np.float32, ["Gather"]),
    ],
)
def test_a_table_is_stored_in_the_smallest_type_that_holds_it(
    values: list[float], kind: type, nodes: list[str]
):
    table = np.array([values, values], np.float32).T
    model = rewritten(parsed(LOOK_UP, table=table), IDS)
    assert kinds(model) == nodes
    ((_, stored),) = constants(model).items()
    assert stored.dtype == kind
    np.testing.assert_array_equal(stored, table)


def test_a_table_for_two_look_ups_is_stored_once():
    text = """
    g (int64[N, S] ids) => (float[N, S, 2] both) {
        rows = Gather<axis=0>(table, ids)
        again = Gather<axis=0>(table, ids)
        both = Add(rows, again)
    }
    """
    model = rewritten(parsed(text, table=np.arange(6, dtype=np.float32).reshape(3, 2)), IDS)
    ((_, stored),) = constants(model).items()
    assert stored.dtype == np.int8


def test_tables_of_whole_numbers_and_computed_ones_are_left_alone():
    text = """
    g (int64[N, S] ids) => (int64[1, S] again) {
        rows = Gather<axis=0>(table, ids)
        again = Gather<axis=0>(rows, zero)
    }
    """
    sides = {"table": np.array([5, 6, 7], np.int64), "zero": np.array([0], np.int64)}
    assert kinds(rewritten(parsed(text, **sides), IDS)) == ["Gather", "Gather"]


def test_what_no_output_depends_on_is_dropped():
    text = """
    g (float[N] x) => (float[N] y) {
        unused = Add(x, beside)
        y = Add(x, used)
    }
    """
    sides = {"beside": np.ones(1, np.float32), "used": np.ones(1, np.float32)}
    model = rewritten(parsed(text, **sides), np.ones(3, np.float32))
    assert kinds(model) == ["Add"]
    assert constants(model).keys() == {"used"}


def test_what_only_a_branch_depends_on_is_kept():
    text = """
    g (float[N] x) => (float[N] y) {
        most = ReduceMax<keepdims=0>(x)
        large = Greater(most, one)
        inner = Neg(x)
        other = Abs(x)
        y = If (large) <
            then_branch = a () => (float[N] p) { p = Mul(inner, one) },
            else_branch = b () => (float[N] q) { q = Identity(other) }
        >
    }
    """
    model = rewritten(parsed(text, one=np.array(1, np.float32)), np.array([-3, 2], np.float32))
    assert sorted(kinds(model)) == ["Abs", "Greater", "If", "Neg", "ReduceMax"]
