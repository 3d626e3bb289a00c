"""Lists for people as CSV: what a spreadsheet of the language reads right, and what it must not run."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from tasks.spreadsheet_csv import rows_of, write_csv

ROW = ("C1", Decimal("1234.50"), date(2026, 6, 1), 3, None, "+34 600", "=1+1", "a;b, c")


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "C1,1234.50,2026-06-01,3,,'+34 600,'=1+1,\"a;b, c\""),
        ("es", "C1;1234,50;2026-06-01;3;;'+34 600;'=1+1;\"a;b, c\""),
    ],
)
def test_amounts_and_separators_are_of_the_language_and_nothing_is_a_formula(tmp_path, language, line) -> None:
    path = write_csv(tmp_path / "list.csv", ["a", "b"], [ROW], language=language)
    separator = line[2]
    assert path.read_bytes().decode("utf-8-sig") == f"a{separator}b\r\n{line}\r\n"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert path.stat().st_mode & 0o077 == 0


def test_a_list_that_fails_leaves_the_one_before(tmp_path) -> None:
    def rows():
        yield ("C2",)
        raise RuntimeError

    path = write_csv(tmp_path / "list.csv", ["a"], [("C1",)], language="en")
    with pytest.raises(RuntimeError):
        write_csv(path, ["a"], rows(), language="en")
    assert "C1" in path.read_text(encoding="utf-8-sig")
    assert list(tmp_path.iterdir()) == [path]


def test_rows_of_a_query_go_by_the_names_of_its_columns_however_many_they_are() -> None:
    with duckdb.connect() as connection:
        names, rows = rows_of(connection, "SELECT i AS place, NULL AS nothing FROM range(25000) AS r (i)")
        found = list(rows)
    assert names == ["place", "nothing"]
    assert [row["place"] for row in found] == list(range(25000))


@pytest.mark.parametrize(
    "text",
    ['hola,=HYPERLINK("http://x")', "hola; =1+1", 'a,"=1+1', "a\t@SUM(A1)", "a;+cmd|' /C calc'!A0", "a,-SUM(A1)"],
)
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_spreadsheet_of_another_country_that_splits_a_cell_finds_no_formula(tmp_path, text, language) -> None:
    path = write_csv(tmp_path / "list.csv", ["a"], [(text,)], language=language)
    line = path.read_text(encoding="utf-8-sig").splitlines()[1]
    for mark in ",;\t":
        for row in csv.reader([line], delimiter=mark):
            assert not any(
                cell.strip(" \"'").startswith(("=", "@", "+", "-")) and cell.strip(' "')[0] != "'" for cell in row
            )


def test_amounts_and_dates_in_a_sentence_stay_as_they_are(tmp_path) -> None:
    path = write_csv(tmp_path / "list.csv", ["a"], [("paid 10, -5% less; call +34 600 000 000",)], language="es")
    assert "paid 10, -5% less; call +34 600 000 000" in path.read_text(encoding="utf-8-sig")
