"""Times the graph and what it is compared with, all in one run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from tqdm import tqdm

from bench.contenders import Contender
from bench.graph_field import Sizes, Subject, build_field
from bench.graph_results import Cell, Results
from bench.headline import WORDS
from bench.language import Language
from bench.shipped import measure_start
from bench.timing import Rounds, describe_machine, interleave

_PACKAGES = ("onnxruntime", "numpy", "scikit-learn", "keras", "skl2onnx", "tf2onnx")
_MOST_BATCHES = 64  # different ones that take turns, so that no text is always in the cache
_START_WORDS = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure: words of a text, texts of a call, how large recipes, and for how long."""

    words: tuple[int, ...]
    batches: tuple[int, ...]
    sizes: Sizes
    rounds: Rounds


FULL = Plan(
    words=(10, WORDS, 100, 1000),
    batches=(1, 8, 64, 512),
    sizes=Sizes(classic=(5_000, 20_000, 50_000), sentences=30_000),
    rounds=Rounds(count=40, turn=0.01, limit=10),
)
QUICK = replace(FULL, rounds=Rounds(count=5, turn=0.005, limit=1))


def run(subject: Subject, plan: Plan, core: int | None) -> Results:
    """Build the contenders and time them; shows progress.

    Args:
        subject: the graph.
        plan: what to measure.
        core: the core that the process is pinned to, if any.
    """
    machine = describe_machine(core, _PACKAGES)
    field = build_field(subject, plan.sizes)
    # Each contender knows these words: our smaller recipe has the fewest, twice as many.
    known = subject.vocabulary.words[: plan.sizes.middle // 4]
    texts = Language(known, subject.vocabulary.followers, seed=1)
    cells = []
    with tqdm([*product(plan.words, plan.batches)], "measure", unit=" cells") as progress:
        for words, batch in progress:
            progress.set_description(f"measure {words} words x {batch}")
            cells.append(_measure(field, texts, words, batch, plan.rounds))
    content = subject.path.read_bytes()
    return Results(
        machine=machine,
        model=str(subject.path),
        bytes=len(content),
        start=measure_start(content, texts.text(_START_WORDS)),
        columns=plan.sizes.columns,
        descriptions={contender.name: contender.description for contender in field},
        cells=tuple(cells),
    )


def _measure(
    field: Sequence[Contender], texts: Language, words: int, batch: int, rounds: Rounds
) -> Cell:
    different = max(2, _MOST_BATCHES // batch)
    batches = [[texts.text(words) for _ in range(batch)] for _ in range(different)]
    calls = {contender.name: contender.prepare(batches) for contender in field}
    return Cell(words, batch, interleave(calls, rounds))
