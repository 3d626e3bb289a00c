"""Amounts and dates against a small oracle of our own: what is declared is read exactly, everything else is refused."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.extract.expressions import name, render, text
from tasks.extract.values import date_pattern, read_as
from tasks.settings.columns import Decimals

SPANISH = Decimals(decimal=",", thousands=".")
ENGLISH = Decimals(decimal=".", thousands=",")
PLAIN = Decimals()
STYLES = {"spanish": SPANISH, "english": ENGLISH, "plain": PLAIN, "french": Decimals(decimal=",", thousands=" ")}
DATE_FORMATS = ("%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%Y%m%d", "%d.%m.%y", "%Y-%m-%d %H:%M:%S")
LIMIT = Decimal(10) ** 16
CONNECTION = duckdb.connect()


def read(value: str, data_type: str, formats: tuple[str, ...] = DATE_FORMATS[:1], decimals: Decimals = PLAIN) -> object:
    typed = read_as("x", data_type, name("v"), formats, decimals)
    row = CONNECTION.execute(f"SELECT {render(typed.expression)} FROM (SELECT $v AS v)", {"v": value}).fetchone()  # noqa: S608
    assert row is not None
    return row[0]


def amount_oracle(value: str, style: Decimals) -> Decimal | None:
    """Character by character, without regular expressions on the number."""
    sign, body = 1, value
    if body[:1] in ("+", "-"):
        sign, body = (-1 if body[0] == "-" else 1), body[1:]
    elif body[-1:] == "-":
        sign, body = -1, body[:-1]
    whole, mark, cents = body.partition(style.decimal)
    groups = whole.split(style.thousands) if style.thousands else [whole]
    if len(groups) > 1 and not (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])):
        return None
    digits = "".join(groups)
    if not all(group and set(group) <= set("0123456789") for group in groups) or (mark and not cents):
        return None
    if not set(cents) <= set("0123456789") or cents[2:].strip("0"):
        return None
    number = sign * Decimal(f"{digits}.{cents[:2] or '0'}")
    return number if abs(number) < LIMIT else None


def date_oracle(value: str, format_text: str) -> datetime.date | None:
    """Python's strptime where writing the date again gives the same digits; days and months may lack their zero."""
    try:
        day = datetime.datetime.strptime(value, format_text)  # noqa: DTZ007 - a calendar date has no zone
    except ValueError:
        return None
    again = day.strftime(format_text)
    numbers, expected = re.findall("[0-9]+", value), re.findall("[0-9]+", again)
    is_same = re.split("[0-9]+", value) == re.split("[0-9]+", again) and [*map(int, numbers)] == [*map(int, expected)]
    has_full_lengths = all(
        len(found) == len(full) or (len(full) == 2 and directive not in "yY")
        for found, full, directive in zip(numbers, expected, re.findall("%([a-zA-Z])", format_text), strict=False)
    )
    return day.date() if value.isascii() and is_same and has_full_lengths and day.year >= 1000 else None


amount_like = st.text("0123456789.,-+ 'eE", min_size=1, max_size=12).filter(lambda value: value == value.strip())


@given(value=amount_like, style=st.sampled_from(sorted(STYLES)))
@example("1.234,5,6", "spanish")
@example("1.234,56", "english")
@example("1,234.56", "spanish")
@example("1e5", "plain")
@example("0.005", "plain")
@example("12.5000", "plain")
@example("12,50-", "spanish")
@example("-12,50-", "spanish")
@settings(max_examples=400, deadline=None)
def test_an_amount_is_read_as_the_oracle_reads_it_or_refused(value: str, style: str) -> None:
    assert read(value, "DECIMAL(18,2)", decimals=STYLES[style]) == amount_oracle(value, STYLES[style])


@given(
    number=st.decimals(min_value=-LIMIT + 1, max_value=LIMIT - 1, places=2, allow_nan=False, allow_infinity=False),
    style=st.sampled_from(sorted(STYLES)),
    is_grouped=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_every_amount_written_in_the_declared_style_comes_back_to_the_cent(
    number: Decimal, style: str, is_grouped: bool
) -> None:
    marks = STYLES[style]
    written = f"{number:,.2f}" if is_grouped and marks.thousands else f"{number:.2f}"
    swapped = written.replace(",", "\0").replace(".", marks.decimal).replace("\0", marks.thousands)
    assert read(swapped, "DECIMAL(18,2)", decimals=marks) == number


@pytest.mark.parametrize(
    "value", ["nan", "NaN", "inf", "Infinity", "١٢٣", "１２", "1_000", "0x10", "12 €", "$13.50", "."]
)
def test_what_is_no_amount_in_any_style_is_refused(value: str) -> None:
    assert [read(value, "DECIMAL(18,2)", decimals=style) for style in STYLES.values()] == [None] * len(STYLES)


date_like = st.one_of(
    st.dates().flatmap(lambda day: st.sampled_from([day.strftime(item) for item in DATE_FORMATS])),
    st.builds("{}/{}/{}".format, st.integers(0, 40), st.integers(0, 14), st.integers(0, 12026)),
    st.text("0123456789/-. :", min_size=1, max_size=12).filter(lambda value: value == value.strip()),
)


@given(value=date_like, format_text=st.sampled_from(DATE_FORMATS))
@example("31/02/2026", "%d/%m/%Y")
@example("29/02/2025", "%d/%m/%Y")
@example("29/02/2024", "%d/%m/%Y")
@example("2026123", "%Y%m%d")
@example("01/02/26", "%d/%m/%Y")
@example("01.02.68", "%d.%m.%y")
@example("01.02.69", "%d.%m.%y")
@example("01/01/0000", "%d/%m/%Y")
@settings(max_examples=400, deadline=None)
def test_a_date_is_read_as_the_oracle_reads_it_or_refused(value: str, format_text: str) -> None:
    assert read(value, "DATE", formats=(format_text,)) == date_oracle(value, format_text)


@pytest.mark.parametrize("value", ["٠١/٠٢/2026", "01/02/2026 x", "01/02/2026\n", "epoch", "infinity", "today"])
def test_what_is_no_date_is_refused(value: str) -> None:
    assert read(value, "DATE", formats=DATE_FORMATS) is None


def test_date_formats_are_tried_in_the_order_given() -> None:
    assert read("02/03/2026", "DATE", formats=("%d/%m/%Y", "%m/%d/%Y")) == datetime.date(2026, 3, 2)
    assert read("02/23/2026", "DATE", formats=("%d/%m/%Y", "%m/%d/%Y")) == datetime.date(2026, 2, 23)


@pytest.mark.parametrize("format_text", ["%Q/%m/%Y", "%d/%m", "%Y", "%j %Y"])
def test_a_date_format_that_cannot_name_a_day_is_refused(format_text: str) -> None:
    with pytest.raises(ValueError, match="date format"):
        date_pattern(format_text)


@given(st.text("0123456789.-+e ", min_size=1, max_size=12).filter(lambda value: value == value.strip()))
@example("1.5")
@example("99999999999")
@settings(max_examples=200, deadline=None)
def test_a_whole_number_is_never_rounded(value: str) -> None:
    expected = int(value) if re.fullmatch("[-+]?[0-9]+", value) and abs(int(value)) < 2**31 else None
    assert read(value, "INTEGER") == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("true", True), ("FALSE", False), ("1", True), ("0", False), ("yes", None)]
)
def test_true_and_false_are_not_guessed(value: str, expected: bool | None) -> None:
    assert read(value, "BOOLEAN") is expected


@given(st.text(max_size=30))
@example("'; DROP TABLE x; --")
@example("\\' OR 1=1")
@settings(max_examples=200, deadline=None)
def test_any_text_survives_as_a_literal(value: str) -> None:
    if "\0" in value:
        return  # DuckDB statements cannot hold NUL; settings files cannot either.
    assert CONNECTION.execute(f"SELECT {render(text(value))}").fetchone() == (value,)


@given(st.text(min_size=1, max_size=20).filter(lambda value: "\0" not in value))
@example('a"b')
@settings(max_examples=100, deadline=None)
def test_any_header_survives_as_an_identifier(header: str) -> None:
    quoted = render(name(header))
    assert CONNECTION.execute(f"SELECT {quoted} FROM (SELECT 7 AS {quoted})").fetchone() == (7,)  # noqa: S608
