"""The command line of training."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from train.checkpoint import TeacherError
from train.checkpoint_fetch import find_checkpoint
from train.children import ProcessError
from train.corpus import Corpus, CorpusError
from train.sources import find_data, read_corpora, read_held_out
from train.table import read_table
from train.teacher import CACHE
from train.unlabeled import UnlabeledCorpus, read_unlabeled

SENTENCES = {
    "uci_news_business_headlines": 15_000,
    "reuters21578": 40_000,
    "fed_beige_book": 15_000,
}
"""How many unlabelled sentences of each source a teacher labels."""


def main(arguments: Sequence[str]) -> int:
    """Run ``python -m train``; return its exit status: 0, or 1 after one sentence on stderr."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (CorpusError, ProcessError, TeacherError) as error:
        sys.stderr.write(f"{error}\n")
    except OSError as error:
        what = error.filename or "The output"  # a full disk names no file
        sys.stderr.write(
            f"{what} cannot be written ({error.strerror}): free it, or name another folder.\n"
        )
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        return 130  # as shells have it: 128 + SIGINT
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m train",
        description="Train a sentiment model: corpora in, scikit-learn and Keras artifacts out.",
    )
    parser.set_defaults(run=_train, text_column="text", label_column="label")
    _add_corpus_options(parser)
    parser.add_argument(
        "--out", type=Path, default=Path("artifacts"), help="folder for what is trained"
    )
    parser.add_argument("--seed", type=_seed, default=0, help="of folds and weights (default 0)")
    parser.add_argument(
        "--teacher",
        help="what the model is distilled from: a checkpoint's folder or its name on the Hugging"
        " Face hub (default: all-MiniLM-L6-v2); none: labels alone",
    )
    verbs = parser.add_subparsers(title="other verbs", metavar="")
    # A verb's own default would overwrite an option that was given before the verb.
    only_given = argparse.SUPPRESS

    evaluate = verbs.add_parser(
        "evaluate", help="score an ONNX graph on held-out texts", argument_default=only_given
    )
    evaluate.set_defaults(run=_evaluate)
    _add_graph_options(evaluate)
    _add_corpus_options(evaluate)

    behaviour = verbs.add_parser("behaviour", help="score an ONNX graph on minimal pairs")
    behaviour.set_defaults(run=_behaviour)
    _add_graph_options(behaviour)

    data = verbs.add_parser("data", help="fetch the public corpora", argument_default=only_given)
    data.set_defaults(run=_download)
    data.add_argument("--data", type=Path, help="folder to fill (default: data/)")
    return parser


def _seed(text: str) -> int:
    if not (text.isdecimal() and (seed := int(text)) < 2**32):
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 0 to {2**32 - 1}")
    return seed


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def _add_graph_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, default=Path("onnx_models/sentiment.onnx"))
    parser.add_argument(
        "--json", action="store_true", default=False, help="print JSON instead of tables"
    )


def _add_corpus_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, help="folder of the corpora (default: data/, else ../shared/data)"
    )
    parser.add_argument(
        "--sources", type=_names, help="corpora of that folder, parted by commas (default: all)"
    )
    parser.add_argument("--csv", type=Path, help="a table of your own instead of the corpora")
    parser.add_argument("--text-column", help="its column of texts (text)")
    parser.add_argument("--label-column", help="its column of labels (label)")


def _own_table(options: argparse.Namespace) -> Corpus | None:
    if options.csv is None:
        return None
    if options.sources is not None:
        raise CorpusError(f"Leave out --sources: with --csv, only {options.csv} is read.")
    return read_table(options.csv, options.text_column, options.label_column)


# TensorFlow takes seconds to import and matplotlib one: each verb imports what it runs.


def _train(options: argparse.Namespace) -> int:
    corpus = _own_table(options) or read_corpora(find_data(options.data), options.sources)
    teacher = None if options.teacher == "none" else find_checkpoint(options.teacher, CACHE)
    unlabeled = UnlabeledCorpus((), ())
    if teacher and options.csv is None:
        texts = [example.text for example in corpus.examples]
        folder = find_data(options.data)
        unlabeled = read_unlabeled(folder, per_file=SENTENCES, seed=options.seed, training=texts)
    from train.pipeline import train
    from train.reproducibility import make_reproducible

    make_reproducible()
    train(corpus, options.out, seed=options.seed, teacher=teacher, unlabeled=unlabeled)
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from train.evaluate import run_evaluate

    corpus = _own_table(options) or read_held_out(find_data(options.data), options.sources)
    return run_evaluate(options.model, corpus, as_json=options.json)


def _behaviour(options: argparse.Namespace) -> int:
    from train.behaviour import run_behaviour

    return run_behaviour(options.model, as_json=options.json)


def _download(options: argparse.Namespace) -> int:
    from train.download import download, download_headlines

    folder = options.data or Path("data")
    for fetch in (download, download_headlines):
        for filled in fetch(folder):
            sys.stderr.write(f"{filled} is filled.\n")
    return 0
