"""A small model of debtors, a provider and dying processes, walked at random: what the design promises holds on every walk.

Invariants of `docs/design.md` §7: 3 (nothing is dropped), 4 (accepted at most once), 5 (no message to one who paid or objected).
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tasks.ledger.claim import ClaimContext
from tasks.ledger.events import statuses
from tasks.ledger.knowledge import Dispute, Hold, Promise
from tasks.ledger.opening import open_ledger
from tasks.ledger.recheck import ContactCap, Rendered
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Status

COMPANY = "acme"
CUSTOMERS = ("C1", "C2", "C3", "C4", "C5")
RECEIVABLES = {customer: (f"{customer}-a", f"{customer}-b") for customer in CUSTOMERS}
CAP = ContactCap(contacts=2, per_days=5)
ONE_DAY = timedelta(days=1)
THANKS = {"step": "thank_you", "purpose": "thank_you"}
customers = st.sampled_from(CUSTOMERS)
steps = st.sampled_from(["first", "second"])


class Walk(RuleBasedStateMachine):
    def __init__(self, make_workspace, make_draft, empty_ledger: Path) -> None:
        super().__init__()
        self.make_draft = make_draft
        self.folder = Path(tempfile.mkdtemp(prefix="puntual-walk-"))
        workspace = make_workspace(self.folder)
        workspace.paths.state.mkdir()
        shutil.copy(empty_ledger, workspace.paths.ledger)
        self.day = date(2026, 6, 1)
        self.ledger = open_ledger(workspace, clock=lambda: datetime.combine(self.day, datetime.min.time(), UTC))
        self.tokens = 0
        self.rendered: dict[str, Rendered] = {}
        self.open = {r: Decimal("10.00") for owned in RECEIVABLES.values() for r in owned}
        self.planned: dict[date, set[str]] = {}
        self.customer_of: dict[str, str] = {}
        self.items_of: dict[str, tuple[str, ...]] = {}
        self.in_hand: dict[str, str] = {}  # claimed by a process that still lives: key -> token
        self.accepted: Counter[str] = Counter()
        self.objections: dict[str, tuple[str, date]] = {}  # customer -> record and last day

    @initialize()
    def first_plan(self) -> None:
        self.plan(set(CUSTOMERS), "first")

    @rule(chosen=st.sets(customers), step=steps)
    def plan(self, chosen: set[str], step: str) -> None:
        """Reminds of what is open and thanks for what is paid: a run would not do both on a day, and two runs may."""
        draft = self.make_draft(as_of=self.day)
        for customer in sorted(chosen):
            open_amounts = {r: str(self.open[r]) for r in RECEIVABLES[customer] if self.open[r] > 0}
            paid = {r: "10.00" for r in RECEIVABLES[customer] if self.open[r] == 0}
            for amounts, said in ((open_amounts, {"step": step}), (paid, THANKS)):
                if not amounts:
                    continue
                key = draft.message(customer, amounts, **said)
                if key not in self.in_hand and not self.accepted[key]:
                    self.items_of[key] = tuple(amounts)  # what is or may be said keeps its items
                self.customer_of[key] = customer
                self.planned.setdefault(self.day, set()).add(key)
        draft.plan_in(self.ledger)
        self.rendered.update(draft.rendered)  # may now differ from what the ledger holds of claimed ones

    @rule(step=steps)
    def a_day_begins(self, step: str) -> None:
        self.day += ONE_DAY
        self.objections = {c: (record, last) for c, (record, last) in self.objections.items() if last >= self.day}
        self.plan(set(CUSTOMERS), step)

    @rule(receivable=st.sampled_from([r for owned in RECEIVABLES.values() for r in owned]), rest=st.sampled_from("04"))
    def someone_pays(self, receivable: str, rest: str) -> None:
        self.open[receivable] = min(self.open[receivable], Decimal(rest))

    @rule(customer=customers)
    def someone_pays_all(self, customer: str) -> None:
        self.open.update(dict.fromkeys(RECEIVABLES[customer], Decimal(0)))

    @rule(receivable=st.sampled_from([r for owned in RECEIVABLES.values() for r in owned]))
    def a_payment_comes_back(self, receivable: str) -> None:
        self.open[receivable] = Decimal("10.00")

    @rule(customer=customers, kind=st.sampled_from(["dispute", "hold", "promise"]))
    def someone_objects(self, customer: str, kind: str) -> None:
        if customer in self.objections:
            return
        who = {"customer_id": customer, "author": "ana", "recorded_on": self.day}
        soon = self.day + ONE_DAY
        learned = {
            "dispute": Dispute(**who, reason="x", opened_on=self.day),
            "hold": Hold(**who, reason="x", from_on=self.day, until_on=soon),
            "promise": Promise(**who, promised_for=soon),
        }[kind]
        self.objections[customer] = (self.ledger.record(learned), date.max if kind == "dispute" else soon)

    @rule(customer=customers)
    def an_objection_ends(self, customer: str) -> None:
        record_id, _ = self.objections.get(customer, ("", None))
        if record_id.startswith("dispute"):
            self.ledger.resolve_dispute(record_id, resolved_on=self.day)
            del self.objections[customer]
        elif record_id.startswith("hold"):
            self.ledger.release_hold(record_id, released_on=self.day)
            del self.objections[customer]

    @rule()
    def a_process_claims_everything_it_knows(self) -> None:
        self.tokens += 1
        token = f"t{self.tokens}"
        keys = sorted(key for keys in self.planned.values() for key in keys)
        before = {
            customer: {
                day
                for day, keys in self.planned.items()
                for k in keys
                if self.customer_of[k] == customer and self.accepted[k]
            }
            for customer in CUSTOMERS
        }
        context = ClaimContext(
            as_of=self.day,
            today=self.day,
            rendered=self.rendered,
            open_amounts=self.open,
            claim_token=token,
            cap=CAP,
        )
        result = self.ledger.claim(keys, context=context)
        assert len(result.claimed) + len(result.cancelled) + len(result.skipped) == len(keys)
        said_today = {
            receivable
            for key in self.planned.get(self.day, ())
            if key in self.in_hand or self.accepted[key]
            for receivable in self.items_of[key]
        }
        spoken_to = {
            self.customer_of[key] for key in self.planned.get(self.day, ()) if key in self.in_hand or self.accepted[key]
        }
        for claimed in result.claimed:
            key, customer = claimed.reminder.reminder_key, claimed.reminder.customer_id
            is_thanks = claimed.reminder.purpose == "thank_you"
            assert key not in self.in_hand, "claimed twice"
            assert not self.accepted[key], "claimed after it was accepted"
            objection, _ = self.objections.get(customer, ("", None))
            assert not objection or (is_thanks and objection.startswith("promise")), "claimed against an objection"
            if is_thanks:
                assert all(self.open[item.receivable_id] == 0 for item in claimed.items), "thanked though not paid"
                assert customer not in spoken_to, "thanked on the day of another message"
            else:
                assert all(item.open_amount == self.open[item.receivable_id] > 0 for item in claimed.items), (
                    "claimed though paid"
                )
            spoken_to.add(customer)
            receivables = {item.receivable_id for item in claimed.items}
            assert said_today.isdisjoint(receivables), "a receivable in two messages of a day"
            said_today |= receivables
            recent = {day for day in before[customer] - {self.day} if abs((day - self.day).days) < CAP.per_days}
            assert len(recent) < CAP.contacts, "claimed above the cap"
            self.in_hand[key] = token

    @precondition(lambda self: self.in_hand)
    @rule(fates=st.lists(st.tuples(st.booleans(), st.sampled_from(["told", "lost", "process dies"])), min_size=1))
    def messages_are_sent(self, fates: list[tuple[bool, str]]) -> None:
        for key, (is_taken, answer) in zip(sorted(self.in_hand), fates, strict=False):
            token = self.in_hand.pop(key)
            if is_taken:
                self.accepted[key] += 1
                assert self.accepted[key] == 1, "a provider accepted a message twice"
            if answer == "process dies":
                continue
            status = Status.UNKNOWN if answer == "lost" else Status.ACCEPTED if is_taken else Status.PLANNED
            self.ledger.settle([Outcome(reminder_key=key, status=status)], claim_token=token)

    @rule()
    def claims_are_given_up(self) -> None:
        self.ledger.abandon_claims(claimed_before=datetime.max.replace(tzinfo=UTC))

    @rule()
    def unknown_ones_are_looked_up(self) -> None:
        for reminder in self.ledger.unknown():
            if self.accepted[reminder.reminder_key]:
                self.ledger.resolve(reminder.reminder_id, Status.ACCEPTED, evidence="lookup")
            elif reminder.reminder_key not in self.in_hand:  # whoever might still send it is dead
                self.ledger.resolve(reminder.reminder_id, Status.PLANNED, evidence="lookup")

    @invariant()
    def nothing_planned_is_dropped(self) -> None:
        for day, keys in self.planned.items():
            assert self.ledger.counts(as_of=day).planned == len(keys)

    @invariant()
    def what_was_accepted_is_known_or_in_doubt_and_nothing_else_counts_as_accepted(self) -> None:
        known = [key for keys in self.planned.values() for key in keys]
        with self.ledger._store.reading() as connection:
            standing = statuses(connection, COMPANY, known)
        for key, number in self.accepted.items():
            assert number <= 1
            assert standing[key] in ("accepted", "claimed", "unknown") if number else True
        assert all(self.accepted[key] for key, status in standing.items() if status == "accepted")

    def teardown(self) -> None:
        self.ledger.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_no_walk_through_the_states_breaks_a_promise(workspace_at, new_draft, empty_sqlite_ledger) -> None:
    from hypothesis.stateful import run_state_machine_as_test  # noqa: PLC0415 only here is it needed

    run_state_machine_as_test(
        lambda: Walk(workspace_at, new_draft, empty_sqlite_ledger),
        settings=settings(
            max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
