"""Each kind of bad input ends as a clear error or as quarantined rows; nothing is lost and nothing is guessed."""

from __future__ import annotations

import pytest

from tasks.problems import SettingsProblem, SourceProblem
from tests.extract.bench import ROWS, Bench, csv_text, receivables_source
from tests.extract.refusals import refused


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
