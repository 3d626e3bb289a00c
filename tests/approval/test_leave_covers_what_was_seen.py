"""A person's leave covers the messages as they were shown, and says what changed of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from tasks.approval.give import Leave, give_leave
from tasks.approval.pending import Pending, pending_of
from tasks.approval.seen import mark_of_all, marks_of, named, remember
from tasks.ledger.ledger import Ledger
from tasks.ledger.opening import open_ledger
from tasks.ledger.reminders import PlannedItem, PlannedReminder
from tasks.problems import LedgerProblem
from tasks.settings.load import Workspace, load_workspace

DAY = date(2026, 6, 1)
KEY = f"acme|C1|v1|last|{DAY}|email|reminder|EUR"


@dataclass
class Desk:
    """A workspace with one message that waits, and a person who looks at it."""

    workspace: Workspace
    ledger: Ledger

    def plan(self, amounts: dict[str, str], *, address: str = "pay@debtor.example", tone: str = "firm") -> None:
        reminder = PlannedReminder(
            reminder_key=KEY,
            company_id="acme",
            customer_id="C1",
            contact_id="K1",
            contact_role="reminder",
            recipient_name="Someone",
            recipient_address=address,
            channel="email",
            currency="EUR",
            step="last",
            step_rank=1,
            purpose="suspension_deadline",
            tone=tone,
            language="es",
            segment="regular",
            strategy_version="v1",
            item_count=len(amounts),
            total_amount=sum((Decimal(amount) for amount in amounts.values()), Decimal(0)),
            needs_approval=True,
            batch_number=1,
        )
        items = [
            PlannedItem(
                reminder_key=KEY,
                company_id="acme",
                customer_id="C1",
                receivable_id=name,
                step="last",
                open_amount=Decimal(amount),
            )
            for name, amount in amounts.items()
        ]
        self.ledger.plan(run_id="20260601-00000001", as_of=DAY, reminders=[reminder], items=items)

    def look(self) -> Pending:
        pending = pending_of(self.ledger, DAY)
        remember(self.workspace.paths.shown_for_approval, pending)
        return pending

    def approve(self, *names: str, everything: str | None = None) -> tuple[str, ...]:
        leave = Leave(messages=marks_of(names), everything=everything, author="ana")
        return give_leave(self.workspace, self.ledger, pending_of(self.ledger, DAY), leave).reminder_ids


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    person = {"name": "Ana", "email": "ana@acme.example"}
    company = {"id": "acme", "name": "Acme", "country": "ES", "sender": person, "collector": person}
    source = {"name": "invoices", "contract": "receivables", "path": "invoices.csv", "columns": {}}
    (tmp_path / "puntual.yaml").write_text(yaml.safe_dump({"company": company, "sources": [source]}))
    workspace = load_workspace(tmp_path)
    with open_ledger(workspace, clock=lambda: datetime(2026, 6, 1, 6, tzinfo=UTC)) as ledger:
        yield Desk(workspace, ledger)


def test_a_message_is_approved_as_it_was_shown(desk: Desk) -> None:
    desk.plan({"R1": "70.00"})
    (shown,) = desk.look().needing_approval
    assert desk.approve(named(shown)) == (shown.reminder.reminder_id,)


def test_all_that_waits_is_approved_by_the_mark_of_its_list(desk: Desk) -> None:
    desk.plan({"R1": "70.00"})
    assert len(desk.approve(everything=mark_of_all(desk.look()))) == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda desk: desk.plan({"R1": "700.00"}), "amount 70.00 EUR, now 700.00 EUR; R1: 70.00, now 700.00"),
        (lambda desk: desk.plan({"R2": "70.00"}), "receivables added: R2; receivables gone: R1"),
        (lambda desk: desk.plan({"R1": "70.00"}, address="other@debtor.example"), "another recipient"),
        (lambda desk: desk.plan({"R1": "70.00"}, tone="neutral"), "step last (firm), now last (neutral)"),
    ],
)
def test_a_message_that_changed_since_is_refused_with_what_changed(
    desk: Desk, change: Callable[[Desk], None], told: str
) -> None:
    desk.plan({"R1": "70.00"})
    shown = desk.look()
    change(desk)
    desk.look()
    with pytest.raises(LedgerProblem) as refused:
        desk.approve(*map(named, shown.needing_approval))
    assert f"changed since it was shown: {told}" in str(refused.value)
    assert "debtor.example" not in str(refused.value)
    with pytest.raises(LedgerProblem, match="is not what waits"):
        desk.approve(everything=mark_of_all(shown))


def test_what_changes_between_look_and_leave_is_refused_by_the_ledger_itself(desk: Desk) -> None:
    desk.plan({"R1": "70.00"})
    (shown,) = desk.look().needing_approval
    mark = named(shown).partition(":")[2]
    desk.plan({"R1": "71.00"})
    with pytest.raises(LedgerProblem, match="not the message that was looked at"):
        desk.ledger.approve(KEY, author="ana", mark=mark)


def test_an_id_without_its_mark_and_a_strange_one_approve_nothing(desk: Desk) -> None:
    desk.plan({"R1": "70.00"})
    (shown,) = desk.look().needing_approval
    with pytest.raises(LedgerProblem, match="without the mark"):
        desk.approve(shown.reminder.reminder_id)
    with pytest.raises(LedgerProblem, match="is not among the 1"):
        desk.approve(named(shown), "0123:4567")
