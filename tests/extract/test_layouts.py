"""Tables that do not begin in the first line, have no header, ragged rows, or records of several kinds."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from tasks.problems import SettingsProblem, SourceProblem
from tests.extract.bench import HEADER, RECEIVABLE_COLUMNS, ROWS, Bench, csv_text, receivables_source

NAMES = HEADER.split(";")
LANDED = "SELECT receivable_id, amount::VARCHAR, file_row FROM landing.receivables ORDER BY file_row"
GOOD = [("F1", "1210.50", 1), ("F2", "99.90", 2), ("F3", "150000.00", 3)]


def layout(**keys: object) -> dict[str, object]:
    return receivables_source(format={"type": "csv", "delimiter": ";", **keys})


def accounts(bench: Bench, source: dict[str, object]) -> tuple[int, int, int, dict[str, int]]:
    """Rows of the file, landed and in quarantine, and those set aside by reason."""
    (file,) = bench.extract(source).files
    return file.file_rows, file.landed, file.quarantined, {item.reason: item.rows for item in file.set_aside}


def workbook(rows: list[list[object]], *, first_column: int = 0) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, first_column, row)
    return buffer.getvalue()


PREAMBLE = "Informe de saldos\n\nA fecha de 04/05/2026;;\n"


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_header_is_the_first_line_that_holds_the_cells_wherever_it_is(
    bench: Bench, line_end: str, ragged: bool
) -> None:
    bench.write("exports/ledger.csv", (PREAMBLE + csv_text(*ROWS)).replace("\n", line_end))
    source = layout(header_has=["Factura", "Importe"], ragged=ragged)
    assert accounts(bench, source) == (5, 3, 0, {"before_header": 2})
    assert bench.query(bench.extract(source), LANDED) == GOOD


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_the_header_is_found_in_any_encoding(bench: Bench, encoding: str) -> None:
    bench.write("exports/ledger.csv", "Años\n" + csv_text(*ROWS), encoding)
    assert accounts(bench, layout(header_has=["Factura"], encoding=encoding)) == (4, 3, 0, {"before_header": 1})


def test_a_title_with_a_single_quote_mark_hides_neither_header_nor_rows(bench: Bench) -> None:
    bench.write("exports/ledger.csv", '"Tubos de 12;\n' + csv_text(*ROWS))
    source = layout(header_has=["Factura"])
    assert accounts(bench, source) == (4, 3, 0, {"before_header": 1})
    assert bench.query(bench.extract(source), LANDED) == GOOD


def test_a_broken_line_after_a_found_header_is_refused_alone(bench: Bench) -> None:
    bench.write("exports/ledger.csv", PREAMBLE + csv_text(ROWS[0], "C1;F9;01/04/2026", ROWS[2]))
    assert accounts(bench, layout(header_has=["Factura"])) == (5, 2, 1, {"before_header": 2})


def test_a_file_without_the_header_says_which_cells_were_looked_for_and_no_value(bench: Bench) -> None:
    bench.write("exports/ledger.csv", "\n".join(ROWS))
    with pytest.raises(SourceProblem, match="none holds all of 'Factura', 'Importe'") as caught:
        bench.extract(layout(header_has=["Factura", "Importe"]))
    assert "C1" not in str(caught.value)


@pytest.mark.parametrize("ragged", [False, True])
def test_a_file_without_header_line_takes_its_names_from_the_settings(bench: Bench, ragged: bool) -> None:
    bench.write("exports/ledger.csv", "\n".join(ROWS) + "\n")
    source = layout(names=NAMES, ragged=ragged)
    assert accounts(bench, source) == (3, 3, 0, {})
    assert bench.query(bench.extract(source), LANDED) == GOOD


def test_a_line_of_another_length_is_refused_where_names_come_from_the_settings(bench: Bench) -> None:
    bench.write("exports/ledger.csv", "\n".join([ROWS[0], "C1;F9", ROWS[2]]) + "\n")
    assert accounts(bench, layout(names=NAMES)) == (3, 2, 1, {})


def test_skipped_lines_do_not_let_a_shifted_line_pass(bench: Bench) -> None:
    shifted = "C1;;F2;02/04/2026;02/05/2026;EUR;"
    bench.write("exports/ledger.csv", "Título\n" + csv_text(ROWS[0], shifted))
    assert accounts(bench, layout(skip_rows=1)) == (2, 1, 1, {})


def test_ragged_rows_are_filled_up_and_blank_ones_counted(bench: Bench) -> None:
    columns = RECEIVABLE_COLUMNS | {"purchase_order": "Pedido"}
    lines = csv_text(*(f"{row};;;" for row in ROWS[:1]), *ROWS[1:], ";;;", header=HEADER + ";Pedido")
    bench.write("exports/ledger.csv", lines)
    source = layout(ragged=True) | {"columns": columns}
    assert accounts(bench, source) == (4, 3, 0, {"blank_row": 1})
    assert bench.query(bench.extract(source), LANDED) == GOOD


def test_a_ragged_row_with_a_cell_too_many_is_refused_and_never_shifted(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(ROWS[0], "C1;F;2;02/04/2026;02/05/2026;EUR;99,90"))
    source = layout(ragged=True)
    assert accounts(bench, source) == (2, 1, 1, {})
    ((reasons,),) = bench.query(bench.extract(source), "SELECT reasons FROM landing.quarantine")
    assert "the row has more cells than the header" in list(reasons)  # type: ignore[call-overload]


def test_a_title_longer_than_the_header_may_be_set_aside(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(ROWS[0], "Impreso;el;lunes;4;de;mayo;de;2026"))
    rows = {"set_aside": [{"reason": "footer", "when": [{"column": "Cliente", "is_in": ["Impreso"]}]}]}
    assert accounts(bench, layout(ragged=True) | {"rows": rows}) == (2, 1, 0, {"footer": 1})


def test_a_quoted_field_over_two_lines_stays_one_row_in_ragged_text(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(f'{ROWS[0]};"one\ntwo"', ROWS[1], header=HEADER + ";Nota"))
    source = layout(ragged=True) | {"references": {"note": "Nota"}}
    assert accounts(bench, source) == (2, 2, 0, {})
    ((note, _),) = bench.query(
        bench.extract(source), "SELECT custom_references['note'], 1 FROM landing.receivables LIMIT 1"
    )
    assert note == "one\ntwo"


def test_a_quote_that_never_closes_costs_one_row_of_ragged_text(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text('C1;"F1;01/04/2026', *ROWS[1:]))
    assert accounts(bench, layout(ragged=True)) == (3, 2, 1, {})


AS_OF_COLUMNS = RECEIVABLE_COLUMNS | {"invoice_date": "printed_on", "customer_name": "company"}
PREAMBLE_KEYS = {
    "printed_on": {"row": 3, "matches": "A fecha de (.+)"},
    "company": {"row": 1},
}
PRINTED = "SELECT DISTINCT invoice_date::VARCHAR, customer_name FROM landing.receivables"


@pytest.mark.parametrize(
    "keys", [{"skip_rows": 3}, {"header_has": ["Factura"]}, {"header_has": ["Factura"], "ragged": True}]
)
def test_cells_before_the_header_become_columns_of_every_row(bench: Bench, keys: dict[str, object]) -> None:
    bench.write("exports/ledger.csv", PREAMBLE + csv_text(*ROWS))
    source = layout(preamble=PREAMBLE_KEYS, **keys) | {"columns": AS_OF_COLUMNS}
    assert bench.query(bench.extract(source), PRINTED) == [("2026-05-04", "Informe de saldos")]


def test_a_cell_before_the_header_is_there_for_a_file_read_line_by_line_too(bench: Bench) -> None:
    bench.write("exports/ledger.csv", PREAMBLE + csv_text(*ROWS, "broken"))
    source = layout(preamble=PREAMBLE_KEYS, skip_rows=3) | {"columns": AS_OF_COLUMNS}
    assert bench.query(bench.extract(source), PRINTED) == [("2026-05-04", "Informe de saldos")]


@pytest.mark.parametrize(
    "cell", [{"row": 1, "matches": "A fecha de (.+)"}, {"row": 2}, {"row": 4}, {"row": 3, "field": 9}]
)
def test_a_cell_that_is_not_before_the_header_stops_the_source(bench: Bench, cell: dict[str, object]) -> None:
    bench.write("exports/ledger.csv", PREAMBLE + csv_text(*ROWS))
    with pytest.raises(SourceProblem, match="is not before the header or does not hold printed_on") as caught:
        bench.extract(layout(preamble={"printed_on": cell}, skip_rows=3))
    assert "Informe" not in str(caught.value)


def test_a_cell_before_the_header_cannot_take_the_name_of_a_column(bench: Bench) -> None:
    bench.write("exports/ledger.csv", PREAMBLE + csv_text(*ROWS))
    with pytest.raises(SourceProblem, match="has a column 'Factura' already"):
        bench.extract(layout(preamble={"Factura": {"row": 1}}, skip_rows=3))


@pytest.mark.parametrize("pattern", ["(", "no group", "(two)(groups)", "(?<=x)(y)"])
def test_a_pattern_that_cannot_be_used_is_told_before_any_file_is_read(bench: Bench, pattern: str) -> None:
    with pytest.raises(SettingsProblem, match=r"format\.preamble\.day\.matches"):
        bench.extract(layout(preamble={"day": {"row": 1, "matches": pattern}}))


SHEET: list[list[object]] = [
    ["Informe de saldos"],
    [],
    ["A fecha de 04/05/2026"],
    NAMES,
    ["C1", "F1", "01/04/2026", "01/05/2026", "EUR", 1210.5],
    [],
    ["C1", "F2", "02/04/2026", "02/05/2026", "EUR", 99.9],
]


@pytest.mark.parametrize("first_column", [0, 2])
def test_a_sheet_may_have_titles_before_its_header(bench: Bench, first_column: int) -> None:
    bench.write("exports/ledger.xlsx", workbook(SHEET, first_column=first_column))
    preamble = {"printed_on": {"row": 3, "field": first_column + 1, "matches": "A fecha de (.+)"}}
    settings = {"type": "xlsx", "header_has": ["Factura", "Importe"], "preamble": preamble}
    columns = RECEIVABLE_COLUMNS | {"invoice_date": "printed_on"}
    source = receivables_source(path="exports/ledger.xlsx", format=settings, columns=columns)
    assert accounts(bench, source) == (4, 2, 0, {"before_header": 2})
    landed = bench.query(bench.extract(source), "SELECT DISTINCT invoice_date::VARCHAR FROM landing.receivables")
    assert landed == [("2026-05-04",)]


def test_a_sheet_without_header_takes_its_names_and_refuses_rows_with_more_cells(bench: Bench) -> None:
    bench.write("exports/ledger.xlsx", workbook([SHEET[4], [*SHEET[6], "more"]]))
    settings = {"type": "xlsx", "names": NAMES}
    source = receivables_source(path="exports/ledger.xlsx", format=settings)
    assert accounts(bench, source) == (2, 1, 1, {})


def test_a_sheet_without_the_header_says_so(bench: Bench) -> None:
    bench.write("exports/ledger.xlsx", workbook(SHEET))
    settings = {"type": "xlsx", "header_has": ["Invoice"]}
    with pytest.raises(SourceProblem, match="none holds all of 'Invoice'"):
        bench.extract(receivables_source(path="exports/ledger.xlsx", format=settings))


IIF = (
    "!ACCNT\tNAME\n"
    "ACCNT\tIncome\n"
    "!TRNS\tNAME\tDOCNUM\tDATE\tDUE\tCUR\tAMOUNT\tMEMO\n"
    "!SPL\tACCNT\tAMOUNT\n"
    "!ENDTRNS\n"
    "TRNS\tC1\tF1\t01/04/2026\t01/05/2026\tEUR\t1.210,50\n"
    "SPL\tSales\t-1.210,50\n"
    "ENDTRNS\n"
    '"TRNS"\tC1\tF2\t02/04/2026\t02/05/2026\tEUR\t99,90\tx\n'
    "ENDTRNS\n"
)
IIF_COLUMNS = {
    **RECEIVABLE_COLUMNS,
    "customer_id": "NAME", "receivable_id": "DOCNUM", "document_number": "DOCNUM", "invoice_date": "DATE",
    "due_date": "DUE", "currency": "CUR", "amount": "AMOUNT",
}  # fmt: skip


def tagged(**changes: object) -> dict[str, object]:
    settings = {"type": "csv", "delimiter": "\t", "tag": "TRNS"}
    return receivables_source(format=settings, columns=IIF_COLUMNS, **changes)


def test_records_of_other_tags_are_set_aside_and_counted(bench: Bench) -> None:
    bench.write("exports/ledger.csv", IIF)
    assert accounts(bench, tagged()) == (9, 2, 0, {"other_record": 7})
    landed = bench.query(bench.extract(tagged()), "SELECT receivable_id FROM landing.receivables ORDER BY 1")
    assert landed == [("F1",), ("F2",)]


def test_the_same_header_may_come_again_and_another_one_may_not(bench: Bench) -> None:
    header = IIF.splitlines()[2]
    bench.write("exports/ledger.csv", IIF + header + "\n")
    assert accounts(bench, tagged()) == (10, 2, 0, {"other_record": 8})
    bench.write("exports/ledger.csv", IIF + "!TRNS\tDOCNUM\tNAME\n")
    with pytest.raises(SourceProblem, match="line 11: is another header of the TRNS records"):
        bench.extract(tagged())


def test_a_file_without_records_of_the_tag_says_so(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    with pytest.raises(SourceProblem, match="has no header line '!TRNS'"):
        bench.extract(tagged())


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"names": ["a"], "header_has": ["a"]}, "not both"),
        ({"names": ["a"], "tag": "T"}, "tagged records have a header of their own"),
    ],
)
def test_layouts_that_contradict_themselves_are_refused(bench: Bench, keys: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsProblem, match=said):
        bench.settings(layout(**keys))


def test_names_that_come_twice_are_refused(bench: Bench) -> None:
    with pytest.raises(SettingsProblem, match="'a' is there twice"):
        bench.extract(layout(names=["a", "a"]))


def test_all_other_columns_may_be_ignored_at_once(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*(row + ";x;y" for row in ROWS), header=HEADER + ";Zona;Nota"))
    assert len(bench.extract(receivables_source(ignore=["Zona"])).warnings) == 1
    assert bench.extract(receivables_source(ignore=["*"])).warnings == ()
