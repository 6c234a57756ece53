"""Starts all servers, checks their answers, and loads them in turns."""

import http.client
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

from bench.server_field import FINTONE, Contender
from bench.server_pace import errors, one_by_one, paced, percentile
from bench.server_process import Server, ServerError, started
from bench.server_results import HalfLoad, Row, Turn
from bench.server_traffic import SINGLE, Exchange, Traffic, labels_in, to_file
from bench.server_wrk import saturate

_SERVICE_TIMES = 2_000
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure: rounds, seconds of each turn, and the two cores."""

    rounds: int
    seconds: int
    server_core: int
    generator_core: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run found."""

    rows: tuple[Row, ...]
    half_load: HalfLoad | None
    service_ms: tuple[float, ...]


@dataclass(slots=True)
class _Cell:
    """One server and one kind of request."""

    server: Server
    kind: str
    exchanges: tuple[Exchange, ...]
    file: Path
    turns: list[Turn] = field(default_factory=list)
    problem: str | None = None

    @property
    def path(self) -> str:
        return self.server.contender.routes[self.kind].path


def run(field_: Sequence[Contender], traffic: Traffic, plan: Plan, folder: Path) -> Figures:
    """Measure; shows progress.

    Servers are up all the time, and all but the one whose turn it is are stopped by a signal.

    Raises:
        ServerError: a server does not start, or does not answer as the graph does.
    """
    with ExitStack() as stack:
        cells: list[_Cell] = []
        for contender in tqdm(field_, desc="starting", unit=" servers"):
            cells += _start(contender, traffic, plan, folder, stack)
        _take_turns(cells, plan)
        return _figures(cells, traffic, plan)


def _start(
    contender: Contender, traffic: Traffic, plan: Plan, folder: Path, stack: ExitStack
) -> list[_Cell]:
    exchanges = {
        kind: traffic.exchanges(kind, route.body, checked=contender.has_graph)
        for kind, route in contender.routes.items()
    }
    first = next(iter(exchanges.values()))[0].body
    server = stack.enter_context(started(contender, first, plan.server_core, folder))
    cells: list[_Cell] = []
    for kind, asked in exchanges.items():
        file = folder / f"{contender.name}.{len(cells)}.requests"
        to_file(asked, traffic.names, file)
        cells.append(_Cell(server, kind, asked, file))
        check(server, kind, asked, traffic.names)
    server.suspend()
    return cells


def check(server: Server, kind: str, exchanges: Sequence[Exchange], names: Sequence[str]) -> None:
    """Ask each request once; that also is a warm-up.

    Raises:
        ServerError: an answer is not the graph's.
    """
    path = server.contender.routes[kind].path
    for exchange in exchanges:
        try:
            status, body = server.post(path, exchange.body)
            labels = labels_in(json.loads(body), names)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ServerError(f"{server.contender.title} did not answer: {error}") from None
        if status != 200 or (exchange.labels and labels != exchange.labels):
            raise ServerError(
                f"{server.contender.title} answered {body[:200]!r} with {status} to"
                f" {exchange.body[:200]!r}, and the graph says {', '.join(exchange.labels)}."
            )


def _take_turns(cells: Sequence[_Cell], plan: Plan) -> None:
    with tqdm(total=plan.rounds * len(cells), desc="load", unit=" turns") as progress:
        for _ in range(plan.rounds):
            for cell in cells:
                progress.set_description(f"{cell.server.contender.name}, {cell.kind}")
                if cell.problem is None:
                    _take_turn(cell, plan)
                progress.update()


def _take_turn(cell: _Cell, plan: Plan) -> None:
    cell.server.resume()
    try:
        turn = saturate(cell.server, cell.path, cell.file, plan.seconds, plan.generator_core)
        cell.turns.append(turn)
    except ServerError as error:
        cell.problem = str(error)
    finally:
        cell.server.suspend()


def _figures(cells: Sequence[_Cell], traffic: Traffic, plan: Plan) -> Figures:
    rows = tuple(
        Row(
            cell.server.contender.name,
            cell.kind,
            len(traffic.asks[cell.kind][0].texts),
            tuple(cell.turns),
            cell.problem,
        )
        for cell in cells
    )
    for cell, row in zip(cells, rows, strict=True):
        if cell.server.contender.name == FINTONE and cell.kind == SINGLE and row.turns:
            cell.server.resume()
            half = _half_load(cell, row.rate, traffic, plan)
            core = plan.generator_core
            alone = one_by_one(cell.server, cell.path, cell.exchanges, _SERVICE_TIMES, core)
            return Figures(rows, half, tuple(round(each.milliseconds, 4) for each in alone))
    return Figures(rows, None, ())


def _half_load(cell: _Cell, rate: float, traffic: Traffic, plan: Plan) -> HalfLoad:
    seconds = plan.rounds * plan.seconds
    answers = paced(
        cell.server, cell.path, cell.exchanges, _HALF * rate, seconds, plan.generator_core
    )
    times = [answer.milliseconds for answer in answers]
    return HalfLoad(
        rate=len(answers) / seconds,
        p50=percentile(times, 0.5),
        p90=percentile(times, 0.9),
        p99=percentile(times, 0.99),
        requests=len(answers),
        errors=errors(answers, traffic.names),
    )
