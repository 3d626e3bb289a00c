"""The JSON Schema of `strategy.yaml`, by which editors complete and check it.

It is made of the model; the short forms that YAML may use are added by the models that take them (`short_form`).
"""

from __future__ import annotations

import json

from pydantic import JsonValue

from tasks.paths import PROGRAM
from tasks.segment.strategy import LEFT_IN_PEACE, Strategy

SCHEMA_FILE = PROGRAM / "docs" / "strategy.schema.json"
BESIDE_A_STRATEGY = ".puntual/strategy.schema.json"
"""Where the first line of a ready strategy tells editors to look, from the strategy's own folder."""


def strategy_schema() -> str:
    """The schema as JSON text, ending with a line break."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Strategy.model_json_schema()}
    _accept_none(schema)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _accept_none(schema: JsonValue) -> None:
    """Where a key may be empty and its description speaks of none, the word `none` is how it is written."""
    if isinstance(schema, list):
        for part in schema:
            _accept_none(part)
    elif isinstance(schema, dict):
        choices, told = schema.get("anyOf"), schema.get("description")
        if isinstance(choices, list) and {"type": "null"} in choices and "none" in str(told):
            choices.append({"const": LEFT_IN_PEACE})
        for part in schema.values():
            _accept_none(part)


if __name__ == "__main__":
    SCHEMA_FILE.write_text(strategy_schema(), encoding="utf-8")
