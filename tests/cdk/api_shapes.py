"""Holds parameters against AWS's own description of its APIs, which botocore carries.

botocore by itself checks names, types, what is required, and lower bounds. The description says
more: values that are allowed, upper bounds and patterns, which are checked here, too.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from botocore.model import Shape
from botocore.validate import ParamValidator


class MisfitError(Exception):
    """A property has no place in the call that should carry it."""


def fitted(value: Any, shape: Shape) -> Any:  # noqa: ANN401 - properties as JSON has them
    """Return properties of CloudFormation as the parameters of an API.

    The names of both differ in case only, documents are text in an API, and maps are lists of pairs
    in some resources.

    Raises:
        MisfitError: a property is none of the parameters.
    """
    if shape.type_name == "structure" and isinstance(value, dict):
        names = {name.lower(): name for name in shape.members}
        if unknown := [name for name in value if name.lower() not in names]:
            raise MisfitError(f"{shape.name} takes no {', '.join(unknown)}")
        spelt = {names[name.lower()]: content for name, content in value.items()}
        return {name: fitted(content, shape.members[name]) for name, content in spelt.items()}
    if shape.type_name == "map" and isinstance(value, dict):
        return {name: fitted(content, shape.value) for name, content in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [fitted(content, shape.member) for content in value]
    if shape.type_name == "string" and isinstance(value, dict):
        return json.dumps(value)
    return value


def problems(parameters: dict[str, Any], shape: Shape) -> list[str]:
    """Return what AWS would find wrong with the parameters of one call, by its own description."""
    report = ParamValidator().validate(parameters, shape)
    if report.has_errors():
        return [report.generate_report()]
    return list(_beyond_types(parameters, shape, shape.name))


def _beyond_types(value: Any, shape: Shape, path: str) -> Iterator[str]:  # noqa: ANN401 - see above
    if isinstance(value, dict):
        for name, content in value.items():
            member = shape.members.get(name) if shape.type_name == "structure" else shape.value
            if member is not None:
                yield from _beyond_types(content, member, f"{path}.{name}")
    elif isinstance(value, list):
        for number, content in enumerate(value):
            yield from _beyond_types(content, shape.member, f"{path}[{number}]")
    limits = shape.metadata
    size = value if isinstance(value, int | float) else len(value)
    if not limits.get("min", size) <= size <= limits.get("max", size):
        yield f"{path} is {value!r}: out of {limits.get('min')} to {limits.get('max')}"
    if isinstance(value, str):
        if shape.enum and value not in shape.enum:
            yield f"{path} is {value!r}: none of {', '.join(shape.enum)}"
        if not _matches(limits.get("pattern", ""), value):
            yield f"{path} is {value!r}: does not match {limits['pattern']}"


def _matches(pattern: str, value: str) -> bool:
    try:
        return not pattern or re.fullmatch(pattern, value) is not None
    except re.error:  # Java's own syntax: \p{L} and the like
        return True
