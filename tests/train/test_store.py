import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from train.store import prune, read_arrays, write_arrays

ARRAYS = [np.arange(6.0, dtype=np.float32).reshape(2, 3), np.array(7), np.empty((0, 2))]


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "new" / "arrays"
    write_arrays(path, ARRAYS)
    return path


def test_arrays_come_back_as_they_were(stored: Path) -> None:
    read = read_arrays(stored)
    assert read is not None
    assert [array.dtype for array in read] == [array.dtype for array in ARRAYS]
    assert all(np.array_equal(*pair) for pair in zip(read, ARRAYS, strict=True))


def test_nothing_else_is_left_beside_them(stored: Path) -> None:
    assert list(stored.parent.iterdir()) == [stored]


def test_a_missing_file_is_none(tmp_path: Path) -> None:
    assert read_arrays(tmp_path / "nothing") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_damage_is_noticed(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "arrays"
    write_arrays(path, ARRAYS)
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = data.draw(st.binary(max_size=3).filter(lambda new: new != whole[at : at + 1]))
    path.write_bytes(whole[:at] + changed + whole[at + 1 :])
    assert read_arrays(path) is None
    path.write_bytes(whole[:at])
    assert read_arrays(path) is None


def test_a_write_that_fails_leaves_what_was_there(
    stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_arrays(stored, [np.zeros(3)])
    read = read_arrays(stored)
    assert read is not None
    assert len(read) == len(ARRAYS)


def entries(folder: Path, sizes: dict[str, int]) -> list[Path]:
    """Entries of the given sizes, in the order in which they were used."""
    made = []
    for age, (name, size) in enumerate(sizes.items()):
        (folder / name).mkdir()
        (folder / name / "weights").write_bytes(b"x" * size)
        os.utime(folder / name, (age, age))
        made.append(folder / name)
    return made


def test_the_entries_unused_for_longest_go_first(tmp_path: Path) -> None:
    *_, used = entries(tmp_path, {"old": 40, "newer": 40, "used": 40})
    prune(tmp_path, [used], limit=100)
    assert {path.name for path in tmp_path.iterdir()} == {"newer", "used"}


def test_what_was_used_counts_as_new_and_stays_at_any_size(tmp_path: Path) -> None:
    old, newer = entries(tmp_path, {"old": 200, "newer": 40})
    prune(tmp_path, [old], limit=100)
    assert list(tmp_path.iterdir()) == [old]
    assert not newer.exists()
    assert old.stat().st_mtime > 1e9


def test_entries_within_the_limit_stay(tmp_path: Path) -> None:
    old, newer = entries(tmp_path, {"old": 40, "newer": 40})
    prune(tmp_path, [newer], limit=100)
    assert old.exists()
