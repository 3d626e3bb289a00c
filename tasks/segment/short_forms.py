"""Tells JSON Schema of the short forms that a model takes in place of its full one."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from pydantic import JsonValue

Schema = dict[str, JsonValue]


def or_else(*short: Callable[[Schema], JsonValue]) -> Callable[[Schema], None]:
    """For `json_schema_extra`: the model's schema, or what each of `short` makes of the model's properties."""

    def extend(schema: Schema) -> None:
        whole = dict(schema)
        properties = cast("Schema", whole["properties"])
        schema.clear()
        schema["description"] = whole.pop("description", "")
        schema["anyOf"] = [whole, *(form(properties) for form in short)]

    return extend


def property_as(name: str) -> Callable[[Schema], JsonValue]:
    """What the property `name` may be."""

    def form(properties: Schema) -> JsonValue:
        found = cast("Schema", properties[name])
        return {key: value for key, value in found.items() if key in ("type", "items", "minItems")}

    return form


def items_of(properties: Schema, name: str) -> Schema:
    """What the list that the property `name` is may hold."""
    found = cast("Schema", properties[name])
    return cast("Schema", found["items"])
