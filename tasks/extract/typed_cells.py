"""Typed cells (Parquet, PostgreSQL, workbooks) as the text the mapping reads.

Numbers are written with the source's decimal mark and without grouping, dates as ISO dates, true and false as such, so
that one set of parsing rules serves every reader. Doubles carry 15 significant digits, as spreadsheets show them:
30.299999999999997 is 30.3.
"""

from __future__ import annotations

from sqlglot import exp

from tasks.extract.expressions import call, cast, text, when
from tasks.extract.raw import CellKind
from tasks.settings.columns import Decimals

INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")

# Databases whose numbers have no bound, or whose columns have no type, deliver exact text.
AS_TEXT: dict[CellKind, str] = {
    "text": "VARCHAR",
    "number": "DECIMAL as text",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "other": "BLOB",
}


def kind_of(duckdb_type: str) -> CellKind:
    """What cells of a DuckDB type are to the mapping."""
    if duckdb_type in ("VARCHAR", "UUID", "JSON") or duckdb_type.startswith("ENUM"):
        return "text"
    if duckdb_type in INTEGERS or duckdb_type.startswith("DECIMAL") or duckdb_type in ("DOUBLE", "FLOAT"):
        return "number"
    if duckdb_type == "DATE" or duckdb_type.startswith("TIMESTAMP"):
        return "date"
    return "boolean" if duckdb_type == "BOOLEAN" else "other"


def as_text(value: exp.Expr, duckdb_type: str, decimals: Decimals) -> exp.Expr:
    """The text of a typed column."""
    kind = kind_of(duckdb_type)
    if kind == "number":
        plain = _double_text(value) if duckdb_type == "DOUBLE" else cast(value, "VARCHAR")
        return plain if decimals.decimal == "." else call("replace", plain, text("."), text(decimals.decimal))
    if kind == "date" and duckdb_type != "DATE":
        moment = cast(value, "TIMESTAMP")
        is_midnight = exp.EQ(this=moment, expression=call("date_trunc", text("day"), moment.copy()))
        day = cast(cast(moment.copy(), "DATE"), "VARCHAR")
        return when((is_midnight, day), otherwise=cast(moment.copy(), "VARCHAR"))
    return cast(value, "VARCHAR")


def _double_text(value: exp.Expr) -> exp.Expr:
    """Whole numbers without '.0', others with 15 significant digits; infinities and NaN as such, to be refused."""
    limit = exp.Literal.number("1e15")
    is_whole = exp.and_(
        exp.LT(this=call("abs", value), expression=limit),
        exp.EQ(this=value.copy(), expression=call("trunc", value.copy())),
    )
    whole = cast(cast(value.copy(), "BIGINT"), "VARCHAR")
    return when((is_whole, whole), otherwise=call("printf", text("%.15g"), value.copy()))
