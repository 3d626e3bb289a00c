"""A line that cannot be split or used may be a group row, or a line of the document beside it: nothing is built on its absence."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.extract.bench import RECEIVABLE_COLUMNS, ROWS, Bench, csv_text, receivables_source

LANDED = "SELECT receivable_id, customer_id, amount::VARCHAR FROM landing.receivables ORDER BY file_row"
REFUSED = "SELECT file_row FROM landing.quarantine WHERE kind = 'quarantined' ORDER BY file_row"
RAGGED = {"type": "csv", "delimiter": ";", "ragged": True}
GROUPS: dict[str, object] = {
    "carry": [{"name": "zone", "column": "Cliente", "when": [{"column": "Factura", "is_blank": True}]}],
    "set_aside": [{"reason": "group_row", "when": [{"column": "Factura", "is_blank": True}]}],
}
SUMMED: dict[str, object] = {"one_per": ["Cliente", "Factura"], "sum": ["Importe"]}


def line(number: str, amount: str = "100,00") -> str:
    return f"C1;{number};01/04/2026;01/05/2026;EUR;{amount}"


def landed(
    bench: Bench, rules: Mapping[str, object], *lines: str, **changes: object
) -> tuple[list[object], list[object]]:
    """What landed, and the rows of the file that were refused."""
    bench.write("exports/ledger.csv", csv_text(*lines))
    extraction = bench.extract(receivables_source(rows=rules, max_reject_share=1, **changes))
    return list(bench.query(extraction, LANDED)), [row[0] for row in bench.query(extraction, REFUSED)]


@pytest.mark.parametrize("broken", ['"Zona B;;;;;', "Zona; B;;;;;x"], ids=["cannot be split", "too long"])
@pytest.mark.parametrize("shape", [{"type": "csv", "delimiter": ";"}, RAGGED], ids=["even", "ragged"])
def test_a_group_does_not_go_on_behind_a_line_that_may_begin_another(
    bench: Bench, broken: str, shape: dict[str, object]
) -> None:
    lines = ("Zona A;;;;;", ROWS[0], broken, ROWS[1], "Zona C;;;;;", ROWS[2])
    columns = RECEIVABLE_COLUMNS | {"customer_id": "zone"}
    found, refused = landed(bench, GROUPS, *lines, columns=columns, format=shape)
    assert found == [("F1", "Zona A", "1210.50"), ("F3", "Zona C", "150000.00")]
    assert refused == [3, 4]


@pytest.mark.parametrize("broken", ['C1;F2;"01/04/2026;', "C1;F2;01/04/2026;01/05/2026;EUR;1;00"])
@pytest.mark.parametrize("shape", [{"type": "csv", "delimiter": ";"}, RAGGED], ids=["even", "ragged"])
def test_documents_beside_a_lost_line_are_refused_for_it_may_be_theirs(
    bench: Bench, broken: str, shape: dict[str, object]
) -> None:
    lines = (line("F1"), line("F1"), line("F2"), broken, line("F3"), line("F4"), line("F4"))
    found, refused = landed(bench, SUMMED, *lines, format=shape)
    assert found == [("F1", "C1", "200.00"), ("F4", "C1", "200.00")]
    assert refused == [3, 4, 5]


def test_where_lines_of_a_document_do_not_stand_together_a_lost_one_may_be_of_any(bench: Bench) -> None:
    lines = (line("F1"), line("F2"), line("F1"), line("F3"), 'C1;"F2;', line("F4"))
    assert landed(bench, SUMMED, *lines) == ([], [1, 2, 3, 4, 5, 6])


def test_a_refused_line_that_names_its_document_takes_only_that_one_along(bench: Bench) -> None:
    bench.write(
        "exports/ledger.json",
        """[{"Cliente": "C1", "Factura": "F1", "Fecha": "01/04/2026", "Moneda": "EUR", "Importe": 10},
            {"Cliente": "C1", "Factura": "F2", "Fecha": "01/04/2026", "Moneda": "EUR", "Importe": 10},
            {"Cliente": "C1", "Factura": "F2", "Fecha": "01/04/2026", "Moneda": "\\ud800", "Importe": 10}]""",
    )
    columns = {key: value for key, value in RECEIVABLE_COLUMNS.items() if key != "due_date"}
    source = receivables_source(
        path="exports/ledger.json", format={"type": "json"}, rows=SUMMED, columns=columns, max_reject_share=1
    )
    extraction = bench.extract(source)
    assert bench.query(extraction, LANDED) == [("F1", "C1", "10.00")]
    assert bench.query(extraction, REFUSED) == [(2,), (3,)]


def test_without_a_lost_line_lines_may_stand_anywhere(bench: Bench) -> None:
    lines = (line("F1"), line("F2"), line("F1"))
    assert landed(bench, SUMMED, *lines, format=RAGGED) == ([("F1", "C1", "200.00"), ("F2", "C1", "100.00")], [])
