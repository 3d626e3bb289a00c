"""The reading of values, compiled to DuckDB's SQL, against the oracle: thousands of texts a query."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from functools import partial

import duckdb
import pyarrow as pa

from tasks.contracts.currencies import DECIMALS
from tasks.extract.dates_without_year import date_without_year
from tasks.extract.debit_credit import debit_less_credit
from tasks.extract.expressions import name, render
from tasks.extract.minor_units import minor_units
from tasks.extract.values import Typed, amount, read_as
from tasks.settings.columns import Decimals
from tests.fuzz import oracle
from tests.fuzz.campaign import Campaign
from tests.fuzz.texts import amount_like, date_like, whole_like

BATCH = 20_000
MONEY = "DECIMAL(18,2)"
STYLES = tuple(Decimals(decimal=mark, thousands=group) for mark, group in
               ((".", ""), (",", ""), (",", "."), (".", ","), (",", " "), (".", "'"), (".", " ")))  # fmt: skip
FORMATS: tuple[tuple[str, ...], ...] = (
    ("%d/%m/%Y",), ("%m/%d/%Y",), ("%Y-%m-%d",), ("%Y%m%d",), ("%d.%m.%y",), ("%Y-%m-%d %H:%M:%S",), ("%d %b %Y",),
    ("%d-%B-%Y",), ("%d%m%Y",), ("%y%m%d",), ("%s",), ("%Y-%m-%d", "%d/%m/%Y"), ("%d/%m/%Y", "%m/%d/%Y"),
    ("%Y%m%d", "%Y-%m-%d", "%d.%m.%Y"), ("%d/%m/%y", "%d/%m/%Y"),
)  # fmt: skip
UNDATED = ("%d%m", "%m%d", "%d/%m", "%d-%b")
CURRENCIES = ("EUR", "USD", "CLP", "JPY", "TND", "KWD", "XBT", "eur", "", "€", None)
Row = tuple[object, ...]
Oracle = Callable[[Row], object]


def amounts(campaign: Campaign) -> None:
    """Amounts of every style of decimals and thousands."""
    while campaign.goes_on:
        style = campaign.random.choice(STYLES)
        rows = [(amount_like(campaign.random),) for _ in range(BATCH)]
        _compare(
            campaign,
            read_as("x", MONEY, name("x"), (), style),
            ("x",),
            rows,
            lambda row, style=style: oracle.money(str(row[0]), style.decimal, style.thousands),
            f"{style}",
        )


def dates(campaign: Campaign) -> None:
    """Dates of single formats and of several that are tried in order."""
    while campaign.goes_on:
        formats = campaign.random.choice(FORMATS)
        rows = [(date_like(campaign.random, campaign.random.choice(formats)),) for _ in range(BATCH)]
        _compare(
            campaign,
            read_as("x", "DATE", name("x"), formats, Decimals()),
            ("x",),
            rows,
            lambda row, formats=formats: _first(str(row[0]), formats),
            " or ".join(formats),
        )


def _first(text: str, formats: Sequence[str]) -> datetime.date | None:
    return next((day for item in formats if (day := oracle.date(text, item)) is not None), None)


def whole_numbers(campaign: Campaign) -> None:
    """Whole numbers of both widths, true and false."""
    kinds: tuple[tuple[str, Oracle], ...] = (
        ("INTEGER", lambda row: oracle.integer(str(row[0]), 32)),
        ("BIGINT", lambda row: oracle.integer(str(row[0]), 64)),
        ("BOOLEAN", lambda row: oracle.boolean(str(row[0]))),
    )
    while campaign.goes_on:
        data_type, reads = campaign.random.choice(kinds)
        rows = [(whole_like(campaign.random),) for _ in range(BATCH)]
        _compare(campaign, read_as("x", data_type, name("x"), (), Decimals()), ("x",), rows, reads, data_type)


def smallest_units(campaign: Campaign) -> None:
    """Amounts in cents, in whole units and in thousandths, by currency."""
    while campaign.goes_on:
        style, random = campaign.random.choice(STYLES), campaign.random
        likes = (amount_like, whole_like)
        rows = [(random.choice(likes)(random), random.choice(CURRENCIES)) for _ in range(BATCH)]
        typed = minor_units(
            "x", name("x"), currency=name("c"), currency_column="c", data_type=MONEY, decimals=style
        )  # fmt: skip
        _compare(
            campaign,
            typed,
            ("x", "c"),
            rows,
            lambda row, style=style: oracle.counted(str(row[0]), DECIMALS.get(str(row[1])), style.thousands),
            f"{style}",
        )


def debit_and_credit(campaign: Campaign) -> None:
    """Amounts in two columns, of which any may be blank."""
    while campaign.goes_on:
        style, random = campaign.random.choice(STYLES), campaign.random
        rows = [tuple(amount_like(random) if random.random() < 0.6 else None for _ in "dc") for _ in range(BATCH)]
        typed = debit_less_credit(
            "x",
            debit=name("d"),
            credit=name("c"),
            data_type=MONEY,
            read=lambda value, style=style: amount("x", value, MONEY, style),
        )
        _compare(campaign, typed, ("d", "c"), rows, partial(_difference, style=style), f"{style}")


def _difference(row: Row, style: Decimals) -> object:
    sides = [0 if text is None else oracle.money(str(text), style.decimal, style.thousands) for text in row]
    if None in sides or row == (None, None):
        return None
    value = sides[0] - sides[1]  # type: ignore[operator]  # neither is None
    return value if abs(value) < oracle.LIMIT else None


def years_from_elsewhere(campaign: Campaign) -> None:
    """Dates without a year, within the 12 months that start on another column's day."""
    while campaign.goes_on:
        format_text, random = campaign.random.choice(UNDATED), campaign.random
        days = [None, *(datetime.date(year, month, day) for year in (1999, 2023, 2024, 2027) for month, day in
                        ((1, 1), (2, 28), (3, 1), (4, 1), (7, 15), (12, 31))), datetime.date(2024, 2, 29)]  # fmt: skip
        rows = [(date_like(random, format_text), random.choice(days)) for _ in range(BATCH)]
        typed = date_without_year("x", name("x"), (format_text,), first_day=name("day"), first_day_column="day")
        _compare(
            campaign,
            typed,
            ("x", "day"),
            rows,
            lambda row, item=format_text: (
                oracle.within_year(str(row[0]), item, row[1]) if isinstance(row[1], datetime.date) else None
            ),
            format_text,
        )


def _compare(  # noqa: PLR0917 - told apart by their types
    campaign: Campaign, typed: Typed, columns: Sequence[str], rows: Sequence[Row], reads: Oracle, settings: str
) -> None:
    """Compares the batch; of texts that are not read, at least one failure has to tell why."""
    told = " OR ".join(f"coalesce({render(failure.condition)}, FALSE)" for failure in typed.failures)
    arrays = {
        column: pa.array([row[place] for row in rows], pa.date32() if column == "day" else pa.string())
        for place, column in enumerate(columns)
    }
    before = campaign.inputs
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("batch", pa.table(arrays))
        try:
            found = connection.execute(f"SELECT {render(typed.expression)}, {told} FROM batch").fetchall()  # noqa: S608
        except duckdb.Error as error:
            campaign.finding("crash", f"{type(error).__name__}", repr(rows).encode("utf-8", "replace"), settings)
            campaign.inputs += len(rows)
            return
    for row, (value, is_told) in zip(rows, found, strict=True):
        campaign.inputs += 1
        expected = reads(row)
        data = repr(row).encode("utf-8", "backslashreplace")
        if value is None:
            campaign.refused += 1
            if expected is not None:
                campaign.finding("lost", settings, data, f"{expected!r} was refused")
            elif not is_told and any(row):
                campaign.finding("lost", f"{settings}: refused without a reason", data, "")
        else:
            campaign.values += 1
            if value != expected:
                campaign.finding("coercion", settings, data, f"{value!r} was read, the text says {expected!r}")
    if len(found) != len(rows):
        campaign.finding("unaccounted", settings, b"", f"{len(found)} of {campaign.inputs - before} rows")
