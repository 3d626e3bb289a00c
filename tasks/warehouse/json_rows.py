"""Query results as JSON values, for the edge where they leave the program."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

from tasks.warehouse.query import QueryResult

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
_EXACT_DIGITS = 15


def to_json_rows(result: QueryResult) -> list[dict[str, Json]]:
    """One object per row. Dates and timestamps become ISO 8601 text; NaN and infinity become null.

    Decimals become numbers as long as a JSON reader's double holds them exactly (15 digits), else text.
    """
    return [{name: to_json(value) for name, value in zip(result.columns, row, strict=True)} for row in result.rows]


def to_json(value: object) -> Json:  # noqa: PLR0911 one line per kind of value
    """One DuckDB value as JSON."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return float(value) if len(value.as_tuple().digits) <= _EXACT_DIGITS else str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    return str(value)
