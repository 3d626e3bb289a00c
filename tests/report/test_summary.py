from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tasks.ledger.counts import ReminderCounts
from tasks.report.console import to_lines
from tasks.report.counts import RunResult, run_counts
from tasks.report.lines import AmountLine, DecisionLine, RejectLine
from tasks.report.next_steps import next_steps
from tasks.report.read import read_summary


def test_the_summary_names_the_run_and_its_date(summary) -> None:
    assert (summary.run_id, summary.as_of, summary.company_name) == (
        "20260506-0000000a",
        date(2026, 5, 6),
        "Acme, S.A.",
    )


def test_amounts_are_summed_per_contract_and_currency_never_across(summary) -> None:
    assert summary.amounts[0] == AmountLine(
        contract="receivables",
        currency="CLP",
        amount_in=Decimal("90000.00"),
        landed=Decimal("90000.00"),
        quarantined=Decimal(0),
        duplicates=Decimal(0),
    )
    assert [(line.contract, line.currency) for line in summary.amounts] == [
        ("receivables", "CLP"),
        ("receivables", "EUR"),
        ("payments", "EUR"),
    ]


def test_ageing_gives_the_open_amounts_per_currency_and_bucket(summary) -> None:
    assert summary.currencies == ("EUR", "CLP")
    assert summary.open_amount("EUR") == Decimal("1600.00")
    assert summary.overdue_amount("EUR") == Decimal("1550.00")
    assert summary.bucket("EUR", "90+").amount == Decimal("550.00")
    assert summary.bucket("EUR", "61-90").receivables == 0


def test_decisions_are_counted_by_reason_and_currency(summary) -> None:
    silent = DecisionLine(
        decision="silent", reason="no_usable_contact", currency="EUR", receivables=1, amount=Decimal("550.00")
    )
    assert silent in summary.decisions
    assert [summary.decided(decision) for decision in ("remind", "wait", "silent")] == [1, 2, 1]
    assert summary.open_receivables == 4


def test_rejects_are_counted_by_reason_with_what_helps(summary) -> None:
    line = RejectLine(
        contract="receivables", kind="quarantined", reason="the amount is zero", fix="Correct the amount.", rows=1
    )
    assert line in summary.rejects
    assert (summary.refused, summary.duplicates) == (3, 1)


def test_refused_rows_are_counted_and_summed_as_open_new_and_cleared(summary) -> None:
    assert [(line.contract, line.currency, line.open_rows, line.open_amount, line.new_rows, line.cleared_rows, line.cleared_amount)
            for line in summary.quarantine] == [
        ("receivables", "?", 1, Decimal(0), 0, 0, Decimal(0)),
        ("receivables", "EUR", 1, Decimal("110.50"), 1, 1, Decimal("250.00")),
        ("contacts", "", 1, Decimal(0), 1, 0, Decimal(0)),
    ]  # fmt: skip
    assert summary.quarantine[0].open_since == date(2026, 5, 4)
    assert (summary.open_refused, summary.cleared) == (3, 1)


def test_metrics_are_those_of_the_last_complete_month_with_the_month_before(summary) -> None:
    dso = next(line for line in summary.kpis if line.metric == "dso")
    assert (dso.month, dso.value, dso.before) == (date(2026, 4, 1), Decimal("41.00"), Decimal("48.05"))


def test_the_json_of_a_run_has_the_shape_that_scripts_rely_on(summary) -> None:
    result = RunResult(summary, Path("ws/.puntual/warehouse/20260506-0000000a.duckdb")).as_json()
    assert list(result) == [
        "run_id", "as_of", "files", "open_receivables", "decisions", "reasons", "reminders", "warehouse", "seconds",
        "quarantine", "warnings",
    ]  # fmt: skip
    assert result["files"][3] == {
        "source": "invoices",
        "path": "exports/invoices.csv",
        "rows_in": 9,
        "landed": 6,
        "quarantined": 2,
        "duplicates": 1,
        "set_aside": 2,
        "set_aside_by_reason": {"stated_total": 2},
        "amounts": {
            "?": {"amount_in": "0.00", "landed": "0.00", "quarantined": "0.00", "duplicates": "0.00"},
            "CLP": {"amount_in": "90000.00", "landed": "90000.00", "quarantined": "0.00", "duplicates": "0.00"},
            "EUR": {"amount_in": "3210.50", "landed": "3000.00", "quarantined": "110.50", "duplicates": "100.00"},
        },
    }
    assert result["quarantine"] == {
        "open": {"rows": 3, "amounts": {"EUR": "110.50"}},
        "new": {"rows": 2, "amounts": {"EUR": "110.50"}},
        "cleared": {"rows": 1, "amounts": {"EUR": "250.00"}},
    }
    assert result["warnings"] == ["exports/bank.csv (bank): 2 rows: the booking date is old"]
    assert result["decisions"] == {"remind": 1, "wait": 2, "silent": 1}
    assert result["reasons"] == {"step_due": 1, "no_usable_contact": 1, "before_first_step": 1, "until_next_step": 1}
    assert result["reminders"] == {
        "planned": 1, "accepted": 1, "rejected": 0, "cancelled": 0, "unknown": 0, "awaiting": 0,
    }  # fmt: skip
    assert result["seconds"] == {"extract": 1.25, "decide": 0.5}


@pytest.mark.parametrize(
    ("language", "said", "warned"),
    [
        (
            "es",
            "Rechazado 3 filas por corregir (110,50\u00a0€); nuevas: 2 (110,50\u00a0€); resueltas desde la entrega anterior: 1 (250,00\u00a0€).",
            "Aviso     exports/bank.csv (bank): 2 rows: the booking date is old",
        ),
        (
            "en",
            "Refused   3 rows to correct (€110.50); 2 new (€110.50), 1 cleared (€250.00) since the delivery before.",
            "Warning   exports/bank.csv (bank): 2 rows: the booking date is old",
        ),
    ],
)
def test_the_terminal_says_what_is_to_be_corrected_what_was_cleared_and_the_warnings(
    summary, language, said, warned
) -> None:
    lines = to_lines(RunResult(summary, None), language)
    assert said in lines
    assert warned in lines


def test_of_many_warnings_the_terminal_shows_five(summary) -> None:
    many = replace(summary, news=replace(summary.news, warnings=tuple(f"warning {number}" for number in range(9))))
    lines = to_lines(RunResult(many, None), "en")
    assert sum(line.startswith("Warning") for line in lines) == 5
    assert "          and 4 more in the report." in lines


def test_the_counts_kept_in_the_ledger_are_those_that_the_history_of_runs_shows(summary, work) -> None:
    counts = run_counts(summary)
    columns = {"planned", "accepted", "rejected", "cancelled", "unknown", "awaiting"}
    names = [f"messages_{name}" if name in columns else name for name in counts]
    shown = work.execute(f"SELECT {', '.join(names)} FROM mart.runs WHERE is_current").fetchone()  # noqa: S608
    assert dict(zip(counts, shown, strict=True)) == counts


def test_a_plan_that_is_ready_is_to_be_sent_and_refused_rows_looked_at(work, news) -> None:
    planned = replace(news, mode="plan", reminders=ReminderCounts(awaiting=1))
    steps = [(step.name, step.number) for step in next_steps(read_summary(work, planned))]
    assert steps == [("send", 1), ("refused", 3), ("no_contact", 1), ("contacts", 4), ("own_duty", 1)]


def test_what_did_not_leave_although_it_was_to_be_sent_is_to_be_sent_again(work, news) -> None:
    throttled = replace(news, mode="send", reminders=ReminderCounts(accepted=3, awaiting=2))
    assert ("send", 2) in [(step.name, step.number) for step in next_steps(read_summary(work, throttled))]


def test_messages_whose_fate_is_unknown_come_before_everything_that_is_not_urgent(work, news) -> None:
    steps = next_steps(read_summary(work, replace(news, reminders=ReminderCounts(unknown=2, rejected=1))))
    assert [(step.name, step.number) for step in steps][:2] == [("unknown", 2), ("rejected", 1)]


def test_messages_that_need_approval_are_not_offered_for_sending(work, news) -> None:
    work.execute("UPDATE decide.reminders SET needs_approval = TRUE")
    planned = replace(news, mode="plan", reminders=ReminderCounts(awaiting=1))
    names = [step.name for step in next_steps(read_summary(work, planned))]
    assert "approve" in names
    assert "send" not in names


def test_a_work_database_without_a_run_is_refused(work, news) -> None:
    work.execute("DELETE FROM run.parameters")
    with pytest.raises(ValueError, match=r"run\.parameters"):
        read_summary(work, news)
