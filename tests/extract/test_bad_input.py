"""Each kind of bad input ends as a clear error or as quarantined rows; nothing is lost and nothing is guessed."""

from __future__ import annotations

import io
import time
import zipfile
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tasks.extract import Extraction
from tasks.problems import SettingsProblem, SourceProblem
from tests.extract.bench import ROWS, Bench, csv_text, receivables_source


def refused(bench: Bench, *sources: dict[str, object]) -> str:
    with pytest.raises(SourceProblem) as caught:
        bench.extract(*sources)
    assert all(problem.fix for problem in caught.value.problems)
    return str(caught.value)


def reasons(bench: Bench, extraction: Extraction) -> list[tuple[object, ...]]:
    return bench.query(extraction, "SELECT file_row, reasons, columns FROM landing.quarantine ORDER BY file_row")


def test_no_file_matches_and_the_neighbours_are_named(bench: Bench) -> None:
    bench.write("exports/ledger_2026.csv", csv_text(*ROWS))
    assert "no file matches 'exports/ledger.csv'; the folder has ledger_2026.csv" in refused(bench)


def test_an_empty_file_is_refused(bench: Bench) -> None:
    bench.write("exports/ledger.csv", "")
    assert "exports/ledger.csv: the file is empty" in refused(bench)


def test_a_file_without_header_is_refused(bench: Bench) -> None:
    bench.write("exports/ledger.csv", "\n\n\n")
    assert "has no header line" in refused(bench)


def test_a_header_without_rows_lands_no_rows(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text())
    (file,) = bench.extract().files
    assert (file.rows_in, file.landed, file.quarantined, file.duplicates) == (0, 0, 0, 0)


def test_a_missing_column_is_named_with_the_likely_one(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS).replace("Importe", "Importes"))
    message = refused(bench)
    assert "has no column 'Importe' (needed for amount) among its 6 columns" in message
    assert "Did you mean 'Importes'?" in message
    assert "Vence" not in message


def test_all_missing_columns_are_told_at_once(bench: Bench) -> None:
    bench.write("exports/ledger.csv", "Cliente;Otra\nC1;x\n")
    with pytest.raises(SourceProblem) as caught:
        bench.extract()
    assert len(caught.value.problems) >= 5


def test_an_extra_column_is_a_warning_and_the_run_continues(bench: Bench) -> None:
    bench.write(
        "exports/ledger.csv",
        csv_text(*(f"{row};x" for row in ROWS), header="Cliente;Factura;Fecha;Vence;Moneda;Importe;Nota"),
    )
    extraction = bench.extract()
    assert extraction.files[0].landed == 3
    (warning,) = extraction.warnings
    assert warning.severity == "warning"
    assert "'Nota'" in warning.what


def test_a_column_that_another_source_of_the_same_file_maps_is_not_extra(bench: Bench) -> None:
    header = "Cliente;Factura;Fecha;Vence;Moneda;Importe;Nombre"
    bench.write("exports/ledger.csv", csv_text(*(f"{row};Ebro" for row in ROWS[:1]), header=header))
    customers = {
        "name": "customers", "contract": "customers", "path": "exports/ledger.csv",
        "format": {"type": "csv", "delimiter": ";"}, "columns": {"customer_id": "Cliente", "name": "Nombre"},
        "ignore": ["Factura"],
    }  # fmt: skip
    extraction = bench.extract(receivables_source(), customers)
    assert extraction.warnings == ()
    assert [(file.contract, file.landed) for file in extraction.files] == [("receivables", 1), ("customers", 1)]


def test_a_wrong_delimiter_is_recognised(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    message = refused(bench, receivables_source(format={"type": "csv", "delimiter": ","}))
    assert "has only one column when split at ','; it looks separated by semicolon" in message


def test_a_wrong_encoding_names_the_byte_and_the_line(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(ROWS[0], "Peña;F9;01/04/2026;01/05/2026;EUR;1,00"), encoding="cp1252")
    message = refused(bench)
    offset = len(csv_text(ROWS[0])) + 2
    assert f"byte {offset} (line 3) is 0xf1, which is not utf-8" in message
    assert "cp1252" in message


def test_a_wrong_encoding_in_the_header_is_found_too(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS).replace("Cliente", "Señor"), encoding="latin-1")
    assert "byte 2 (line 1) is 0xf1, which is not utf-8" in refused(bench)


def test_an_unknown_encoding_is_refused(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    assert "'klingon' is unknown" in refused(bench, receivables_source(format={"type": "csv", "encoding": "klingon"}))


def test_a_cut_off_gzip_is_refused(bench: Bench) -> None:
    import gzip  # noqa: PLC0415 - used here only

    whole = gzip.compress(csv_text(*ROWS * 500).encode())
    bench.write("exports/ledger.csv.gz", whole[: len(whole) // 2])
    assert "the gzip file is damaged or cut off" in refused(bench, receivables_source(path="exports/ledger.csv.gz"))


def test_mixed_decimal_styles_are_quarantined_not_guessed(bench: Bench) -> None:
    bench.write(
        "exports/ledger.csv",
        csv_text(ROWS[0], "C1;F7;01/04/2026;01/05/2026;EUR;1,234.56", "C1;F8;01/04/2026;01/05/2026;EUR;1.234,5,6"),
    )
    extraction = bench.extract()
    found = reasons(bench, extraction)
    assert [row[0] for row in found] == [2, 3]
    assert "amount: '1,234.56' is not an amount written with ',' before the decimals" in str(found[0][1])
    assert extraction.files[0].amounts[0].currency == "?"
    assert extraction.files[0].amounts[1].landed == Decimal("1210.50")


def test_a_third_decimal_is_refused_not_rounded(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text("C1;F1;01/04/2026;01/05/2026;EUR;1210,505"))
    ((_, why, _),) = reasons(bench, bench.extract())
    assert why == ["amount: '1210,505' has more than two decimals, and amounts are not rounded"]


def test_an_amount_beyond_sixteen_digits_is_refused(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text("C1;F1;01/04/2026;01/05/2026;EUR;12345678901234567,00"))
    ((_, why, _),) = reasons(bench, bench.extract())
    assert "is too large" in str(why)


def test_the_31st_of_february_is_quarantined_with_its_value(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(ROWS[0], "C1;F7;31/02/2026;01/05/2026;EUR;1,00"))
    assert reasons(bench, bench.extract()) == [
        (2, ["invoice_date: '31/02/2026' is not a date written as %d/%m/%Y"], ["invoice_date"])
    ]


def test_a_row_carries_all_its_reasons(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(";F7;31/02/2026;tomorrow;euro;nan"))
    ((_, why, columns),) = reasons(bench, bench.extract())
    assert columns == ["customer_id", "invoice_date", "due_date", "amount", "currency"]
    assert "customer_id is empty (column 'Cliente' of the file)" in str(why)


def test_the_source_row_is_kept_as_it_was(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text('C1;"F ""7""";31/02/2026;01/05/2026;EUR;1,00'))
    rows = bench.query(bench.extract(), "SELECT raw_row->>'Factura', raw_row->>'Fecha' FROM landing.quarantine")
    assert rows == [('F "7"', "31/02/2026")]


def test_a_negative_amount_is_a_credit_note_where_the_mapping_says_so(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text("C1;F1;01/04/2026;01/05/2026;EUR;-10,00"))
    assert bench.query(bench.extract(), "SELECT document_type, amount FROM landing.receivables") == [
        ("credit_note", Decimal("-10.00"))
    ]


def test_a_negative_invoice_is_quarantined_where_the_mapping_does_not(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text("C1;F1;01/04/2026;01/05/2026;EUR;-10,00"))
    columns = {**receivables_source()["columns"], "document_type": {"value": "invoice"}}  # type: ignore[dict-item]
    extraction = bench.extract(receivables_source(columns=columns))
    assert "the sign of the amount does not fit the document type" in str(reasons(bench, extraction))
    assert extraction.files[0].amounts[0].quarantined == Decimal("-10.00")


def test_a_duplicate_document_is_counted_once_and_reported(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS, ROWS[1], ROWS[1]))
    extraction = bench.extract()
    (file,) = extraction.files
    assert (file.rows_in, file.landed, file.quarantined, file.duplicates) == (5, 3, 0, 2)
    euros = next(item for item in file.amounts if item.currency == "EUR")
    assert euros.duplicates == Decimal("199.80")
    assert bench.query(extraction, "SELECT kind, reasons FROM landing.quarantine ORDER BY file_row") == [
        ("duplicate", ["repeats row 2 of the file"]),
        ("duplicate", ["repeats row 2 of the file"]),
    ]


def test_one_document_number_with_two_contents_is_quarantined_altogether(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS, "C1;F2;02/04/2026;02/05/2026;EUR;99,91", ROWS[1]))
    extraction = bench.extract()
    (file,) = extraction.files
    assert (file.landed, file.quarantined, file.duplicates) == (2, 3, 0)
    rows = bench.query(extraction, "SELECT file_row, raw_row->>'Importe' FROM landing.quarantine ORDER BY 1")
    assert rows == [(2, "99,90"), (4, "99,91"), (5, "99,90")]


def test_an_unknown_currency_is_quarantined(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(ROWS[0], "C1;F7;01/04/2026;01/05/2026;XYZ;5,00"))
    extraction = bench.extract()
    assert "the currency is not a known ISO 4217 code" in str(reasons(bench, extraction))
    assert [(item.currency, item.quarantined) for item in extraction.files[0].amounts] == [("EUR", 0), ("XYZ", 5)]


def test_pesos_with_cents_are_quarantined(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text("C1;F7;01/04/2026;01/05/2026;CLP;150,50"))
    assert "the currency has no decimals and the amount does" in str(reasons(bench, bench.extract()))


def test_a_payment_without_document_lands_for_it_may_be_applied_later(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    bench.write("exports/bank.csv", "Ref,Date,Currency,Amount,Doc\nB1,2026-05-03,EUR,100.00,\n")
    payments = {
        "name": "bank", "contract": "payments", "path": "exports/bank.csv",
        "columns": {"payment_id": "Ref", "paid_on": "Date", "currency": "Currency", "amount": "Amount", "document_number": "Doc"},
    }  # fmt: skip
    extraction = bench.extract(receivables_source(), payments)
    assert bench.query(extraction, "SELECT payment_id, document_number FROM landing.payments") == [("B1", None)]


def test_lines_with_a_wrong_number_of_fields_cost_only_themselves(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(ROWS[0], "C1;F7", ROWS[1], "C1;F8;a;b;c;d;e", ROWS[2]))
    extraction = bench.extract()
    (file,) = extraction.files
    assert (file.rows_in, file.landed, file.quarantined) == (5, 3, 2)
    assert bench.query(extraction, "SELECT file_row FROM landing.receivables ORDER BY 1") == [(1,), (3,), (5,)]
    assert bench.query(extraction, "SELECT file_row, reasons, raw_row->>'line' FROM landing.quarantine ORDER BY 1") == [
        (2, ["line 3: the line has 2 fields, the header has 6"], "C1;F7"),
        (4, ["line 5: the line has 7 fields, the header has 6"], "C1;F8;a;b;c;d;e"),
    ]


def test_a_quote_that_never_closes_costs_only_its_line(bench: Bench) -> None:
    many = [f"C1;G{i};01/04/2026;01/05/2026;EUR;1,00" for i in range(30_000)]
    bench.write("exports/ledger.csv", csv_text(*many[:100], '"C1;F7;01/04/2026;01/05/2026;EUR;5,00', *many[100:]))
    (file,) = bench.extract().files
    assert (file.rows_in, file.landed, file.quarantined) == (30_001, 30_000, 1)


def test_a_quoted_field_may_hold_line_ends(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text('"C\n1";F1;01/04/2026;01/05/2026;EUR;1,00', ROWS[1], "broken"))
    extraction = bench.extract()
    assert bench.query(extraction, "SELECT customer_id, file_row FROM landing.receivables ORDER BY 2") == [
        ("C\n1", 1),
        ("C1", 2),
    ]


def test_mixed_line_ends_lose_nothing(bench: Bench) -> None:
    bench.write("exports/ledger.csv", "\r\n".join([csv_text(ROWS[0]).strip(), ROWS[1]]) + "\n\n" + ROWS[2] + "\r\n\r\n")
    (file,) = bench.extract().files
    assert (file.rows_in, file.landed) == (3, 3)


def test_a_required_contract_column_that_is_not_mapped_is_a_settings_problem(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    columns = {key: value for key, value in receivables_source()["columns"].items() if key != "amount"}  # type: ignore[attr-defined]
    with pytest.raises(SettingsProblem, match="the required column 'amount' is not mapped"):
        bench.extract(receivables_source(columns=columns))


def test_a_mapping_to_an_unknown_contract_column_names_the_close_one(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    columns = {**receivables_source()["columns"], "due_dat": "Vence"}  # type: ignore[dict-item]
    with pytest.raises(SettingsProblem, match=r"has no column 'due_dat'\. Did you mean 'due_date'"):
        bench.extract(receivables_source(columns=columns))


def test_problems_of_all_sources_are_told_together(bench: Bench) -> None:
    with pytest.raises(SourceProblem) as caught:
        bench.extract(receivables_source(), receivables_source(name="other", path="exports/other.csv"))
    assert len(caught.value.problems) == 2


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
