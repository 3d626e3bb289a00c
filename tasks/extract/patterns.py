"""Regular expressions that settings hold: RE2, as DuckDB reads them, so that none can take exponential time."""

from __future__ import annotations

from functools import cache
from typing import Literal

import duckdb


@cache
def pattern_mistake(pattern: str, *, groups: Literal[1] | None = None) -> str | None:
    """What is wrong with a pattern, None when nothing is. One that takes a part of a text has exactly one group."""
    with duckdb.connect() as connection:
        mistake = _refusal(connection, "regexp_matches('', $1)", pattern)
        if mistake is not None:
            return f"'{pattern}' is not a regular expression (RE2): {mistake}"
        has_one = _refusal(connection, "regexp_extract('', $1, ['first'])", pattern) is None
        has_two = _refusal(connection, "regexp_extract('', $1, ['first', 'second'])", pattern) is None
    if groups == 1 and (not has_one or has_two):
        return f"'{pattern}' must have exactly one group in parentheses; (?:…) groups without counting"
    return None


def _refusal(connection: duckdb.DuckDBPyConnection, expression: str, pattern: str) -> str | None:
    """Why DuckDB refuses the expression with the pattern; None when it does not."""
    try:
        connection.execute(f"SELECT {expression}", [pattern])
    except duckdb.Error as error:
        return str(error).splitlines()[0].removeprefix("Invalid Input Error: ").removeprefix("Binder Error: ")
    return None
