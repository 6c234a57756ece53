"""What was promised of the server, and whether it holds."""

from collections.abc import Iterator, Mapping

from bench.goal import Goal
from bench.server_field import (
    BENTOML,
    FASTAPI,
    FASTAPI_ASYNC,
    FINTONE,
    LITSERVE,
    MLSERVER,
    OLD,
    STARLETTE,
)
from bench.server_results import Results
from bench.server_traffic import BATCH, SINGLE

_TIMES: Mapping[str, float] = {
    STARLETTE: 0.5,
    FASTAPI: 3,
    FASTAPI_ASYNC: 3,
    LITSERVE: 5,
    MLSERVER: 5,
    BENTOML: 10,
    OLD: 100,
}
_P99 = 2.0
_TEXTS = 20_000


def goals(results: Results) -> tuple[Goal, ...]:
    """Judge what was promised; what lacks its figures has no judgement."""
    return tuple(_goals(results))


def ratio(results: Results, server: str, kind: str) -> float | None:
    """Return how many times as many requests this service answers as another, if both did."""
    ours, theirs = results.find(FINTONE, kind), results.find(server, kind)
    return ours.rate / theirs.rate if ours and theirs else None


def _goals(results: Results) -> Iterator[Goal]:
    for server, times in _TIMES.items():
        if (found := ratio(results, server, SINGLE)) is not None:
            yield Goal(
                f"single texts: at least {times:g} x {results.servers[server]}",
                found >= times,
                f"{found:.2f} x",
            )
    if (half := results.half_load) is not None:
        yield Goal(
            f"p99 at half load at most {_P99:g} ms",
            half.p99 <= _P99,
            f"{half.p99:.2f} ms at {half.rate:,.0f} requests/s",
        )
    if (batches := results.find(FINTONE, BATCH)) is not None:
        texts = batches.rate * batches.texts
        yield Goal(
            f"batches of 32: at least {_TEXTS:,} texts/s on one core",
            texts >= _TEXTS,
            f"{texts:,.0f} texts/s",
        )
    ours = [row for row in results.rows if row.server == FINTONE and row.turns]
    wrong = sum(row.errors for row in ours) + (half.errors if half else 0)
    if ours:
        yield Goal("no error, and no answer but the graph's", wrong == 0, f"{wrong} of all")
