"""Amounts in smallest units, debit less credit and dates without a year, against a plain Python reading of the same texts."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.contracts.currencies import DECIMALS
from tasks.extract.dates_without_year import date_without_year
from tasks.extract.debit_credit import debit_less_credit
from tasks.extract.expressions import name, render
from tasks.extract.minor_units import minor_units
from tasks.extract.values import Typed, amount
from tasks.settings.columns import Decimals

MONEY = "DECIMAL(18,2)"
LIMIT = Decimal(10) ** 16
STYLES = (Decimals(), Decimals(decimal=",", thousands="."), Decimals(decimal=".", thousands="'"))
CURRENCIES = st.sampled_from(["EUR", "USD", "CLP", "JPY", "TND", "KWD", "XBT", "", None])
ODD = st.text(alphabet="0123456789.,'-+ eE٣x", max_size=8)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def read_all(
    connection: duckdb.DuckDBPyConnection, typed: Typed, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> list[tuple[object, int]]:
    """Each row's value and how many failures tell why it has none."""
    told = " + ".join(f"(coalesce({render(failure.condition)}, FALSE))::INTEGER" for failure in typed.failures)
    marks = ", ".join("(" + ", ".join("?" for _ in ("place", *columns)) + ")" for _ in rows)
    names = ", ".join(f'"{column}"' for column in columns)
    types = ", ".join(
        f'CAST("{column}" AS {"DATE" if column == "day" else "VARCHAR"}) AS "{column}"' for column in columns
    )
    query = (
        f"SELECT {render(typed.expression)}, {told} FROM "  # noqa: S608 - the test's own names
        f"(SELECT place, {types} FROM (VALUES {marks}) AS t (place, {names})) ORDER BY place"
    )
    return connection.execute(query, [part for place, row in enumerate(rows) for part in (place, *row)]).fetchall()


def whole(text: str, style: Decimals) -> int | None:
    """The whole number that a text is, with its thousands grouped by threes or not at all."""
    digits = text.removesuffix("-") if text[:1] not in "-+" else text[1:]
    sign = -1 if text.startswith("-") or text.endswith("-") else 1
    groups = digits.split(style.thousands) if style.thousands else [digits]
    grouped = len(groups) == 1 or (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]))
    if not grouped or not all(group and set(group) <= set("0123456789") for group in groups):
        return None
    return sign * int("".join(groups))


def counted(text: str | None, currency: str | None, style: Decimals) -> Decimal | None:
    units = whole(text, style) if text else None
    if units is None or currency not in DECIMALS:
        return None
    value = Decimal(units).scaleb(-DECIMALS[currency])
    return value if value == round(value, 2) and abs(value) < LIMIT else None


def money(text: str, style: Decimals) -> Decimal | None:
    """An amount with at most two decimals that are not zeros."""
    body, behind = (text[:-1], "-") if text.endswith("-") and text[:1] not in ("-", "+") else (text, "")
    before, mark, after = body.partition(style.decimal)
    units = whole(before + behind, style) if before[-1:] != "-" else None
    if units is None or (mark and not re.fullmatch("[0-9]+", after)) or after[2:].strip("0"):
        return None
    negative = text.startswith("-") or bool(behind)
    value = abs(Decimal(units)) + (Decimal(f"0.{after}") if after else Decimal(0))
    return None if value >= LIMIT else (-value if negative else value)


def written(style: Decimals) -> st.SearchStrategy[str]:
    """Numbers as a system of this style writes them, and near misses."""
    plain = st.integers(-(10**20), 10**20).map(str)
    grouped = st.integers(0, 10**12).map(lambda number: f"{number:,}".replace(",", style.thousands))
    decimal = st.decimals(-(10**17), 10**17, places=2).map(lambda number: str(number).replace(".", style.decimal))
    small = st.decimals(-100, 100, places=2).map(lambda number: str(number).replace(".", style.decimal))
    return st.one_of(plain, grouped, decimal, small, small.map(lambda number: f"{number}-"), ODD.filter(bool))


STYLED = st.sampled_from(STYLES).flatmap(lambda style: st.tuples(st.just(style), st.lists(written(style), min_size=1)))


@given(styled=STYLED, currencies=st.lists(CURRENCIES, min_size=30, max_size=30))
@settings(max_examples=40, deadline=None)
def test_smallest_units_are_read_as_the_oracle_reads_them(connection, styled, currencies) -> None:
    style, texts = styled
    rows = [(text, currencies[place % len(currencies)]) for place, text in enumerate(texts)]
    typed = minor_units(
        "amount", name("x"), currency=name("c"), currency_column="currency", data_type=MONEY, decimals=style
    )
    for row, (value, told) in zip(rows, read_all(connection, typed, ("x", "c"), rows), strict=True):
        assert value == counted(*row, style), row
        assert value is not None or told == 1, row


@given(styled=STYLED, blanks=st.lists(st.sampled_from(["both", "debit", "credit"]), min_size=20, max_size=20))
@settings(max_examples=40, deadline=None)
def test_debit_less_credit_is_read_as_the_oracle_reads_it(connection, styled, blanks) -> None:
    style, texts = styled
    rows = []
    for place, text in enumerate(texts):
        side, other = blanks[place % len(blanks)], texts[-place]
        rows.append((text if side != "credit" else None, other if side != "debit" else None))
    typed = debit_less_credit(
        "amount",
        debit=name("d"),
        credit=name("c"),
        data_type=MONEY,
        read=lambda value: amount("amount", value, MONEY, style),
    )
    for row, (value, told) in zip(rows, read_all(connection, typed, ("d", "c"), rows), strict=True):
        sides = [money(text, style) if text is not None else Decimal(0) for text in row]
        difference = sides[0] - sides[1] if None not in sides else None
        expected = difference if difference is not None and abs(difference) < LIMIT else None
        assert value == expected, row
        assert value is not None or told >= 1, row


def dated(text: str, first_day: datetime.date | None) -> datetime.date | None:
    """The day of the 12 months from `first_day` that the four digits name, by looking at each day of them."""
    if first_day is None or not re.fullmatch("[0-9]{4}", text):
        return None
    for later in range(366):
        day = first_day + datetime.timedelta(days=later)
        if later == 365 and not _spans_leap_day(first_day):
            return None
        if f"{day:%d%m}" == text:
            return day
    return None


def _spans_leap_day(first_day: datetime.date) -> bool:
    year = first_day.year if (first_day.month, first_day.day) <= (2, 29) else first_day.year + 1
    return calendar.isleap(year)


FIRST_DAYS = st.one_of(
    st.none(),
    st.dates(datetime.date(1990, 1, 1), datetime.date(2099, 12, 31)),
    st.sampled_from([datetime.date(2024, 2, 29), datetime.date(2024, 3, 1), datetime.date(2023, 3, 1)]),
)
DAYS = st.one_of(
    st.dates(datetime.date(2024, 1, 1), datetime.date(2024, 12, 31)).map(lambda day: f"{day:%d%m}"),
    st.sampled_from(["2902", "3102", "0000", "102", "1301 "]),
    ODD.filter(bool),
)


@given(rows=st.lists(st.tuples(DAYS, FIRST_DAYS), min_size=1, max_size=60))
@settings(max_examples=40, deadline=None)
def test_dates_without_a_year_are_read_as_the_oracle_reads_them(connection, rows) -> None:
    typed = date_without_year("paid_on", name("x"), ("%d%m",), first_day=name("day"), first_day_column="Inicio")
    for row, (value, told) in zip(rows, read_all(connection, typed, ("x", "day"), rows), strict=True):
        assert value == dated(*row), row
        assert value is not None or told == 1, row
