"""The emulator comes with the set-up of `make test`, and its lack ends nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.runtime.processes import ROOT

LOCK = ROOT / "requirements" / "emulator.lock"


def fetch(venv: Path) -> subprocess.CompletedProcess[str]:
    """Run the script where pip has no index to ask."""
    return subprocess.run(
        ["bash", ROOT / "requirements" / "fetch-emulator.sh", venv, LOCK],
        env=os.environ | {"PIP_NO_INDEX": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_emulator_that_cannot_be_fetched_is_said_and_is_no_failure(tmp_path: Path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    result = fetch(tmp_path)
    assert result.returncode == 0
    assert "its tests will be skipped" in result.stderr.splitlines()[-1]
    assert not (tmp_path / "emulator").exists()


def test_an_emulator_of_the_lock_is_kept(tmp_path: Path):
    (tmp_path / "emulator").mkdir()
    shutil.copy(LOCK, tmp_path / "emulator" / "lock")
    result = fetch(tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
