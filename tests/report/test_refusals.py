from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tasks.contracts.load import load_contract
from tasks.report.lines import DecisionLine
from tasks.report.pivot import currencies_of, message_rows, reason_rows
from tasks.report.read import read_summary
from tasks.report.refusals import refusal

ROW_RULES = [
    rule for name in ("customers", "contacts", "receivables", "payments") for rule in load_contract(name).row_rules
]


@pytest.mark.parametrize("rule", ROW_RULES, ids=lambda rule: rule.name)
def test_every_row_rule_and_its_fix_can_be_told_in_spanish(rule) -> None:
    assert refusal(rule.description, "es") != rule.description
    assert refusal(rule.fix, "es") != rule.fix
    assert refusal(rule.description, "en") == rule.description


@pytest.mark.parametrize(
    ("reason", "spanish"),
    [
        ("amount is empty (column 'Importe' of the file)", "amount está vacío (columna 'Importe' del fichero)"),
        ("paid_on: … is not a date written as %d/%m/%Y", "paid_on: no es una fecha escrita como %d/%m/%Y"),
        ("superseded by exports/b.csv", "sustituida por la de exports/b.csv"),
        ("line …: the line has 19 fields, the header has 18", "línea ilegible: tiene 19 campos, y la cabecera 18"),
        ("something nobody foresaw", "something nobody foresaw"),
    ],
)
def test_what_the_reader_says_is_told_in_spanish_where_it_is_known(reason, spanish) -> None:
    assert refusal(reason, "es") == spanish


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("last_verified_on: 'Ana Pérez' is not a date written as %Y-%m-%d", "last_verified_on: … is not a date written as %Y-%m-%d"),
        ("amount: 'Ana' is not 'Pérez' is not an amount written with ','", "amount: … is not an amount written with ','"),
        ("amount: 'Ana\nPérez' has more than two decimals", "amount: … has more than two decimals"),
        ("repeats row 481 of the file", "repeats row … of the file"),
        ("repeats row 1 of exports/Ana Pérez.xml", "repeats row … of the file"),
        ("line 12: the line has 19 fields", "line …: the line has 19 fields"),
        ("3 rows have this key (company_id) and different content; the first is row 7",
         "… rows have this key (company_id) and different content; the first is row …"),
    ],
)  # fmt: skip
def test_a_reason_is_shown_without_the_value_of_the_cell_or_the_number_of_the_row(work, news, reason, shown) -> None:
    work.execute("DELETE FROM landing.quarantine")
    work.execute("DELETE FROM landing.quarantine_history WHERE row_id <> 'r8'")
    work.execute("UPDATE landing.quarantine_history SET reasons = [$1]", [reason])
    assert [line.reason for line in read_summary(work, news).rejects] == [shown]


def test_text_that_stands_where_a_currency_should_is_not_shown(work, news) -> None:
    work.execute("UPDATE landing.file_amounts SET currency = 'Ana Pérez' WHERE currency = 'CLP'")
    currencies = {line.currency for line in read_summary(work, news).amounts}
    assert currencies == {"EUR", "?"}


def test_currencies_stand_side_by_side_and_are_never_added(summary) -> None:
    mixed = replace(
        summary,
        decisions=(
            *summary.decisions,
            DecisionLine(
                decision="wait", reason="until_next_step", currency="EUR", receivables=2, amount=Decimal("7.00")
            ),
        ),
    )
    rows = reason_rows(mixed, "wait")
    assert [(row.names, row.receivables) for row in rows] == [(("until_next_step",), 3), (("before_first_step",), 1)]
    assert rows[0].amounts == {"CLP": Decimal("90000.00"), "EUR": Decimal("7.00")}
    assert currencies_of(rows[1:], mixed) == ("EUR",)


def test_messages_are_told_by_segment_and_step(summary) -> None:
    (row,) = message_rows(summary)
    assert row.names == ("regular", "first_reminder", "email")
    assert (row.messages, row.receivables, row.amounts) == (1, 1, {"EUR": Decimal("1000.00")})
