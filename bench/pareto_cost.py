"""What the members of the network's family cost: graphs with random weights, timed in turns."""

from collections.abc import Iterator, Mapping, Sequence

from onnx import ModelProto
from tqdm import tqdm

from bench import contenders
from bench.contenders import Prepare
from bench.headline import WORDS
from bench.language import Language, extended
from bench.pareto_results import Cost, Costs, Member
from bench.recipes import with_network
from bench.shipped import Vocabulary, cut_floor, measure_start
from bench.timing import Rounds, Timing, describe_machine, interleave
from train.network import Architecture
from train.vectorizer import TokenIdVectorizer

_PACKAGES = ("onnxruntime", "numpy", "keras", "tf2onnx")
_LABELS = ("negative", "neutral", "positive")
_HEADLINES = 64  # different ones that take turns, or are the texts of a batch
_FLOOR = "floor"


FAMILY: tuple[Member, ...] = (
    *(Member(Architecture(width, bag=True)) for width in (32, 64)),
    *(Member(Architecture(width, layers)) for width in (32, 48, 64) for layers in (0, 1, 2, 3)),
    *(Member(Architecture(), words, pairs) for words, pairs in ((5_000, 5_000), (20_000, 40_000))),
)


def measure(
    vocabulary: Vocabulary, family: Sequence[Member], rounds: Rounds, core: int | None
) -> Costs:
    """Build graphs of a family and time them, all in turns; shows progress.

    Args:
        vocabulary: known words, of which the measured headlines are made.
        family: what to measure.
        rounds: how long.
        core: the core that the process is pinned to, if any.
    """
    machine = describe_machine(core, _PACKAGES)
    graphs = dict(_graphs(vocabulary, family))
    least = min(member.words for member in family)
    language = Language(vocabulary.words[:least], vocabulary.followers, seed=1)
    headlines = [language.text(WORDS) for _ in range(_HEADLINES)]
    prepare = {
        member.name: contenders.graph(member.name, "", graph).prepare
        for member, graph in graphs.items()
    }
    floor = contenders.graph(_FLOOR, "", cut_floor(next(iter(graphs.values())))).prepare
    alone = _timed({_FLOOR: floor, **prepare}, [[text] for text in headlines], rounds)
    together = _timed(prepare, [headlines], rounds)
    costs = (
        Cost(
            name=member.name,
            member=member,
            bytes=graph.ByteSize(),
            session=measure_start(graph.SerializeToString(), headlines[0]).session,
            headline=alone[member.name],
            batched=together[member.name].median / _HEADLINES,
        )
        for member, graph in graphs.items()
    )
    return Costs(machine, alone[_FLOOR], tuple(costs))


def _graphs(
    vocabulary: Vocabulary, family: Sequence[Member]
) -> Iterator[tuple[Member, ModelProto]]:
    vectorizers: dict[tuple[int, int], TokenIdVectorizer] = {}
    for member in tqdm(family, "build", unit=" graphs"):
        size = (member.words, member.pairs)
        if size not in vectorizers:
            vectorizers[size] = _fitted(vocabulary, *size)
        yield member, with_network(vectorizers[size], member.architecture, _LABELS).graph


def _fitted(vocabulary: Vocabulary, words: int, pairs: int) -> TokenIdVectorizer:
    """Fit a vectorizer to so many words, real and made up, in generated sentences."""
    language = Language(extended(vocabulary.words, words), vocabulary.followers, seed=0)
    vectorizer = TokenIdVectorizer(max_words=words, max_pairs=pairs, min_df=1)
    return vectorizer.fit(language.corpus(sentences=pairs))


def _timed(
    prepare: Mapping[str, Prepare], batches: Sequence[Sequence[str]], rounds: Rounds
) -> dict[str, Timing]:
    return interleave({name: call(batches) for name, call in prepare.items()}, rounds)
