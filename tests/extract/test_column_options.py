"""Columns made of several, cut out, counted in cents or dated without a year: exact where they read, refused where not."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from tasks.contracts.currencies import DECIMALS, THREE_DECIMALS
from tasks.contracts.load import load_contract
from tasks.problems import SettingsProblem
from tests.extract.bench import RECEIVABLE_COLUMNS, Bench, receivables_source

HEADER = "Cliente;Factura;Fecha;Vence;Moneda;Importe;X;E;Inicio"


def bring(
    bench: Bench, column: str, mapping: object, x: str, e: str = "", *, first_day: str = "", currency: str = "EUR"
) -> tuple[object, list[str]]:
    """What lands in `column` when X, E and Inicio hold these texts, or why the row was refused."""
    bench.write(
        "exports/ledger.csv",
        f"{HEADER}\nC1;F1;01/04/2026;01/05/2026;{currency};1,00;{x};{e};{first_day}\n",
    )
    extraction = bench.extract(receivables_source(columns={**RECEIVABLE_COLUMNS, column: mapping}))
    rows = bench.query(extraction, f'SELECT "{column}" FROM landing.receivables')  # noqa: S608 - a contract's column
    reasons = bench.query(extraction, "SELECT unnest(reasons) FROM landing.quarantine")
    return (rows[0][0] if rows else None), [str(reason) for (reason,) in reasons]


@pytest.mark.parametrize(
    ("column", "mapping", "x", "e", "expected"),
    [
        ("purchase_order", {"first_of": ["X", "E"]}, "A", "B", "A"),
        ("purchase_order", {"first_of": ["X", "E"]}, " ", "B", "B"),
        ("purchase_order", {"first_of": ["X", "E"], "blank": ["-"]}, "-", "B", "B"),
        ("purchase_order", {"first_of": ["X", "E"], "default": "none"}, "", "", "none"),
        ("purchase_order", {"column": "X", "extract": "PO-([0-9]+)"}, "order PO-77 of May", "", "77"),
        ("purchase_order", {"column": "X", "extract": "PO-([0-9]+)"}, "no order", "", None),
        ("purchase_order", {"column": "X", "extract": "^(.{3})"}, "AB cd", "", "AB"),
        ("payment_method", {"column": "X", "extract": "^([A-Z])", "map": {"T": "transfer"}}, "T-30", "", "transfer"),
        ("purchase_order", {"column": "X", "upper": True}, "abc-ñ", "", "ABC-Ñ"),
        ("currency", {"column": "X", "upper": True, "map": {"€": "EUR"}}, "usd", "", "USD"),
        ("currency", {"column": "X", "upper": True, "map": {"€": "EUR"}}, "€", "", "EUR"),
        ("purchase_order", {"column": "X", "prefix": "PO-"}, "7", "", "PO-7"),
        ("purchase_order", {"column": "X", "prefix": "PO-"}, "", "", None),
        ("purchase_order", {"column": "X", "prefix": "PO-", "default": "none"}, "", "", "none"),
        ("purchase_order", {"column": "X", "prefix": "PO-", "map": {"7": "seven"}}, "7", "", "PO-seven"),
        (
            "purchase_order",
            {"column": "X", "blank": ["none"], "extract": "#(.+)", "strip_suffix": ".0", "strip_leading_zeros": True, "upper": True, "prefix": "P"},
            "no. #00a7.0",
            "",
            "PA7",
        ),
        ("payment_terms_days", {"column": "X", "blank": ["999999"]}, "999999", "", None),
        ("amount", {"column": "X", "negate": True}, "-12,50", "", Decimal("12.50")),
        ("open_amount", {"column": "X", "negate": True, "negate_when": {"column": "E", "values": ["H"]}}, "1,00", "H", Decimal("1.00")),
    ],
)  # fmt: skip
def test_a_text_is_chosen_cut_and_dressed(bench, *, column, mapping, x, e, expected) -> None:
    assert bring(bench, column, mapping, x, e) == (expected, [])


DEBIT_CREDIT = {"debit_credit": {"debit": "X", "credit": "E"}}


@pytest.mark.parametrize(
    ("mapping", "x", "e", "expected"),
    [
        (DEBIT_CREDIT, "1.210,50", "", Decimal("1210.50")),
        (DEBIT_CREDIT, "", "10,00", Decimal("-10.00")),
        (DEBIT_CREDIT, "0,00", "10,00", Decimal("-10.00")),
        (DEBIT_CREDIT, "30,00", "10,00", Decimal("20.00")),
        (DEBIT_CREDIT, "-5,00", "", Decimal("-5.00")),
        ({**DEBIT_CREDIT, "negate": True}, "5,00", "", Decimal("-5.00")),
        ({**DEBIT_CREDIT, "blank": ["-"]}, "5,00", "-", Decimal("5.00")),
        ({**DEBIT_CREDIT, "minor_units": True}, "500", "", Decimal("5.00")),
    ],
)
def test_debit_less_credit(bench, mapping, x, e, expected) -> None:
    assert bring(bench, "amount", mapping, x, e) == (expected, [])


@pytest.mark.parametrize(
    ("x", "e", "reason"),
    [
        ("", "", "amount is empty (columns 'X' and 'E' of the file)"),
        ("12.50", "", "amount: '12.50' is not an amount written with ',' before the decimals and '.' between thousands"),
        ("1,00", "x", "amount: 'x' is not an amount written with ',' before the decimals and '.' between thousands"),
        ("1,00", "2,005", "amount: '2,005' has more than two decimals, and amounts are not rounded"),
        ("9999999999999999,00", "-1,00", "amount: '9999999999999999,00 / -1,00': the difference of debit and credit is too large for an amount"),
    ],
)  # fmt: skip
def test_a_debit_or_credit_that_does_not_read_is_named(bench, x, e, reason) -> None:
    assert bring(bench, "amount", DEBIT_CREDIT, x, e) == (None, [reason])


def test_both_sides_that_do_not_read_are_named(bench) -> None:
    _, reasons = bring(bench, "amount", DEBIT_CREDIT, "a", "b")
    assert [reason[:11] for reason in reasons] == ["amount: 'a'", "amount: 'b'"]


@pytest.mark.parametrize(
    ("currency", "x", "expected"),
    [
        ("EUR", "12345", Decimal("123.45")),
        ("EUR", "-5", Decimal("-0.05")),
        ("EUR", "5-", Decimal("-0.05")),
        ("EUR", "12.345", Decimal("123.45")),
        ("CLP", "12345", Decimal("12345.00")),
        ("JPY", "1", Decimal("1.00")),
        ("TND", "12340", Decimal("12.34")),
        ("EUR", "999999999999999999", Decimal("9999999999999999.99")),
    ],
)
def test_an_amount_in_the_currencys_smallest_unit(bench, currency, x, expected) -> None:
    assert bring(bench, "amount", {"column": "X", "minor_units": True}, x, currency=currency) == (expected, [])


@pytest.mark.parametrize(
    ("currency", "x", "reason"),
    [
        ("EUR", "123,45", "'123,45' is not a whole number"),
        ("EUR", "123,00", "'123,00' is not a whole number"),
        ("EUR", "1.23", "'1.23' is not a whole number"),
        ("EUR", "1e3", "'1e3' is not a whole number"),
        ("EUR", "1000000000000000000", "is too large"),
        ("EUR", "9" * 40, "is too large"),
        ("CLP", "10000000000000000", "is too large"),
        ("TND", "12345", "'12345' thousandths have more than two decimals"),
        ("XBT", "12345", "a currency that is not known"),
        ("", "12345", "a currency that is not known"),
    ],
)
def test_an_amount_that_is_no_whole_number_of_smallest_units_is_refused(bench, currency, x, reason) -> None:
    value, reasons = bring(bench, "amount", {"column": "X", "minor_units": True}, x, currency=currency)
    assert value is None
    assert [reason in said for said in reasons if said.startswith("amount:")] == [True]


DDMM = {"column": "X", "format": "%d%m", "year_from": "Inicio"}


@pytest.mark.parametrize(
    ("x", "first_day", "expected"),
    [
        ("2102", "01/01/2026", datetime.date(2026, 2, 21)),
        ("3112", "01/01/2026", datetime.date(2026, 12, 31)),
        ("3006", "01/07/2025", datetime.date(2026, 6, 30)),
        ("0107", "01/07/2025", datetime.date(2025, 7, 1)),
        ("2902", "01/03/2023", datetime.date(2024, 2, 29)),
        ("2902", "01/01/2024", datetime.date(2024, 2, 29)),
        ("2802", "29/02/2024", datetime.date(2025, 2, 28)),
    ],
)
def test_a_date_without_a_year_gets_the_one_of_its_financial_year(bench, x, first_day, expected) -> None:
    assert bring(bench, "cleared_on", DDMM, x, first_day=first_day) == (expected, [])


@pytest.mark.parametrize(
    ("x", "first_day", "reason"),
    [
        ("2902", "01/01/2026", "cleared_on: '2902' is no day of the 12 months that start on the day in 'Inicio'"),
        ("3102", "01/01/2026", "cleared_on: '3102' is no day of the 12 months that start on the day in 'Inicio'"),
        ("102", "01/01/2026", "cleared_on: '102' is not a date written as %d%m"),
        ("2102", "", "cleared_on: '2102' has no year, and 'Inicio' gives no first day of the financial year"),
        ("2102", "2026-01-01", "cleared_on: '2102' has no year, and 'Inicio' gives no first day of the financial year"),
    ],
)
def test_a_date_without_a_year_that_fits_none_is_refused(bench, x, first_day, reason) -> None:
    assert bring(bench, "cleared_on", DDMM, x, first_day=first_day) == (None, [reason])


def test_formats_with_and_without_a_year_stand_beside_each_other(bench) -> None:
    mapping = {**DDMM, "format": ["%d%m", "%d%m%Y"]}
    assert bring(bench, "cleared_on", mapping, "21022020", first_day="01/01/2026")[0] == datetime.date(2020, 2, 21)
    assert bring(bench, "cleared_on", mapping, "2102", first_day="01/01/2026")[0] == datetime.date(2026, 2, 21)


@pytest.mark.parametrize(
    ("column", "mapping", "said"),
    [
        ("purchase_order", {"column": "X", "extract": "("}, "is not a regular expression"),
        ("purchase_order", {"column": "X", "extract": "(?=a)(b)"}, "is not a regular expression"),
        ("purchase_order", {"column": "X", "extract": "PO-[0-9]+"}, "must have exactly one group"),
        ("purchase_order", {"column": "X", "extract": "(PO)-([0-9]+)"}, "must have exactly one group"),
        ("purchase_order", {"column": "X", "negate": True}, "negate is for amounts"),
        ("purchase_order", {"column": "X", "minor_units": True}, "minor_units is for amounts"),
        ("purchase_order", DEBIT_CREDIT, "debit_credit is for amounts"),
        ("amount", {**DEBIT_CREDIT, "default": "0"}, "default is not for debit_credit"),
        ("amount", {**DEBIT_CREDIT, "extract": "(x)"}, "extract is not for debit_credit"),
        ("purchase_order", {"column": "X", "year_from": "E", "format": "%d%m"}, "year_from is for dates"),
        ("cleared_on", {"column": "X", "year_from": "E"}, "year_from is for dates without a year"),
        ("cleared_on", {"column": "X", "format": "%d%m"}, "needs a day, a month and a year"),
        ("cleared_on", {"column": "X", "year_from": "E", "format": "%m"}, "needs a day and a month and no year"),
    ],
)
def test_options_that_do_not_fit_their_column_are_refused(bench, column, mapping, said) -> None:
    with pytest.raises(SettingsProblem, match=said.replace("(", r"\(")):
        bring(bench, column, mapping, "1")


@pytest.mark.parametrize("option", [{"negate": True}, {"minor_units": True}, {"format": "%d%m%Y"}])
def test_references_are_texts(bench, option) -> None:
    with pytest.raises(SettingsProblem, match="not for references"):
        bench.extract(receivables_source(references={"project": {"column": "Factura", **option}}))


def test_a_column_that_the_file_lacks_is_missed_wherever_it_is_named(bench) -> None:
    for mapping in ({"first_of": ["X", "Q"]}, {"column": "X", "year_from": "Q", "format": "%d%m"}):
        with pytest.raises(Exception, match="has no column 'Q'"):
            bring(bench, "cleared_on", mapping, "2102")


@pytest.mark.parametrize("name", ["receivables", "payments"])
def test_the_decimals_of_every_accepted_currency_are_known(name) -> None:
    rule = next(rule for rule in load_contract(name).row_rules if rule.name == "currency_known")
    assert all(f"'{code}'" in rule.condition for code in DECIMALS)
    assert rule.condition.count("'") == 2 * len(DECIMALS)
    assert {DECIMALS[code] for code in THREE_DECIMALS} == {3}
