"""Months by name in dates: English, Spanish and Portuguese, short and long; other words are refused."""

from __future__ import annotations

import datetime

import duckdb
import pytest

from tasks.extract.expressions import name, render
from tasks.extract.named_months import MONTHS
from tasks.extract.values import read_as
from tasks.recognise.styles import date_style
from tasks.settings.columns import Decimals

CONNECTION = duckdb.connect()


def read(value: str, format_text: str) -> object:
    typed = read_as("x", "DATE", name("v"), (format_text,), Decimals())
    row = CONNECTION.execute(f"SELECT {render(typed.expression)} FROM (SELECT $v AS v)", {"v": value}).fetchone()  # noqa: S608
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("value", "format_text", "month"),
    [
        ("12-ene-2026", "%d-%b-%Y", 1),
        ("12-ENE.-2026", "%d-%b-%Y", 1),
        ("12 Jan 2026", "%d %b %Y", 1),
        ("12/set/2026", "%d/%b/%Y", 9),
        ("12/sept./2026", "%d/%b/%Y", 9),
        ("12-dic-26", "%d-%b-%y", 12),
        ("12 dez. 2026", "%d %b %Y", 12),
        ("12 de março de 2026", "%d de %B de %Y", 3),
        ("12 DE DICIEMBRE DE 2026", "%d DE %B DE %Y", 12),
        ("December 12, 2026", "%B %d, %Y", 12),
    ],
)
def test_a_named_month_is_read(value: str, format_text: str, month: int) -> None:
    assert read(value, format_text) == datetime.date(2026, month, 12)


@pytest.mark.parametrize(
    ("value", "format_text"),
    [("12-xyz-2026", "%d-%b-%Y"), ("12-juillet-2026", "%d-%B-%Y"), ("12-enero-2026", "%d-%b-%Y"),
     ("12-ene-2026", "%d-%B-%Y"), ("31-feb-2026", "%d-%b-%Y"), ("12-ene-ene-2026", "%d-%b-%Y")],
)  # fmt: skip
def test_another_word_or_an_impossible_day_is_refused(value: str, format_text: str) -> None:
    assert read(value, format_text) is None


@pytest.mark.parametrize("directive", MONTHS)
def test_every_month_has_its_names_and_no_name_means_two(directive: str) -> None:
    assert set(MONTHS[directive].values()) == {f"{number:02d}" for number in range(1, 13)}
    for word, digits in MONTHS[directive].items():
        assert read(f"01-{word.upper()}-2026", f"%d-{directive}-%Y") == datetime.date(2026, int(digits), 1)


def test_recognition_finds_spanish_and_portuguese_months() -> None:
    assert date_style(["12-ene-2026", "01-dic-2025"]).formats == ("%d-%b-%Y",)
    assert date_style(["1/out/2026", "12/set/2026"]).formats == ("%d/%b/%Y",)
