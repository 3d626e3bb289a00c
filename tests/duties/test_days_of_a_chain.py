"""Days before a due date: the next missing confirmation is asked, nothing once all are there, and what is denied is ours to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb
import pytest

from tasks.duties.denials import Denied, what_follows
from tasks.duties.kinds import DUTIES, load_kinds
from tasks.duties.links import CONFIRMS, LINKS
from tasks.ledger.fact_schemas import SCHEMAS
from tasks.ledger.knowledge import Dispute, DutyEntry
from tasks.segment.decide import decide
from tasks.segment.load import parse_strategy
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty, create_empty_inputs
from tasks.warehouse.models import build
from tasks.warehouse.work import write_ledger_facts
from tests.segment.filling import BUILT_BEFORE

STRATEGY = parse_strategy({
    "payments_fresh_within_days": "none",
    "quiet_days": {"weekdays": [], "holidays": []},
    "duties": {"owners": {"default": "Eva"}, "within_days": {"document_not_sent": 1}, "escalate_to": "Director"},
    "ladders": {
        "only": [
            {"step": "ask", "before_due": 25, "confirms": "next", "repeat": {"every": 5, "at_most": 1}},
            {"step": "soon", "before_due": 3},
            {"step": "late", "after_due": 5},
        ]
    },
    "segments": [{"name": "all", "ladder": "only"}],
})  # fmt: skip
ITEMS = {"F1": "C1", "F2": "C1", "F3": "C2"}


@dataclass
class Days:
    """A work database in which days of June 2026 are decided one after the other; everything falls due on 10 July."""

    connection: Connection

    def ask(self, day: int, month: int = 6) -> dict[str, list[str]]:
        """What is asked of which receivables; it is remembered as sent. Each open receivable has one decision."""
        as_of = date(2026, month, day)
        self.connection.execute("UPDATE run.parameters SET as_of = $1, known_on = $1", [as_of])
        decide(self.connection, STRATEGY, batch_size=10)
        build(self.connection, ("internal",))
        decided = self.connection.execute(
            "SELECT receivable_id, decision, purpose, reminder_key, step FROM decide.decisions ORDER BY receivable_id"
        ).fetchall()
        assert [row[0] for row in decided] == list(ITEMS)
        asked: dict[str, list[str]] = {}
        for receivable, decision, purpose, _, step in decided:
            if decision == "remind":
                asked.setdefault(purpose, []).append(receivable)
                self.connection.execute(
                    "INSERT INTO ledger.sent_steps BY NAME SELECT 'acme' AS company_id, $1 AS customer_id, $2 AS receivable_id,"
                    " $3 AS step, 'email' AS channel, $4 AS sent_on",
                    [ITEMS[receivable], receivable, step, as_of],
                )
        messages = self.connection.execute(
            "SELECT count(DISTINCT purpose) FROM decide.reminder_items AS i INNER JOIN decide.decisions AS d"
            " USING (company_id, receivable_id) GROUP BY i.reminder_key"
        ).fetchall()
        assert all(purposes == 1 for (purposes,) in messages), "a message asks one thing"
        return asked

    def confirm(self, customer: str, receivable: str | None, kind: str, day: int) -> None:
        self.connection.execute(
            "INSERT INTO ledger.confirmations VALUES ('acme', $1, $2, $3, $4)",
            [customer, receivable, kind, date(2026, 6, day)],
        )

    def note(self, receivable: str, duty: str, day: int, *, is_met: bool) -> None:
        self.connection.execute(
            "INSERT INTO ledger.duty_entries BY NAME SELECT 'acme' AS company_id, $1 AS customer_id, $2 AS receivable_id,"
            " $3 AS duty, $4 AS is_met, $5 AS noted_on",
            [ITEMS[receivable], receivable, duty, is_met, date(2026, 6, day)],
        )

    def tasks(self) -> list[tuple[object, ...]]:
        return self.connection.execute(
            "SELECT task_id, owner, due_by, is_overdue, escalate_to, open_amount, days_held_back FROM internal.tasks ORDER BY ALL"
        ).fetchall()

    def reason(self, receivable: str) -> str:
        found = self.connection.execute(
            "SELECT reason FROM decide.decisions WHERE receivable_id = $1", [receivable]
        ).fetchone()
        assert found is not None
        return str(found[0])


@pytest.fixture
def days() -> Iterator[Days]:
    with duckdb.connect(config={"threads": 1, "autoload_known_extensions": False}) as connection:
        create_empty_inputs(connection)
        write_ledger_facts(connection, {"ledger.reminders": SCHEMAS["ledger.reminders"].empty_table()})
        for relation, columns in BUILT_BEFORE.items():
            typed = {column.split(":")[0]: column.partition(":")[2] or "VARCHAR" for column in columns.split()}
            create_empty(connection, relation, typed)
        connection.execute(
            "INSERT INTO run.parameters VALUES ('r', '2026-06-01', '2026-06-01', 'acme', 'Acme', 'ES', 'es', 'EUR', NULL)"
        )
        for customer in ("C1", "C2"):
            connection.execute(
                "INSERT INTO staging.customers (company_id, customer_id, country) VALUES ('acme', $1, 'ES')", [customer]
            )
            connection.execute(
                "INSERT INTO staging.contacts (company_id, customer_id, contact_id, role, email)"
                " VALUES ('acme', $1, $1, 'reminder', 'pays@debtor.example')",
                [customer],
            )
            connection.execute(
                "INSERT INTO score.customer_scores (company_id, customer_id, is_new) VALUES ('acme', $1, false)",
                [customer],
            )
        for receivable, customer in ITEMS.items():
            connection.execute(
                "INSERT INTO staging.open_receivables (company_id, customer_id, receivable_id, document_number, document_type,"
                " currency, open_amount, invoice_date, due_date, days_overdue)"
                " VALUES ('acme', $1, $2, $2, 'invoice', 'EUR', 100, '2026-06-01', '2026-07-10', -30)",
                [customer, receivable],
            )
        yield Days(connection)


def test_only_the_next_link_is_asked_and_nothing_once_all_are_confirmed(days: Days) -> None:
    assert days.ask(14) == {}, "25 days before the due date is the 15th"
    assert days.ask(16) == {"invoice_received": ["F1", "F2", "F3"]}
    assert days.ask(17) == {}, "one question is not asked twice before its repetition"
    days.confirm("C1", "F1", "invoice_received", 17)
    days.confirm("C2", None, "payment_scheduled", 17)
    assert days.ask(18) == {"goods_received": ["F1"]}
    days.confirm("C1", "F1", "goods_received", 18)
    # F2 still waits for its first answer and hears the question once more, in a message of its own.
    assert days.ask(21) == {"invoice_received": ["F2"], "payment_scheduled": ["F1"]}
    days.confirm("C1", None, "payment_scheduled", 21)
    for day in range(22, 31):
        assert days.ask(day) == {}, f"all is confirmed on {day} June"
    assert days.ask(7, month=7) == {"pre_due": ["F1", "F2", "F3"]}, "the ladder goes on with the next step"


def test_without_an_answer_a_question_is_repeated_as_often_as_the_step_says(days: Days) -> None:
    asked = {day: days.ask(day) for day in range(16, 31)}
    assert [day for day, found in asked.items() if found] == [16, 21]


def test_what_is_denied_is_ours_to_do_escalates_and_ends_when_it_is_done(days: Days) -> None:
    days.ask(16)
    days.note("F1", "document_not_sent", 16, is_met=False)
    days.ask(17)
    assert days.reason("F1") == "own_duty"
    assert days.tasks() == [("document_not_sent:F1", "Eva", date(2026, 6, 17), False, None, 100, 0)]
    assert days.ask(22) == {"invoice_received": ["F2", "F3"]}
    # The repetition of the question opened on the 21st, and has waited a day for us.
    assert days.tasks() == [("document_not_sent:F1", "Eva", date(2026, 6, 17), True, "Director", 100, 1)]
    days.note("F1", "document_not_sent", 22, is_met=True)
    assert days.ask(23) == {"invoice_received": ["F1"]}
    assert days.tasks() == []


def test_a_confirmation_ends_what_was_denied_before_it(days: Days) -> None:
    days.note("F1", "goods_not_received", 16, is_met=False)
    days.ask(17)
    assert days.reason("F1") == "own_duty"
    days.confirm("C1", "F1", "goods_received", 17)
    assert days.ask(18) == {"invoice_received": ["F1"]}
    assert days.tasks() == []


@pytest.mark.parametrize("denied", list(Denied))
def test_a_no_becomes_a_task_where_it_is_ours_and_a_dispute_where_it_is_not(denied: Denied) -> None:
    learned = what_follows(denied, customer_id="C1", receivable_id="F1", note="", author="eva", on=date(2026, 6, 16))
    if denied in (Denied.PAYMENT_DOCUMENT, Denied.PAYMENT_SCHEDULED):
        assert isinstance(learned, Dispute)
        assert learned.reason
    else:
        assert isinstance(learned, DutyEntry)
        assert load_kinds().of(learned.duty).holds_back


def test_the_closed_lists_are_the_same_everywhere() -> None:
    assert tuple(kind.name for kind in load_kinds().duties) == DUTIES
    assert tuple(CONFIRMS) == LINKS
