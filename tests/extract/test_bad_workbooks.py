"""Workbooks and Parquet files that are cut off, damaged, or larger than they say are refused."""

from __future__ import annotations

import io
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tests.extract.bench import ROWS, Bench, csv_text, receivables_source
from tests.extract.refusals import refused


def workbook(rows: list[list[object]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Datos")
        for index, row in enumerate(rows):
            sheet.write_row(index, 0, row)
    return buffer.getvalue()


def xlsx_source() -> dict[str, object]:
    return receivables_source(path="exports/ledger.xlsx", format={"type": "xlsx"})


def test_a_truncated_xlsx_is_refused(bench: Bench) -> None:
    whole = workbook([["Cliente", "Factura", "Fecha", "Vence", "Moneda", "Importe"], *[["x"] * 6] * 300])
    bench.write("exports/ledger.xlsx", whole[: len(whole) // 2])
    assert "is not a whole .xlsx file (cut off or damaged)" in refused(bench, xlsx_source())


def test_a_damaged_xlsx_is_refused(bench: Bench) -> None:
    whole = bytearray(workbook([["Cliente", "Factura", "Fecha", "Vence", "Moneda", "Importe"], *[["x"] * 6] * 300]))
    middle = whole.find(b"xl/worksheets/sheet1.xml") + 60
    whole[middle : middle + 40] = bytes(40)
    bench.write("exports/ledger.xlsx", bytes(whole))
    assert "cut off or damaged" in refused(bench, xlsx_source())


def test_a_small_xlsx_that_expands_to_300_mb_is_refused_at_once(bench: Bench) -> None:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as member,
    ):
        for _ in range(300):
            member.write(b"<row/>" * 174_763)
    bomb = bench.write("exports/ledger.xlsx", buffer.getvalue())
    assert bomb.stat().st_size < 2_000_000
    started = time.perf_counter()
    assert "would expand to 315 MB" in refused(bench, xlsx_source())
    assert time.perf_counter() - started < 1


def test_an_xlsx_that_lies_about_its_size_is_refused(bench: Bench) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<row/>" * 5_000_000)
    content = bytearray(buffer.getvalue())
    size = (30_000_000).to_bytes(4, "little")
    content = content.replace(size, (1000).to_bytes(4, "little"))
    bench.write("exports/ledger.xlsx", bytes(content))
    assert "cut off or damaged" in refused(bench, xlsx_source())


def test_a_sheet_that_does_not_exist_is_told_with_those_that_do(bench: Bench) -> None:
    bench.write("exports/ledger.xlsx", workbook([["Cliente"]]))
    source = receivables_source(path="exports/ledger.xlsx", format={"type": "xlsx", "sheet": "Hoja1"})
    assert "has no sheet 'Hoja1'; its sheets are Datos" in refused(bench, source)


def parquet_source() -> dict[str, object]:
    return receivables_source(path="exports/ledger.parquet", format={"type": "parquet"})


def test_a_file_that_is_not_parquet_is_refused(bench: Bench) -> None:
    bench.write("exports/ledger.parquet", csv_text(*ROWS))
    assert "is no whole Parquet file" in refused(bench, parquet_source())


def test_a_parquet_column_of_the_wrong_type_is_refused(bench: Bench) -> None:
    names = ["Cliente", "Factura", "Fecha", "Vence", "Moneda", "Importe"]
    table = pa.table(dict(zip(names, [["C1"], ["F1"], ["01/04/2026"], [True], ["EUR"], [[1.0]]], strict=True)))
    path: Path = bench.root / "exports" / "ledger.parquet"
    pq.write_table(table, path)
    message = refused(bench, parquet_source())
    assert "column 'Importe' holds values of kind 'other', and amount is DECIMAL(18,2)" in message
    assert "column 'Vence' holds values of kind 'boolean', and due_date is DATE" in message


def test_a_parquet_file_whose_parts_hold_other_rows_than_it_states_is_refused(bench: Bench) -> None:
    path = bench.write("exports/ledger.parquet", b"")
    pq.write_table(pa.table({"Cliente": ["C1"] * 40}), path)
    whole = path.read_bytes()
    forty, fewer = b"\x50", b"\x40"  # 40 and 32 as the footer writes them
    for place in range(len(whole)):
        if whole[place : place + 1] != forty:
            continue
        path.write_bytes(whole[:place] + fewer + whole[place + 1 :])
        with suppress(pa.ArrowException, OSError):
            footer = pq.ParquetFile(path).metadata
            if (footer.num_rows, footer.row_group(0).num_rows) == (32, 40):
                break
    else:
        pytest.fail("no byte of the footer states the rows")
    assert "it states 32 rows and its parts hold 40" in refused(bench, parquet_source())
