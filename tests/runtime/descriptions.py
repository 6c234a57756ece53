"""Walks through openapi.json, and holds answers against it."""

from dataclasses import dataclass
from typing import Any

import httpx
import jsonschema

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One operation, with what it shows as examples."""

    method: str
    path: str
    described: JsonObject
    schemas: JsonObject

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def takes_json(self) -> bool:
        return "requestBody" in self.described

    @property
    def requests(self) -> JsonObject:
        """The bodies, by name."""
        return _examples(self.described.get("requestBody", {}))

    @property
    def answers(self) -> JsonObject:
        """The answers, by name."""
        return _examples(self.described["responses"]["200"])

    @property
    def errors(self) -> dict[int, JsonObject]:
        """The answer for each status that is an error."""
        return {
            int(status): next(iter(response["content"].values()))["example"]
            for status, response in self.described["responses"].items()
            if int(status) >= 400
        }

    def check(self, answer: httpx.Response) -> None:
        """Fail unless an answer has a status, a media type and a shape that are described."""
        response = self.described["responses"][str(answer.status_code)]
        media_type = answer.headers["content-type"].partition(";")[0]
        schema = response["content"][media_type]["schema"]
        if media_type.endswith("json"):
            components = {"schemas": self.schemas}
            jsonschema.validate(answer.json(), schema | {"components": components})


def operations_of(document: JsonObject) -> list[Operation]:
    """All operations of a description."""
    return [
        Operation(method, path, described, document["components"]["schemas"])
        for path, methods in document["paths"].items()
        for method, described in methods.items()
    ]


def _examples(holder: JsonObject) -> JsonObject:
    examples = holder.get("content", {}).get("application/json", {}).get("examples", {})
    return {name: example["value"] for name, example in examples.items()}
