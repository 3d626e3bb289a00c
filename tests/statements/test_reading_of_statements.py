"""Statements as debtors write them: other headings, other signs, other marks; and what cannot be read is told by row and column."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from tasks.problems import SourceProblem
from tasks.statements.lines import LineKind
from tasks.statements.theirs import Statement, read_statement

OURS = frozenset({"FV26101", "FV26102"})


def read(path: Path, text: str, **changed: object) -> Statement:
    path.write_text(text, encoding="utf-8")
    values = {"columns": {}, "currency": "EUR", "our_numbers": OURS, **changed}
    return read_statement(path, **values)  # type: ignore[arg-type]


def told(statement: Statement) -> list[tuple[str, LineKind, str, str]]:
    return [(line.number, line.kind, line.currency, str(line.amount)) for line in statement.lines]


def test_a_spanish_ledger_card_with_debit_and_credit_and_a_running_balance(tmp_path: Path) -> None:
    statement = read(
        tmp_path / "mayor.csv",
        "Fecha;Documento;Concepto;Debe;Haben;Saldo\n".replace("Haben", "Haber")
        + "04/05/2026;FV26-101;Factura;;1.210,50;1.210,50\n"
        "18/05/2026;TR-7;Transferencia;1.000,00;;210,50\n"
        ";Total;;1.000,00;1.210,50;210,50\n",
    )
    assert told(statement) == [
        ("FV26-101", LineKind.INVOICE, "EUR", "1210.50"),
        ("TR-7", LineKind.PAYMENT, "EUR", "-1000.00"),
    ]
    assert statement.set_aside == 1


def test_an_english_statement_with_the_currency_beside_the_amount_and_brackets_for_what_lowers_the_debt(
    tmp_path: Path,
) -> None:
    statement = read(
        tmp_path / "statement.csv",
        'Invoice No,Invoice Date,Amount\nFV26-101,2026-05-04,"USD 1,210.50"\nFV26-102,2026-05-05,"USD (10.00)"\n'
        'FV26-103,2026-05-06,"USD 7.25"\n',
        our_numbers=frozenset({"FV26101"}),
    )
    assert told(statement)[0] == ("FV26-101", LineKind.INVOICE, "USD", "1210.50")
    assert told(statement)[1][1:] == (LineKind.PAYMENT, "USD", "-10.00")


def test_what_is_owed_may_be_written_as_negative(tmp_path: Path) -> None:
    statement = read(
        tmp_path / "sap.csv",
        "Referencia;Fecha documento;Importe;Clase\nFV26-101;04.05.2026;100,00-;\nFV26-102;05.05.2026;50,00-;\nZP1;20.05.2026;30,00;pago\n",
    )
    assert statement.is_turned
    assert [amount for *_, amount in told(statement)] == ["100.00", "50.00", "-30.00"]


def test_a_workbook_with_a_title_and_real_dates_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "estado.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["Estado de cuenta del proveedor"])
        sheet.write_row(2, 0, ["Factura", "Fecha", "Importe", "Moneda"])
        sheet.write_string(3, 0, "FV26-101")
        sheet.write_number(3, 1, 46146, day)
        sheet.write_number(3, 2, 1210.5)
        sheet.write_string(3, 3, "mxn")
    statement = read_statement(path, columns={}, currency=None, our_numbers=OURS)
    assert told(statement) == [("FV26-101", LineKind.INVOICE, "MXN", "1210.50")]
    assert str(statement.lines[0].day) == "2026-05-04"


def test_headings_can_be_named(tmp_path: Path) -> None:
    text = "A;B;C\nFV26-101;2026-05-04;5,00\n"
    with pytest.raises(SourceProblem, match="--column number=HEADING"):
        read(tmp_path / "x.csv", text)
    statement = read(tmp_path / "x.csv", text, columns={"number": "A", "date": "B", "amount": "C"})
    assert told(statement) == [("FV26-101", LineKind.INVOICE, "EUR", "5.00")]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("FV26-101;2026-05-04;much", "row 1, column Importe: 'much' is no amount"),
        ("FV26-101;someday;5,00", "row 1, column Fecha: 'someday' is no date"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(tmp_path: Path, row: str, says: str) -> None:
    with pytest.raises(SourceProblem, match=says):
        read(tmp_path / "x.csv", f"Factura;Fecha;Importe\n{row}\nFV26-102;2026-05-05;7,00\nFV26-103;2026-05-06;8,00\n")


def test_lines_without_a_currency_are_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(SourceProblem, match="--currency"):
        read(tmp_path / "x.csv", "Factura;Fecha;Importe\nFV26-101;2026-05-04;5,00\n", currency=None)


def test_amounts_stay_exact(tmp_path: Path) -> None:
    text = "Factura;Fecha;Importe\n" + "".join(f"F-{n};2026-05-04;0,10\n" for n in range(30))
    assert sum(line.amount for line in read(tmp_path / "x.csv", text).lines) == Decimal("3.00")
