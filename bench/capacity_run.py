"""Puts together what docs/capacity.md stands on."""

import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np

from bench.capacity_arrivals import SHAPES, arrivals
from bench.capacity_aws import Aws
from bench.capacity_fleets import FleetError, Say, compare
from bench.capacity_measured import Measured, read_old_service
from bench.capacity_old import counterfactual, explain
from bench.capacity_plan import Answer, Plan, answer, plan
from bench.capacity_question import Question
from bench.capacity_results import FleetPlan, Measurement, OldService, Results
from bench.capacity_service import measure_service
from bench.capacity_setting import CapacityError
from bench.cold_emulator import StartError
from bench.cold_place import emulator_path
from bench.timing import describe_machine

_PACKAGES = ("onnxruntime", "awslambdaric", "locust", "simpy", "numpy")
_SHOWN = 3
_INVOCATIONS = 2000
_FLEETS = FleetPlan()


def measure_all(
    say: Say, fleet_plan: FleetPlan = _FLEETS, invocations: int = _INVOCATIONS
) -> Measurement:
    """Measure on this machine's emulators: single invocations, then fleets under Locust.

    Raises:
        CapacityError: there is no emulator, or what it should do failed.
    """
    if not emulator_path().is_file():
        raise CapacityError(
            f"{emulator_path()} is not there: fetch it with `make test`, on Linux, or take"
            f" --keep-measured."
        )
    machine = describe_machine(None, _PACKAGES)
    python = Path(sys.executable)
    try:
        say(f"timing {invocations} invocations")
        service = measure_service(python, invocations)
        fleets = compare(fleet_plan, python, say)
    except (FleetError, StartError) as error:
        raise CapacityError(f"{error}: see to it, or take --keep-measured.") from None
    today = datetime.now(UTC).date().isoformat()
    return Measurement(machine, today, service, fleet_plan, tuple(fleets))


def read_measurement(path: Path) -> Measurement:
    """Read what an earlier run measured.

    Raises:
        CapacityError: it cannot be read, or is none.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Measurement)
    except (OSError, msgspec.DecodeError):
        raise CapacityError(
            f"{path} has no earlier measurement: leave out --keep-measured."
        ) from None


def evaluate(
    question: Question, measured: Measured, cold_start: Path, aws: Aws, say: Say
) -> Results:
    """Plan, try the shapes of arrivals, and explain the old service.

    Raises:
        CapacityError: the question cannot be answered.
    """
    begin = time.perf_counter()
    found = plan(question, measured, aws, say)
    taken = time.perf_counter() - begin
    simulated = sum(each.offered for each in found.answers)
    say("in an account that allows twice as much")
    roomy = plan(_roomier(found, aws), measured, aws, say)
    shapes = {shape: _under(shape, found, measured, aws) for shape in SHAPES}
    say("explaining the old service")
    return Results(found, roomy, shapes, _old_service(cold_start, measured), simulated / taken)


def _roomier(found: Plan, aws: Aws) -> Question:
    question = found.question
    chosen = (found.best or found.answers[0]).setting.memory
    sizes = sorted({chosen, int(aws.limits.one_vcpu.value)})
    return replace(question, account=2 * question.account, memories=tuple(sizes))


def _under(shape: str, found: Plan, measured: Measured, aws: Aws) -> Answer:
    question = replace(found.question, shape=shape)
    random = np.random.default_rng(question.seed)
    times = arrivals(shape, question.rate, question.seconds, random)
    setting = (found.best or found.answers[0]).setting
    return answer(question, setting, times, measured, aws)


def _old_service(cold_start: Path, measured: Measured) -> OldService:
    times = read_old_service(cold_start)
    if not times:
        raise CapacityError(f"{cold_start} does not have the old service: name another file.")
    start, _ = times[max(times)]
    tried = explain((0.0, start))
    best = [each for each in tried if each.plausible and not each.start]
    seconds = float(measured.works.mean())
    return OldService(
        explanations=tuple(best[:_SHOWN]),
        started=next(each for each in tried if each.start),
        ours=counterfactual(best[0], seconds),
        ours_seconds=seconds,
        measured=times,
    )
