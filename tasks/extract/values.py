"""How text becomes typed values, strictly: what does not read as declared is NULL and gets a reason, never a guess.

Nothing here knows sources or files; it turns one text expression into one typed expression and the ways it can fail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlglot import exp

from tasks.extract.expressions import all_of, call, cast, number, text, try_cast, when
from tasks.extract.named_months import MONTHS, in_digits
from tasks.extract.named_months import pattern as month_pattern
from tasks.settings.columns import Decimals

ISO_DATE = "%Y-%m-%d"
EPOCH_SECONDS = "%s"
"""Seconds since 1970-01-01 UTC, as the APIs of payment providers write times; the day is that of UTC."""
# A year starts with 1-9: DuckDB would read 0000, and 0026 is a two-digit year that somebody padded.
DIRECTIVES = {"y": "[0-9]{2}", "Y": "[1-9][0-9]{3}"} | dict.fromkeys("dmHMS", "[0-9]{2}")
SIGNED = r"([-+]?{0}|{0}-)"  # SAP writes the sign behind.


@dataclass(frozen=True)
class Failure:
    """One way a text can be unusable: of the texts that could not be read, those that fulfil `condition`.

    `reason` may hold `{value}`, the text as it stood in the source: the column's, or `value` where it has several.
    """

    condition: exp.Expr
    reason: str
    fix: str
    value: exp.Expr | None = None


@dataclass(frozen=True)
class Typed:
    """A typed expression, NULL where the text does not fit, and the failures that tell why."""

    expression: exp.Expr
    failures: tuple[Failure, ...] = ()


def read_as(column: str, data_type: str, value: exp.Expr, formats: tuple[str, ...], decimals: Decimals) -> Typed:
    """`value` (text, NULL when blank) read as the contract's `data_type`."""
    if data_type == "DATE":
        return date(column, value, formats)
    if data_type.startswith("DECIMAL"):
        return amount(column, value, data_type, decimals)
    if data_type in ("INTEGER", "BIGINT"):
        return integer(column, value, data_type)
    if data_type == "BOOLEAN":
        return boolean(column, value)
    return Typed(value)


def amount(column: str, value: exp.Expr, data_type: str, decimals: Decimals) -> Typed:
    """A number with the declared decimal and thousands marks: at most two decimals, no exponent, ASCII digits.

    A sign may lead ('-12,50', '+12,50') or, as SAP writes it, follow ('12,50-'). Digits are grouped by threes or not
    at all. Zeros beyond the second decimal do not change the value and are accepted ('12.5000').
    """
    mark, whole = re.escape(decimals.decimal), whole_number_pattern(decimals)
    exact = SIGNED.format(rf"{whole}({mark}[0-9]{{1,2}}0*)?")
    longer = SIGNED.format(rf"{whole}{mark}[0-9]+")
    reads = call("regexp_full_match", value, text(exact))
    typed = when((reads, try_cast(plain_number(value, decimals), data_type)))
    style = f"'{decimals.decimal}' before the decimals and {grouping(decimals)}"
    has_longer = call("regexp_full_match", value, text(longer))
    return Typed(
        typed,
        (
            Failure(
                all_of([exp.not_(reads), exp.not_(has_longer)]),
                f"{column}: '{{value}}' is not an amount written with {style}",
                "Correct the value, or set the source's decimals to the style of the file.",
            ),
            Failure(
                all_of([exp.not_(reads), has_longer]),
                f"{column}: '{{value}}' has more than two decimals, and amounts are not rounded",
                "Round it in the accounting system, or check the source's decimals.decimal.",
            ),
            Failure(
                reads.copy(),
                f"{column}: '{{value}}' is too large for an amount (at most 16 digits before the decimals)",
                "Correct the value in the accounting system.",
            ),
        ),
    )


def whole_number_pattern(decimals: Decimals) -> str:
    """The regular expression of unsigned digits, grouped by threes or not at all; `SIGNED` puts the sign to it."""
    if not decimals.thousands:
        return "[0-9]+"
    return rf"([0-9]+|[0-9]{{1,3}}({re.escape(decimals.thousands)}[0-9]{{3}})+)"


def plain_number(value: exp.Expr, decimals: Decimals) -> exp.Expr:
    """The number as DuckDB casts it: sign first, no grouping, a point before the decimals."""
    plain: exp.Expr = value
    if decimals.thousands:
        plain = call("replace", plain, text(decimals.thousands), text(""))
    if decimals.decimal != ".":
        plain = call("replace", plain, text(decimals.decimal), text("."))
    trailing = call("ends_with", value, text("-"))
    digits = call("rtrim", plain.copy(), text("-"))
    return when((trailing, exp.DPipe(this=text("-"), expression=digits)), otherwise=plain)


def grouping(decimals: Decimals) -> str:
    """How thousands are grouped, in words."""
    return f"'{decimals.thousands}' between thousands" if decimals.thousands else "nothing between thousands"


def date(column: str, value: exp.Expr, formats: tuple[str, ...]) -> Typed:
    """A calendar date in the first of `formats` that fits; years have as many digits as the format says."""
    return Typed(
        date_in(value, formats),
        (
            Failure(
                exp.true(),
                f"{column}: '{{value}}' is not a date written as {' or '.join(formats)}",
                "Correct the date, or name the file's format in the source's dates or in the column's format.",
            ),
        ),
    )


def date_in(value: exp.Expr, formats: tuple[str, ...]) -> exp.Expr:
    """The date in the first of `formats` (which have a year) that fits, else NULL."""
    attempts = [_iso_date(value) if item == ISO_DATE else _formatted_date(value, item) for item in formats]
    return call("coalesce", *attempts) if len(attempts) > 1 else attempts[0]


def integer(column: str, value: exp.Expr, data_type: str) -> Typed:
    """A whole number without decimals, exponent or grouping."""
    typed = when((call("regexp_full_match", value, text("[-+]?[0-9]+")), try_cast(value, data_type)))
    return Typed(
        typed,
        (
            Failure(
                exp.true(),
                f"{column}: '{{value}}' is not a whole number",
                "Correct the value; strip_suffix removes an ending such as '.0'.",
            ),
        ),
    )


def boolean(column: str, value: exp.Expr) -> Typed:
    """`true` or `false` (any case), `1` or `0`."""
    lowered = call("lower", value)
    typed = when(
        (exp.In(this=lowered, expressions=[text("true"), text("1")]), exp.true()),
        (exp.In(this=lowered.copy(), expressions=[text("false"), text("0")]), exp.false()),
    )
    return Typed(
        typed,
        (
            Failure(
                exp.true(),
                f"{column}: '{{value}}' is neither true nor false",
                f"Map the file's words to true and false in columns.{column}.map.",
            ),
        ),
    )


def date_pattern(format_text: str, *, with_year: bool = True) -> str:
    """The regular expression of a strptime format with a day, a month and a year, or without the year.

    A day or month without a separator beside it needs both digits, so that '2026123' is not read as 3 December.

    Raises:
        ValueError: the format has a directive that is not supported, or not the parts that it must have.
    """
    if format_text == EPOCH_SECONDS and with_year:
        return "[0-9]{1,10}"
    parts = re.findall(r"%.|[^%]+|%$", format_text)
    numeric = [part.startswith("%") and part[1:] in DIRECTIVES for part in parts]
    pattern = ""
    for index, part in enumerate(parts):
        if not part.startswith("%"):
            pattern += re.escape(part)
        elif part == "%%":
            pattern += "%"
        elif part in MONTHS:
            pattern += month_pattern(part)
        elif part[1:] in DIRECTIVES:
            touches = (index > 0 and numeric[index - 1]) or (index + 1 < len(parts) and numeric[index + 1])
            is_free = not touches and part not in ("%Y", "%y")
            pattern += "[0-9]{1,2}" if is_free else DIRECTIVES[part[1:]]
        else:
            raise ValueError(
                f"the date format {format_text!r} has {part!r}; known are %d %m %y %Y %b %B %H %M %S, and %s alone"
            )
    found = {part[1:] for part in parts if part.startswith("%")}
    if not ("d" in found and found & {"m", "b", "B"} and bool(found & {"y", "Y"}) == with_year):
        parts_needed = "a day, a month and a year" if with_year else "a day and a month and no year"
        raise ValueError(f"the date format {format_text!r} needs {parts_needed}")
    return pattern


def has_year(format_text: str) -> bool:
    """Whether a strptime format has a year."""
    return any(part in ("%y", "%Y", EPOCH_SECONDS) for part in re.findall(r"%.", format_text))


def _formatted_date(value: exp.Expr, format_text: str) -> exp.Expr:
    fits = call("regexp_full_match", value.copy(), text(date_pattern(format_text)))
    if format_text == EPOCH_SECONDS:
        microseconds = exp.Mul(this=try_cast(value.copy(), "BIGINT"), expression=number(1_000_000))
        return when((fits, cast(call("make_timestamp", microseconds), "DATE")))
    digits, read_by = in_digits(value.copy(), format_text)
    return when((fits, cast(call("try_strptime", digits, text(read_by)), "DATE")))


def _iso_date(value: exp.Expr) -> exp.Expr:
    """As `_formatted_date`, in less than half the time where the text is exactly what DuckDB writes for the date.

    Within the bounds the text DuckDB writes is yyyy-mm-dd, so that a text equal to it needs no pattern. Others
    ('2026-6-1') are read with the pattern.
    """
    plain = try_cast(value.copy(), "DATE")
    bounds = {end: cast(text(day), "DATE") for end, day in (("low", "1000-01-01"), ("high", "9999-12-31"))}
    is_exact = all_of(
        [
            exp.Between(this=plain, **bounds),
            exp.EQ(this=cast(plain.copy(), "VARCHAR"), expression=value.copy()),
        ]
    )
    return when((is_exact, plain.copy()), otherwise=_formatted_date(value, ISO_DATE))
