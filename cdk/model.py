"""What the deployment knows of the model: the names of its labels, which the dashboard counts."""

import json
from pathlib import Path

from cdk.errors import SettingsError


def labels(metrics: Path) -> tuple[str, ...]:
    """Read the labels from the metrics that `make export` writes beside the graph.

    Raises:
        SettingsError: the file is missing, or is none of `make export`.
    """
    try:
        return tuple(json.loads(metrics.read_text("utf-8"))["labels"])
    except (OSError, ValueError, KeyError, TypeError):
        message = f"{metrics} has no labels: run make train export, or restore the file."
        raise SettingsError(message) from None
