"""Holds the simulation against fleets of real environments on this machine, under Locust."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import msgspec
import numpy as np

from bench.capacity_arrivals import Floats
from bench.capacity_gateway import gateway
from bench.capacity_local import local_environments
from bench.capacity_results import Comparison, Figures, FleetPlan
from bench.capacity_setting import Rules
from bench.capacity_simulation import Draws, simulate_users

Say = Callable[[str], None]

HANDLER = "waiting.handler"
_USERS_FILE = Path(__file__).with_name("capacity_users.py")
_OK, _THROTTLED = 200, 429
_NO_PAUSE = 0.001
_FEWEST = 2  # answers of a run: one from a start, and one that is warm
_SHORTEST = 5  # seconds of a run of one environment, its start included


class FleetError(Exception):
    """A fleet could not be measured; the message says what was seen."""


@dataclass(frozen=True, slots=True)
class _Times:
    """What was measured beforehand (s): warm invocations, first ones, and the way there."""

    works: Floats
    first: Floats
    round_trip: float


@dataclass(frozen=True, slots=True)
class _Run:
    record: list[tuple[float, float, int]]
    held: list[float]

    def seconds(self, status: int) -> list[float]:
        return [seconds for _, seconds, found in self.record if found == status]


def compare(plan: FleetPlan, python: Path, say: Say) -> list[Comparison]:
    """Measure single environments, then load fleets and simulate the same; one row for each run.

    Raises:
        FleetError: Locust or an environment failed.
    """
    say("measuring environments one by one")
    times = _measure(plan, python)
    found = []
    for users in plan.users:
        say(f"{users} users on {plan.environments} environments, {plan.seconds} s")
        run = _load(plan, python, users)
        real = _real(run)
        found.append(Comparison(users, real, _simulated(plan, times, users, real.requests)))
    return found


def _measure(plan: FleetPlan, python: Path) -> _Times:
    """Let one user ask one environment, so that nothing waits for anything else, several times."""
    alone = replace(
        plan, environments=1, seconds=max(_SHORTEST, plan.seconds // 2), pause=_NO_PAUSE
    )
    runs = [_load(alone, python, 1) for _ in range(plan.environments)]
    works = [seconds for run in runs for seconds in run.held[1:]]
    # One user's requests end in the order in which they begin, so both lists go together.
    ways = [
        whole - held
        for run in runs
        for whole, held in zip(run.seconds(_OK), run.held, strict=False)
    ]
    return _Times(np.array(works), np.array([run.held[0] for run in runs]), float(np.median(ways)))


def _load(plan: FleetPlan, python: Path, users: int) -> _Run:
    """Load a fresh fleet; where the machine is too busy for an answer in time, give it longer."""
    for longer in (1, 2, 4):
        run = _load_for(plan, python, users, longer * plan.seconds)
        if len(run.seconds(_OK)) >= _FEWEST:
            return run
    raise FleetError(f"The fleet did not answer {_FEWEST} requests in {longer * plan.seconds} s")


def _load_for(plan: FleetPlan, python: Path, users: int, seconds: int) -> _Run:
    with (
        tempfile.TemporaryDirectory() as folder,
        local_environments(
            plan.environments, python, HANDLER, WAITING_SECONDS=str(plan.wait)
        ) as fleet,
        gateway(fleet) as (application, url),
    ):
        record = Path(folder) / "record.json"
        _run_locust(plan, url, users, seconds, record)
        seen = msgspec.json.decode(record.read_bytes(), type=list[tuple[float, float, int]])
        held = list(application.seconds)
    others = {status for _, _, status in seen} - {_OK, _THROTTLED}
    if others:
        raise FleetError(f"The fleet answered with {sorted(others)}")
    return _Run(sorted(seen), held)


def _run_locust(plan: FleetPlan, url: str, users: int, seconds: int, record: Path) -> None:
    command = [
        *(sys.executable, "-m", "locust", "-f", str(_USERS_FILE), "--host", url, "--headless"),
        *("--users", str(users), "--spawn-rate", str(users), "--run-time", f"{seconds}s"),
        # Its exit status says whether a request failed, and 429 is what is looked for here.
        *("--only-summary", "--loglevel", "ERROR", "--exit-code-on-error", "0"),
    ]
    environment = os.environ | {
        "CAPACITY_PAUSE": str(plan.pause),
        "CAPACITY_RECORD": str(record),
    }
    done = subprocess.run(command, capture_output=True, env=environment, check=False)  # noqa: S603  # no shell
    if done.returncode:
        raise FleetError(f"Locust failed: {done.stderr.decode(errors='replace').strip()[-300:]}")


def _real(run: _Run) -> Figures:
    answered = run.seconds(_OK)
    p50, p99 = np.percentile(answered, (50, 99)).tolist()
    return Figures(
        requests=len(run.record),
        success=len(answered) / len(run.record),
        throttled=len(run.seconds(_THROTTLED)),
        p50=p50,
        p99=p99,
    )


def _simulated(plan: FleetPlan, times: _Times, users: int, requests: int) -> Figures:
    """Return means over several seeds, so that chance plays no part on this side."""
    runs = [_simulate(plan, times, users, requests, seed) for seed in range(plan.seeds)]
    return Figures(
        requests=requests,
        success=fmean(run.success for run in runs),
        throttled=round(fmean(run.throttled for run in runs)),
        p50=fmean(run.p50 for run in runs),
        p99=fmean(run.p99 for run in runs),
    )


def _simulate(plan: FleetPlan, times: _Times, users: int, requests: int, seed: int) -> Figures:
    random = np.random.default_rng(seed)
    works = random.choice(times.works, requests)
    draws = Draws(works, np.maximum(0.0, random.choice(times.first, requests) - works))
    pauses = random.exponential(plan.pause, requests)
    outcome = simulate_users(Rules(plan.environments), draws, users, pauses, times.round_trip)
    return Figures(
        requests=outcome.offered,
        success=outcome.success,
        throttled=outcome.throttled,
        p50=outcome.percentile(50) + times.round_trip,
        p99=outcome.percentile(99) + times.round_trip,
    )
