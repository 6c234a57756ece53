"""The three parts of a load report, each against a service that has just been started."""

import asyncio
import gc
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import uvloop
from tqdm import tqdm

from bench.load_closed import ask_for, ask_times
from bench.load_locust import run_locust
from bench.load_open import Flow
from bench.load_recording import Recording
from bench.load_results import LEAN, LOCUST, Cell, Overload, Sample, Stream
from bench.load_service import Cores, Service, running
from bench.load_target import Target
from load.answers import Outcome
from load.corpus import read_texts
from load.questions import Mix, Questions

T = TypeVar("T")

TIMES_OFFERED = 3.0
_UNLOADED, _SOAKED = 0.1, 0.5  # shares of what can be served
_CLIENTS = 64  # that ask at once to find out what can be served
_CALIBRATION, _WARM_UP = 5.0, 1.0  # seconds
_WINDOWS = 60  # points of a plot
_QUESTIONS = 1000
SINGLE, MIXED = Mix(1, 0, 1), Mix(9, 1, 32)
"""What is sent: single texts, or nine of them to one batch of 32."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure.

    Attributes:
        labels: those of the model.
        requests: numbers of requests.
        concurrencies: numbers of clients.
        overload: seconds.
        soak: seconds.
    """

    labels: frozenset[str]
    requests: Sequence[int] = (1000, 10_000)
    concurrencies: Sequence[int] = (1, 10, 100, 1000)
    overload: float = 60
    soak: float = 600


def measure_cells(plan: Plan, cores: Cores) -> tuple[Cell, ...]:
    """Have each number of clients send each number of requests, by both generators.

    Raises:
        bench.load_service.ServiceError: the service does not start.
        bench.load_locust.LocustError: Locust gave no figures.
        OSError: the service cannot be reached.
    """
    grid = [(count, clients) for count in plan.requests for clients in plan.concurrencies]
    cells = []
    with running(cores) as service:
        target = _target(service, plan, SINGLE)
        _run(ask_for(target, _CLIENTS, _WARM_UP))
        for requests, concurrency in tqdm(grid, desc="requests", unit=" settings"):
            cells.append(_lean_cell(service, target, requests, concurrency))
            cells.append(_locust_cell(service, requests, concurrency))
    return tuple(cells)


def measure_overload(plan: Plan, cores: Cores, mix: Mix) -> Overload:
    """Find out what the service can answer, and offer it a tenth and three times of that.

    Args:
        plan: for how long.
        cores: where the service and the generator run.
        mix: what is sent.

    Raises:
        bench.load_service.ServiceError: the service does not start.
        OSError: it cannot be reached.
    """
    with running(cores) as service:
        target = _target(service, plan, mix)
        capacity = _capacity(target, plan.overload)
        calm = _stream(service, target, _UNLOADED * capacity, min(plan.overload, 10), "unloaded")
        storm = _stream(service, target, TIMES_OFFERED * capacity, plan.overload, "overload")
    return Overload(capacity, calm, storm)


def measure_soak(plan: Plan, cores: Cores) -> Stream:
    """Offer half of what the service can answer, single texts and batches, for long.

    Raises:
        bench.load_service.ServiceError: the service does not start.
        OSError: it cannot be reached.
    """
    with running(cores) as service:
        target = _target(service, plan, MIXED)
        capacity = _capacity(target, plan.soak)
        return _stream(service, target, _SOAKED * capacity, plan.soak, "soak")


def _target(service: Service, plan: Plan, mix: Mix) -> Target:
    questions = Questions(read_texts(""), mix, seed=0)
    drawn = [questions.draw() for _ in range(_QUESTIONS)]
    return Target("127.0.0.1", service.port, drawn, plan.labels)


def _capacity(target: Target, seconds: float) -> float:
    """Return how many requests a second the service answers to clients that wait."""
    _run(ask_for(target, _CLIENTS, min(seconds / 5, _WARM_UP)))
    recording = _run(ask_for(target, _CLIENTS, min(seconds, _CALIBRATION)))
    return recording.count(Outcome.ANSWERED) / recording.seconds()


def _lean_cell(service: Service, target: Target, requests: int, concurrency: int) -> Cell:
    server, own = service.cpu(), time.process_time()
    with _undisturbed():
        recording = _run(ask_times(target, concurrency, requests))
    own, server, seconds = time.process_time() - own, service.cpu() - server, recording.seconds()
    return Cell(
        LEAN,
        requests,
        concurrency,
        recording.count(Outcome.ANSWERED),
        recording.count(Outcome.SHED),
        seconds,
        recording.percentile(50),
        recording.percentile(99),
        own / seconds,
        server / seconds,
    )


def _locust_cell(service: Service, requests: int, concurrency: int) -> Cell:
    server = service.cpu()
    found = run_locust(f"http://127.0.0.1:{service.port}", concurrency, requests)
    server = service.cpu() - server
    return Cell(
        LOCUST,
        requests,
        concurrency,
        found.totals.answered,
        found.totals.shed,
        found.seconds,
        found.totals.p50,
        found.totals.p99,
        found.cpu / found.seconds,
        server / found.seconds,
    )


def _stream(service: Service, target: Target, rate: float, seconds: float, name: str) -> Stream:
    server, own = service.cpu(), time.process_time()
    samples: list[Sample] = []
    with _undisturbed(), tqdm(total=round(seconds), desc=f"{name}, {rate:,.0f}/s", unit="s") as bar:
        recording = _run(_watched(service, target, rate, seconds, samples, bar))
    own, server = time.process_time() - own, service.cpu() - server
    return _to_stream(recording, rate, seconds, (own, server), samples)


async def _watched(
    service: Service,
    target: Target,
    rate: float,
    seconds: float,
    samples: list[Sample],
    bar: "tqdm[Any]",
) -> Recording:
    async def watch() -> None:
        start = time.perf_counter()
        while True:
            samples.append(Sample(time.perf_counter() - start, service.rss()))
            await asyncio.sleep(1)
            bar.update()

    watching = asyncio.create_task(watch())
    try:
        return await Flow(target).run(rate, seconds)
    finally:
        watching.cancel()


def _to_stream(
    recording: Recording,
    rate: float,
    seconds: float,
    cpu: tuple[float, float],
    samples: Sequence[Sample],
) -> Stream:
    own, server = cpu
    return Stream(
        rate=rate,
        seconds=seconds,
        answered=recording.count(Outcome.ANSWERED),
        shed=recording.count(Outcome.SHED),
        failed=dict(recording.reasons),
        unsent=recording.unsent,
        p50=recording.percentile(50),
        p99=recording.percentile(99),
        shed_p99=recording.percentile(99, Outcome.SHED),
        lag_p99=float(1e3 * np.percentile(np.frombuffer(recording.lags), 99)),
        generator_cpu=own / recording.seconds(),
        server_cpu=server / recording.seconds(),
        moments=recording.moments(max(seconds / _WINDOWS, 1)),
        samples=tuple(samples),
    )


def _run(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep Python's garbage collector from what is there, and off."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()
