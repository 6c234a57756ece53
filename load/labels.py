"""The labels of the model that is asked."""

from pathlib import Path

from cdk.errors import SettingsError
from cdk.model import labels
from load.errors import LoadError

METRICS = Path(__file__).resolve().parent.parent / "onnx_models" / "metrics.json"
"""What `make export` wrote beside the committed graph."""


def read_labels(metrics: Path) -> frozenset[str]:
    """Read the labels from what `make export` wrote beside the graph.

    Raises:
        LoadError: the file is missing, or is none of `make export`.
    """
    try:
        return frozenset(labels(metrics))
    except SettingsError as error:
        raise LoadError(str(error)) from None
