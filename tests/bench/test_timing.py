"""The clocks: what is called when, and what is made of it."""

import gc
import os
from pathlib import Path

import pytest

from bench import timing
from bench.timing import Rounds, describe_machine, interleave, pin_to_one_core


def test_contenders_take_turns_after_two_calls_each() -> None:
    called: list[str] = []
    calls = {name: lambda name=name: called.append(name) for name in "ab"}
    interleave(calls, Rounds(count=3, turn=0, limit=9))
    assert "".join(called) == "aabb" + "ab" * 3


def test_the_calls_before_the_rounds_are_not_counted() -> None:
    timings = interleave({"a": lambda: None}, Rounds(count=4, turn=0, limit=9))
    assert timings["a"].calls == 4


def test_a_turn_has_as_many_calls_as_fit() -> None:
    timings = interleave({"a": lambda: None}, Rounds(count=1, turn=0.01, limit=9))
    assert timings["a"].calls > 10


def test_a_limit_ends_the_rounds_but_leaves_three() -> None:
    timings = interleave({"a": lambda: None}, Rounds(count=50, turn=0, limit=0))
    assert timings["a"].calls == 3


def test_percentiles_are_in_order() -> None:
    found = interleave({"a": lambda: None}, Rounds(count=50, turn=0, limit=9))["a"]
    assert 0 < found.p10 <= found.median <= found.p90


def test_garbage_is_collected_again_after_a_failure() -> None:
    calls = iter([None, None])
    with pytest.raises(StopIteration):
        interleave({"a": lambda: next(calls)}, Rounds(count=1, turn=0, limit=0))
    assert gc.isenabled()


def test_the_process_is_pinned_to_one_of_its_cores(affinity: set[int]) -> None:
    core = pin_to_one_core()
    assert core in affinity
    assert os.sched_getaffinity(0) == {core}


def test_a_system_that_cannot_pin_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    assert pin_to_one_core() is None


def test_the_machine_is_described() -> None:
    machine = describe_machine(1, ["numpy"])
    assert machine.core == 1
    assert machine.processor
    assert machine.packages.keys() == {"numpy"}


def test_a_processor_without_a_name_falls_back_to_its_kind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(timing, "_CPU_INFORMATION", tmp_path / "missing")
    assert describe_machine(None, []).processor
