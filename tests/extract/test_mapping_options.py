"""Each option of a column mapping does what docs/settings.md says."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from tests.extract.bench import RECEIVABLE_COLUMNS, Bench, receivables_source


def landed(bench: Bench, column: str, mapping: object, value: str, *, extra: str = "", **columns: object) -> object:
    """What lands in `column` when the file's column X holds `value` (and E holds `extra`)."""
    bench.write(
        "exports/ledger.csv",
        f"Cliente;Factura;Fecha;Vence;Moneda;Importe;X;E\nC1;F1;01/04/2026;01/05/2026;EUR;1,00;{value};{extra}\n",
    )
    source = receivables_source(columns={**RECEIVABLE_COLUMNS, column: mapping, **columns})
    rows = bench.query(bench.extract(source), f'SELECT "{column}" FROM landing.receivables')  # noqa: S608
    return rows[0][0] if rows else "quarantined"


@pytest.mark.parametrize(
    ("column", "mapping", "value", "expected"),
    [
        ("purchase_order", "X", "OC-1", "OC-1"),
        ("purchase_order", "X", "  OC 1 ", "OC 1"),
        ("purchase_order", "X", "   ", None),
        ("purchase_order", {"value": "fixed"}, "OC-1", "fixed"),
        ("purchase_order", {"column": "X", "blank": ["-", "00000000"]}, "-", None),
        ("cleared_on", {"column": "X", "blank": ["00000000"], "format": "%Y%m%d"}, "00000000", None),
        ("cleared_on", {"column": "X", "format": "%Y%m%d"}, "20260405", datetime.date(2026, 4, 5)),
        ("cleared_on", {"column": "X", "format": ["%Y%m%d", "%d.%m.%y"]}, "5.4.26", datetime.date(2026, 4, 5)),
        ("cleared_on", {"column": "X", "strip_suffix": ".0", "format": "%Y%m%d"}, "20260405.0", datetime.date(2026, 4, 5)),
        ("purchase_order", {"column": "X", "strip_suffix": ".0"}, "1.05", "1.05"),
        ("customer_id", {"column": "X", "strip_leading_zeros": True}, "0200769623", "200769623"),
        ("customer_id", {"column": "X", "strip_leading_zeros": True}, "000", "0"),
        ("payment_method", {"column": "X", "map": {"T": "transfer"}}, "T", "transfer"),
        ("payment_method", {"column": "X", "map": {"T": "transfer"}}, "cheque", "cheque"),
        ("payment_method", {"column": "X", "map": {"T": "transfer"}}, "trueque", "quarantined"),
        ("payment_method", {"column": "X", "default": "transfer"}, "", "transfer"),
        ("is_disputed", {"column": "X", "map": {"Sí": "true", "No": "false"}}, "Sí", True),
        ("instalment_number", "X", "2", 2),
        ("instalment_number", "X", "2.5", "quarantined"),
    ],
)  # fmt: skip
def test_an_option_of_one_column(bench: Bench, column: str, mapping: object, value: str, expected: object) -> None:
    assert landed(bench, column, mapping, value) == expected


def test_columns_are_joined_and_blanks_left_out(bench: Bench) -> None:
    mapping = {"join": ["X", "E"], "separator": "/"}
    assert landed(bench, "purchase_order", mapping, "A", extra="B") == "A/B"
    assert landed(bench, "purchase_order", mapping, "A") == "A"
    assert landed(bench, "purchase_order", mapping, "") is None


def test_a_hash_tells_apart_what_joining_would_not(bench: Bench) -> None:
    mapping = {"hash_of": ["X", "E"]}
    first = landed(bench, "receivable_id", mapping, "ab", extra="c")
    second = landed(bench, "receivable_id", mapping, "a", extra="bc")
    assert first != second
    assert first == landed(bench, "receivable_id", mapping, " ab", extra="c ")


def test_the_sign_turns_where_a_column_says_so(bench: Bench) -> None:
    mapping = {"column": "X", "negate_when": {"column": "E", "values": ["H"]}}
    assert landed(bench, "amount", mapping, "5,00", extra="H") == Decimal("-5.00")
    assert landed(bench, "amount", mapping, "5,00", extra="S") == Decimal("5.00")


def test_two_reasons_to_turn_the_sign_leave_it_as_it_is(bench: Bench) -> None:
    both = {"column": "X", "negate_when": [{"column": "E", "values": ["H", "R"]}, {"column": "E", "values": ["R"]}]}
    assert landed(bench, "amount", both, "5,00", extra="H") == Decimal("-5.00")
    assert landed(bench, "amount", both, "5,00", extra="R") == Decimal("5.00")
    assert landed(bench, "amount", both, "5,00", extra="") == Decimal("5.00")


def test_seconds_since_1970_are_a_day_in_utc(bench: Bench) -> None:
    mapping = {"column": "X", "format": "%s"}
    assert landed(bench, "due_date", mapping, "1770163199") == datetime.date(2026, 2, 3)
    assert landed(bench, "due_date", mapping, "1770163200") == datetime.date(2026, 2, 4)


def test_the_workspaces_company_is_used_where_the_export_does_not_say(bench: Bench) -> None:
    assert landed(bench, "company_id", {"column": "X"}, "other") == "other"
    assert landed(bench, "customer_name", "X", "y") == "y"
    assert bench.query(bench.extract(), "SELECT company_id FROM landing.receivables") == [("acme",)]


def test_the_companys_own_references_are_carried_where_present(bench: Bench) -> None:
    bench.write(
        "exports/ledger.csv",
        "Cliente;Factura;Fecha;Vence;Moneda;Importe;Obra;Caso\n"
        "C1;F1;01/04/2026;01/05/2026;EUR;1,00;Puente;7\nC1;F2;01/04/2026;01/05/2026;EUR;1,00;;\n",
    )
    extraction = bench.extract(receivables_source(references={"project": "Obra", "case": "Caso"}))
    rows = bench.query(extraction, "SELECT custom_references FROM landing.receivables ORDER BY file_row")
    assert rows == [({"project": "Puente", "case": "7"},), ({},)]


def test_a_header_that_stands_twice_is_reached_by_its_number(bench: Bench) -> None:
    bench.write(
        "exports/ledger.csv", "Cliente;Factura;Fecha;Fecha;Moneda;Importe\nC1;F1;01/04/2026;01/05/2026;EUR;1,00\n"
    )
    columns = {**RECEIVABLE_COLUMNS, "due_date": "Fecha_1"}
    extraction = bench.extract(receivables_source(columns=columns))
    assert bench.query(extraction, "SELECT due_date FROM landing.receivables") == [(datetime.date(2026, 5, 1),)]


def test_headers_and_values_may_hold_what_sql_treats_specially(bench: Bench) -> None:
    header = "Cliente\";Fac'tura; -- Fecha;Vence;Moneda;Importe"
    bench.write("exports/ledger.csv", f"{header}\nO'Neil \"x\";F'1;01/04/2026;01/05/2026;EUR;1,00\n")
    columns = {**RECEIVABLE_COLUMNS, "customer_id": 'Cliente"', "receivable_id": "Fac'tura", "document_number": "Fac'tura", "invoice_date": "-- Fecha",
               "purchase_order": {"value": "'); DROP TABLE x; --"}}  # fmt: skip
    source = receivables_source(columns=columns, format={"type": "csv", "delimiter": ";", "quote": ""})
    assert bench.query(
        bench.extract(source), "SELECT customer_id, receivable_id, purchase_order FROM landing.receivables"
    ) == [('O\'Neil "x"', "F'1", "'); DROP TABLE x; --")]


@pytest.mark.parametrize(("word", "expected"), [("F", "credit_note"), ("bonus", "quarantined"), ("", "quarantined")])
def test_a_type_that_the_map_does_not_know_is_refused_with_either_sign(bench: Bench, word: str, expected: str) -> None:
    mapping = {"column": "X", "map": {"F": "invoice"}, "when_negative": "credit_note"}
    assert landed(bench, "document_type", mapping, word, extra="-1,00", amount="E") == expected
