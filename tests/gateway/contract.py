"""Holds every answer that a test gets against `gateway/chat/openapi.yaml`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

FILE = Path(__file__).parents[2] / "gateway" / "chat" / "openapi.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
_REGISTRY: Registry[Any] = Registry().with_resource(
    "urn:api", Resource.from_contents(DOCUMENT, default_specification=DRAFT202012)
)
seen: set[tuple[str, str, int]] = set()


def check(answer: httpx.Response) -> None:
    """Fails where an answer has a status or a form that the document does not promise."""
    path, method = answer.request.url.path, answer.request.method.lower()
    operation = DOCUMENT["paths"].get(path, {}).get(method)
    if operation is None:
        return
    seen.add((path, method, answer.status_code))
    promised = operation["responses"].get(str(answer.status_code))
    assert promised, f"{method} {path} answered {answer.status_code}, which is not promised"
    promised = _resolve(promised)
    answer.read()
    for name, header in promised.get("headers", {}).items():
        if _resolve(header).get("required"):
            assert name in answer.headers, f"{method} {path} {answer.status_code} without {name}"
    if "content" not in promised:
        assert not answer.content
        return
    ((media_type, content),) = promised["content"].items()
    assert answer.headers["content-type"] == media_type
    validate(answer.json(), content["schema"])


def validate(instance: object, schema: dict[str, Any]) -> None:
    """Fails where `instance` is not as a schema of the document says."""
    based = json.loads(json.dumps(schema).replace('"#/', '"urn:api#/'))
    Draft202012Validator(based, registry=_REGISTRY, format_checker=FormatChecker()).validate(instance)


def _resolve(part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    found: Any = DOCUMENT
    for key in part["$ref"].removeprefix("#/").split("/"):
        found = found[key]
    resolved: dict[str, Any] = found
    return resolved
