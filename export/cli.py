"""The command line of the export."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from export.artifacts import ArtifactError
from export.pipeline import export
from export.verify import ParityError


def main(arguments: Sequence[str]) -> int:
    """Run ``python -m export``; return its exit status: 0, or 1 after one sentence on stderr."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    parser = argparse.ArgumentParser(
        prog="python -m export",
        description="Turn trained artifacts into one ONNX graph, proven equal to them.",
    )
    parser.add_argument("--artifacts", type=Path, default=Path("artifacts"), metavar="DIR")
    parser.add_argument("--out", type=Path, default=Path("onnx_models"), metavar="DIR")
    options = parser.parse_args(arguments)
    try:
        export(options.artifacts, options.out)
    except ArtifactError as error:
        sys.stderr.write(f"{error}\n")
    except ParityError as error:
        sys.stderr.write(f"No graph is written, because it is not equal to the model: {error}.\n")
    except OSError as error:
        sys.stderr.write(f"{error.filename} cannot be written: {error.strerror}.\n")
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; nothing was written.\n")
        return 130  # as shells have it: 128 + SIGINT
    else:
        return 0
    return 1
