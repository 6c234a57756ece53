"""Reads from the Dockerfiles what they have images/compile.py import."""

import json
import re
from itertools import dropwhile

from tests.runtime.processes import ROOT


def compiled(kind: str) -> list[str]:
    """Return the modules that Dockerfile.local or Dockerfile.lambda names, in their order."""
    text = (ROOT / f"Dockerfile.{kind}").read_text().replace("\\\n", "")
    (command,) = re.findall(r'^RUN (\[.*"/build/compile\.py".*\])$', text, re.MULTILINE)
    arguments = dropwhile(lambda argument: argument != "/app/runtime", json.loads(command))
    return list(arguments)[1:]
