"""Lists that come back filled in: what they say in either language and form, and what is told about rows that are wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter

from tasks.problems import SourceProblem
from tasks.worklist.filled import read_filled
from tasks.worklist.words import worklist_words

LINE = "ab" * 16
NAMES = ("customer_id", "currency", "result", "contacted_on", "promised_for", "promised_amount", "note", "reference")


def read(path):
    return read_filled(path, channel_of={LINE: "call"}.get, today=date(2026, 6, 17), author="ana")


def filled(tmp_path, *rows, language="es", delimiter=";"):
    path = tmp_path / "call-ana.csv"
    header = [worklist_words().columns[name].text(language) for name in NAMES]
    path.write_text("\n".join(delimiter.join(row) for row in (header, *rows)), encoding="utf-8-sig")
    return path


@pytest.mark.parametrize(
    ("language", "delimiter", "said"),
    [
        ("es", ";", ("promesa de pago", "30/06/2026", "1.210,50")),
        ("es", ";", ("Promesa de Pago", "2026-06-30", "1210,5")),
        ("en", ",", ("promise to pay", "2026-06-30", "1210.50")),
    ],
)
def test_a_promise_is_read_in_the_lists_own_language(tmp_path, language, delimiter, said) -> None:
    result, day, amount = said
    row = ["C1", "EUR", result, "2026-06-16", day, amount, "lo firma hoy", LINE]
    (found,) = read(filled(tmp_path, row, language=language, delimiter=delimiter)).rows
    contact = found.contact
    assert (contact.promised_for, contact.amount, contact.currency) == (date(2026, 6, 30), Decimal("1210.50"), "EUR")
    assert (contact.customer_id, contact.channel, contact.note) == ("C1", "call", "lo firma hoy")


def test_a_workbook_says_the_same_with_dates_and_numbers(tmp_path) -> None:
    path = tmp_path / "call-ana.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, [worklist_words().columns[name].es for name in NAMES])
    sheet.write_row(1, 0, ["C1", "EUR", "promesa de pago"])
    sheet.write_datetime(1, 3, date(2026, 6, 16), day)
    sheet.write_datetime(1, 4, date(2026, 6, 30), day)
    sheet.write_number(1, 5, 1210.5)
    sheet.write_string(1, 7, LINE)
    book.close()
    (found,) = read(path).rows
    assert (found.contact.contacted_on, found.contact.promised_for) == (date(2026, 6, 16), date(2026, 6, 30))
    assert found.contact.amount == Decimal("1210.50")


@pytest.mark.parametrize(
    ("changed", "column", "what"),
    [
        ({"result": "llamé"}, "RESULTADO", "is not one of the results"),
        ({"contacted_on": "ayer"}, "Fecha del contacto", "is not a date"),
        ({"contacted_on": ""}, "Fecha del contacto", "is empty"),
        ({"promised_amount": "mucho"}, "Importe prometido", "is not an amount"),
        ({"reference": "=1+1"}, "Referencia", "is not a line's reference"),
        ({"reference": "cd" * 16}, "Referencia", "is not in this ledger"),
        ({"result": ""}, "Promete pagar el", "has no result beside it"),
        ({"promised_for": ""}, "row 2", "promised day None"),
    ],
)
def test_a_wrong_row_is_told_by_file_row_column_and_value_and_costs_the_others_nothing(
    tmp_path, changed, column, what
) -> None:
    good = dict(zip(NAMES, ["C1", "EUR", "promise", "2026-06-16", "2026-06-30", "10,00", "", LINE], strict=True))
    found = read(filled(tmp_path, list({**good, **changed}.values()), list(good.values())))
    (problem,) = found.problems
    assert "call-ana.csv, row 2" in problem.where
    assert column in problem.where
    assert what in problem.what
    assert problem.fix
    assert [row.where for row in found.rows] == ["call-ana.csv, row 3"]


def test_rows_without_a_result_say_nothing(tmp_path) -> None:
    found = read(filled(tmp_path, ["C1", "EUR", "", "", "", "", "", LINE]))
    assert (found.rows, found.problems, found.empty) == ((), (), 1)


@pytest.mark.parametrize(("name", "content"), [("a.csv", b"x;y\n1;2"), ("a.xlsx", b"no book"), ("a.csv", b"")])
def test_what_is_no_list_is_refused(tmp_path, name, content) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceProblem):
        read(tmp_path / name)
