"""What the CDK's command line runs: `python -m cdk.app` writes the template and its assets."""

import os
import sys
from pathlib import Path

import aws_cdk

from cdk import model
from cdk.errors import SettingsError
from cdk.settings import Settings
from cdk.stack import FintoneStack

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Synthesise the stack, or end with one sentence on what is set wrong."""
    app = aws_cdk.App(analytics_reporting=False)
    try:
        settings = Settings.read(app.node.get_all_context({}), os.environ)
        labels = model.labels(ROOT / "onnx_models" / "metrics.json")
    except SettingsError as error:
        sys.exit(str(error))
    FintoneStack(app, settings, ROOT, labels)
    app.synth()


if __name__ == "__main__":
    main()
