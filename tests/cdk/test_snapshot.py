"""The default template, beside its last reviewed state: a change shows what it changes on AWS.

After a change that is meant: `UPDATE_SNAPSHOT=1 make test ARGS=tests/cdk/test_snapshot.py`, then
read the difference and commit it.
"""

import json
import os
import re
from pathlib import Path

from tests.cdk.stacks import Stack

SNAPSHOT = Path(__file__).parent / "fintone.template.json"


def masked(template: str) -> str:
    """Without the hashes that change with each change of the service."""
    template = re.sub(r"\b[0-9a-f]{64}\b", "ASSET", template)
    return re.sub(r"(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}", r"\1VERSION", template)


def test_the_default_template_is_the_reviewed_one(stack: Stack):
    template = masked(json.dumps(stack().template, indent=1, sort_keys=True)) + "\n"
    if os.environ.get("UPDATE_SNAPSHOT"):
        SNAPSHOT.write_text(template)
    assert json.loads(template) == json.loads(SNAPSHOT.read_text()), __doc__
