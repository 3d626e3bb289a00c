"""The same ledger as CSV in several encodings, XLSX, Parquet and gzip lands as the same rows."""

from __future__ import annotations

import datetime
import gzip
import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tests.extract.bench import HEADER, ROWS, Bench, csv_text, receivables_source

EXPECTED = [
    ("C1", "F1", datetime.date(2026, 4, 1), datetime.date(2026, 5, 1), "EUR", Decimal("1210.50")),
    ("Peña", "F2", datetime.date(2026, 4, 2), None, "EUR", Decimal("30.30")),
    ("C2", "F3", datetime.date(2026, 4, 3), datetime.date(2026, 5, 3), "CLP", Decimal("150000.00")),
]
LANDED = "SELECT customer_id, receivable_id, invoice_date, due_date, currency, amount FROM landing.receivables ORDER BY file_row"
TEXT = csv_text(ROWS[0], " Peña ;F2;02/04/2026;;EUR;30,3", "C2;F3;3/4/2026;03/05/2026;CLP;150.000")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "mac-roman"])
@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_csv_of_any_encoding_lands(bench: Bench, encoding: str, is_packed: bool, line_end: str) -> None:
    content = TEXT.replace("\n", line_end).encode(encoding)
    bench.write("exports/ledger.csv", gzip.compress(content) if is_packed else content)
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    source = receivables_source(format={"type": "csv", "delimiter": ";", "encoding": declared})
    assert bench.query(bench.extract(source), LANDED) == EXPECTED


def test_preamble_lines_are_skipped(bench: Bench) -> None:
    bench.write("exports/ledger.csv", "Acme\n\nLedger of May\n" + TEXT)
    source = receivables_source(format={"type": "csv", "delimiter": ";", "skip_rows": 3})
    assert bench.query(bench.extract(source), LANDED) == EXPECTED


def test_a_workbook_lands_with_typed_and_text_cells(bench: Bench) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("Ledger")
        sheet.write_row(0, 0, ["Acme"])
        sheet.write_row(1, 0, HEADER.split(";"))
        sheet.write_row(2, 0, ["C1", "F1", "01/04/2026", "", "EUR"])
        sheet.write_datetime(2, 3, datetime.datetime(2026, 5, 1), day)  # noqa: DTZ001 - a cell has no zone
        sheet.write_number(2, 5, 1210.5)
        sheet.write_row(4, 0, ["Peña", "F2"])
        sheet.write_datetime(4, 2, datetime.datetime(2026, 4, 2), day)  # noqa: DTZ001
        sheet.write_string(4, 4, "EUR")
        sheet.write_number(4, 5, 0.1 + 30.2)
        sheet.write_row(5, 0, ["C2", "F3", "03/04/2026", "03/05/2026", "CLP", "150.000"])
    bench.write("exports/ledger.xlsx", buffer.getvalue())
    source = receivables_source(path="exports/ledger.xlsx", format={"type": "xlsx", "skip_rows": 1})
    assert bench.query(bench.extract(source), LANDED) == EXPECTED


def test_whole_numbers_of_a_workbook_are_identifiers_without_decimals(bench: Bench) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(";"))
        sheet.write_row(1, 0, [200769623, 3400015095, "01/04/2026", "", "EUR", 12])
    bench.write("exports/ledger.xlsx", buffer.getvalue())
    extraction = bench.extract(receivables_source(path="exports/ledger.xlsx", format={"type": "xlsx"}))
    assert bench.query(extraction, "SELECT customer_id, receivable_id, amount FROM landing.receivables") == [
        ("200769623", "3400015095", Decimal(12))
    ]


def test_a_parquet_file_lands_whatever_its_number_and_date_types(bench: Bench) -> None:
    day = datetime.date
    table = pa.table(
        {
            "Cliente": ["C1", "Peña", "C2"],
            "Factura": ["F1", "F2", "F3"],
            "Fecha": pa.array([day(2026, 4, 1), day(2026, 4, 2), day(2026, 4, 3)]).cast(pa.timestamp("us")),
            "Vence": pa.array([day(2026, 5, 1), None, day(2026, 5, 3)], pa.date32()),
            "Moneda": pa.array(["EUR", "EUR", "CLP"]).dictionary_encode(),
            "Importe": pa.array([1210.5, 0.1 + 30.2, 150000.0], pa.float64()),
        }
    )
    pq.write_table(table, bench.root / "exports/ledger.parquet")
    source = receivables_source(path="exports/ledger.parquet", format={"type": "parquet"})
    assert bench.query(bench.extract(source), LANDED) == EXPECTED


def test_numbers_that_are_none_are_quarantined(bench: Bench) -> None:
    table = pa.table(
        {
            "Cliente": ["C1", "C2"], "Factura": ["F1", "F2"], "Fecha": ["01/04/2026"] * 2, "Vence": ["01/05/2026"] * 2,
            "Moneda": ["EUR"] * 2, "Importe": [float("nan"), float("inf")],
        }
    )  # fmt: skip
    pq.write_table(table, bench.root / "exports/ledger.parquet")
    extraction = bench.extract(receivables_source(path="exports/ledger.parquet", format={"type": "parquet"}))
    assert (extraction.files[0].landed, extraction.files[0].quarantined) == (0, 2)


def test_a_stray_delimiter_that_would_shift_a_line_is_refused_even_when_the_line_ends_empty(bench: Bench) -> None:
    header = HEADER + ";Notas"
    good, shifted = ROWS[0] + ";", "C1;F2;;02/04/2026;02/05/2026;EUR;30,30;"
    bench.write("exports/ledger.csv", csv_text(good, shifted, header=header))
    extraction = bench.extract(receivables_source())
    file = extraction.files[0]
    assert (file.rows_in, file.landed, file.quarantined) == (2, 1, 1)


def test_a_file_whose_every_line_ends_in_a_delimiter_lands(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*(row + ";" for row in ROWS)))
    assert bench.extract(receivables_source()).files[0].landed == len(ROWS)


def test_a_broken_line_does_not_cost_the_lines_that_all_end_in_a_delimiter(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*(row + ";" for row in ROWS), "C9;F9;too;few;"))
    file = bench.extract(receivables_source(max_reject_share=1)).files[0]
    assert (file.landed, file.quarantined) == (len(ROWS), 1)
