"""Headers may be a row of data: no value of it is quoted, and a real header is, where that helps."""

from __future__ import annotations

import pytest

from tasks.extract.headers import shown_header
from tasks.problems import SourceProblem
from tests.extract.bench import HEADER, ROWS, Bench, csv_text, receivables_source

PERSONAL = "Canario Uno SL;F1;canario@debtor.example;600123123;EUR;1.210,50"


def refused(bench: Bench, *sources: dict[str, object]) -> str:
    with pytest.raises(SourceProblem) as caught:
        bench.extract(*sources)
    return str(caught.value)


def test_a_file_without_a_header_line_is_told_as_that_and_its_first_row_is_not_quoted(bench: Bench) -> None:
    bench.write("exports/ledger.csv", "\n".join([PERSONAL, *ROWS]))
    message = refused(bench)
    assert "none of its 6 columns has a name that the mapping of ledger expects" in message
    assert "no header line" in message
    assert "skip_rows" in message
    for value in ("anario", "600123123", "F1", "1.210,50"):
        assert value not in message


def test_a_wrong_skip_rows_is_told_without_the_row(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(PERSONAL, *ROWS))
    message = refused(bench, receivables_source(format={"type": "csv", "delimiter": ";", "skip_rows": 1}))
    assert "check format.skip_rows of sources.ledger" in message
    assert "anario" not in message


def test_headers_in_another_case_are_told_column_by_column(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS, header=HEADER.upper()))
    message = refused(bench)
    assert "has no column 'Cliente' (needed for customer_id)" in message
    assert "Did you mean 'CLIENTE'?" in message


def test_a_header_that_is_not_like_the_missing_column_is_not_quoted(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS).replace("Importe", "Canario Uno SL"))
    message = refused(bench)
    assert "has no column 'Importe' (needed for amount) among its 6 columns" in message
    assert "anario" not in message


def test_an_extra_column_without_a_name_of_its_own_is_told_by_its_number(bench: Bench) -> None:
    bench.write(
        "exports/ledger.csv",
        csv_text(*(f"{row};x;y" for row in ROWS), header=f"{HEADER};canario@debtor.example;Nota"),
    )
    (warning,) = bench.extract().warnings
    assert warning.what == "has columns that puntual.yaml does not mention: column 7, 'Nota'"


@pytest.mark.parametrize("header", ["Nota", "Nº factura", "Saldo 2026", "Importe (EUR)", "due_date", "% dto.", "Año"])
def test_names_of_columns_are_quoted(header: str) -> None:
    assert shown_header(header, 3) == f"'{header}'"


@pytest.mark.parametrize(
    "header",
    ["a@b.example", "600 123 123", "ES9121000418450200051332", "", "x" * 41, "two\nlines", "2026-05-01", "B1234"],
)
def test_what_may_be_a_value_is_called_by_its_number(header: str) -> None:
    assert shown_header(header, 3) == "column 3"
