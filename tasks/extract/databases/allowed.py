"""What a query may do and return: one SELECT, and only columns that the source's mapping names (requirement 003-12).

The columns are compared before any row is fetched, so that nothing beyond the contract leaves the database.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

import sqlglot
from sqlglot import exp

from tasks.extract.cells import columns_used
from tasks.extract.rows.check import columns_of_rules
from tasks.problems import SettingsProblem, SourceProblem
from tasks.settings.sources import Source

_TEXT_OR_AS_OF = re.compile(r"'(?:[^']|'')*'|(?<![:\w]):as_of\b")
_CHANGES = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Alter, exp.Into, exp.Command)


def allowed_columns(source: Source) -> frozenset[str]:
    """The columns of the query's result that the mapping and the rules for rows read."""
    used = columns_of_rules(source.rows)
    for mapping in (*source.columns.values(), *source.references.values()):
        used.update(columns_used(mapping))
    return frozenset(used)


def check_returned(source: str, allowed: frozenset[str], returned: Sequence[str]) -> None:
    """Raises `SourceProblem` that names the columns which the query would take out of the database without need."""
    extra = [column for column in returned if column not in allowed]
    if extra:
        raise SourceProblem.at(
            f"sources.{source}.format.query",
            f"returns columns that the mapping does not use: {', '.join(extra)}; nothing was fetched",
            "Name the needed columns in the query instead of '*', or map these too. Only mapped columns may leave the database.",
        )


def one_select(source: str, query: str, dialect: str) -> None:
    """Raises `SettingsProblem` unless the text is one statement that only reads.

    For servers without read-only transactions, or whose read-only transactions let some statements through.
    """
    try:
        statements = [item for item in sqlglot.parse(query, dialect=dialect) if item is not None]
    except (sqlglot.ParseError, sqlglot.TokenError):
        raise SettingsProblem.at(
            f"sources.{source}.format.query",
            "cannot be read as one SELECT",
            "Correct it; put what is special to your database into a view and select from that.",
        ) from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query) or statements[0].find(*_CHANGES):
        raise SettingsProblem.at(
            f"sources.{source}.format.query", "is not one SELECT", "It must only read: one SELECT, without INTO."
        )


def with_business_date(query: str, literal: str) -> str:
    """The query with `:as_of` outside of quoted texts replaced by the run's business date in the server's own words."""
    return _TEXT_OR_AS_OF.sub(lambda found: literal if found[0] == ":as_of" else found[0], query)


def iso(as_of: datetime.date) -> str:
    """The date as a quoted ISO text."""
    return f"'{as_of.isoformat()}'"
