"""The stack, synthesised in this process: the first takes seconds, each other half a second."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

if shutil.which("node") is None:
    # aws_cdk is JavaScript, which it starts when it is imported.
    pytest.skip("node is missing, which the CDK runs in", allow_module_level=True)

import aws_cdk

from cdk.settings import Settings
from cdk.stack import FintoneStack

ROOT = Path(__file__).resolve().parent.parent.parent
LABELS = ("negative", "neutral", "positive")

# Together, these bring in all that settings can bring in.
COMBINATIONS: dict[str, dict[str, Any]] = {
    "default": {},
    "public": {
        "auth": "none",
        "cors_origins": ("https://example.com", "http://localhost:8000"),
        "api_key_secret": "fintone/key",
        "alarm_email": "ops@example.com",
        "provisioned_concurrency": 2,
        "provisioned_maximum": 8,
    },
    "snapstart": {
        "snapstart": True,
        "architecture": "arm64",
        "allow_arm64": True,
        "api_key_parameter": "/fintone/key:3",
        "cors_origins": ("*",),
        "deployment": "all-at-once",
        "reserved_concurrency": None,
    },
}


@dataclass(frozen=True)
class Synthesised:
    """What a synthesis leaves in a folder, and the app that it came from."""

    app: aws_cdk.App
    folder: Path

    @property
    def template(self) -> dict[str, Any]:
        template: dict[str, Any] = self._read("fintone.template.json")
        return template

    @property
    def reports(self) -> list[dict[str, Any]]:
        """One for each plugin that checked the stack."""
        reports: list[dict[str, Any]] = self._read("validation-report.json")["pluginReports"]
        return reports

    @property
    def asset(self) -> str:
        """The hash that names the image."""
        (name,) = self._read("fintone.assets.json")["dockerImages"]
        return str(name)

    def all(self, kind: str) -> list[dict[str, Any]]:
        """The properties of each resource of one type."""
        resources = self.template["Resources"].values()
        return [found.get("Properties", {}) for found in resources if found["Type"] == kind]

    def only(self, kind: str) -> dict[str, Any]:
        """The properties of the one resource of its type."""
        (properties,) = self.all(kind)
        return properties

    def _read(self, name: str) -> Any:  # noqa: ANN401 - JSON
        return json.loads((self.folder / name).read_text())


# What the fixture `stack` is: `stack(memory=512)`.
Stack = Callable[..., Synthesised]


def new_app(folder: Path) -> aws_cdk.App:
    """An app as the command line starts it, with the context of cdk.json."""
    context = json.loads((ROOT / "cdk" / "cdk.json").read_text())["context"]
    return aws_cdk.App(analytics_reporting=False, context=context, outdir=str(folder))


def synthesise(
    folder: Path, settings: Settings, sources: Path = ROOT, labels: Sequence[str] = LABELS
) -> Synthesised:
    app = new_app(folder)
    FintoneStack(app, settings, sources, labels)
    app.synth()
    return Synthesised(app, folder)
