"""Judges requests to SendGrid's mail API by the provider's own description, and stricter: a property it does not name is a violation."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

DESCRIPTION = Path(__file__).with_name("mail-send.openapi.yaml")


def violations_of(request: object) -> list[str]:
    """What is wrong with the body of a `POST /v3/mail/send`, by the place in it; values are not repeated."""
    return [f"{error.json_path}: {error.validator}" for error in _judge().iter_errors(request)]


@cache
def _judge() -> Draft202012Validator:
    description = yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))
    schema = description["components"]["requestBodies"]["PostMailSend"]["content"]["application/json"]["schema"]
    _close(schema)
    _close(description["components"]["schemas"])
    return Draft202012Validator({**schema, "components": description["components"]})


def _close(schema: object) -> None:
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
        for part in schema.values():
            _close(part)
