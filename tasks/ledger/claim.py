"""Claiming: the one place where a reminder gets leave to be sent, given once, after a last look at everything the ledger knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, select

from tasks.ledger.approvals import approvals_for, use_approvals
from tasks.ledger.day_limits import DayLimits, Room, room
from tasks.ledger.events import Change, apply, chunks
from tasks.ledger.provider_events import fold_kept
from tasks.ledger.recheck import ContactCap, Refusal, Rendered, Situation, difference_from, refusal_of
from tasks.ledger.reminders import ClaimedReminder, ClaimResult, NotClaimed, PlannedItem, Reminder
from tasks.ledger.situation import look_around
from tasks.ledger.states import Reason, Status
from tasks.ledger.stops import in_force
from tasks.ledger.strategies import Gate, may_send, versions
from tasks.ledger.tables import reminder_items, reminders


@dataclass(frozen=True, kw_only=True)
class ClaimContext:
    """What the sending process knows at claim time.

    `today`: the day of sending in the company's time zone; what was learned up to it counts, also when the plan is older.
    `rendered`: by reminder key, what would leave. `open_amounts`: by receivable, what is open of it by the newest landed payments, 0
    for what is paid; absent: the sender knows nothing of it. `claim_token`: from `Ledger.sending`; names the process that claims.
    `judged_promises`: ids of those that the plan was made with: what they leave to be said is in it already. `cap`: over all channels (None: no limit);
    `channel_caps`: beside it, by single channels.
    `strategy_gate`: when the strategy that a reminder was planned under needs a person's approval. `limits`: of the day (None: none).
    """

    as_of: date
    today: date
    rendered: Mapping[str, Rendered]
    open_amounts: Mapping[str, Decimal]
    claim_token: str
    judged_promises: frozenset[str] = frozenset()
    cap: ContactCap | None = None
    channel_caps: tuple[ContactCap, ...] = ()
    strategy_gate: Gate = "never"
    limits: DayLimits | None = None


def claim(
    connection: Connection,
    keys: Sequence[str],
    *,
    company_id: str,
    context: ClaimContext,
    at: datetime,
) -> ClaimResult:
    """Claims what of `keys` may be sent now; the caller's transaction makes it durable before anything leaves.

    Each key ends in exactly one part of the result: claimed, cancelled (now, for what the ledger or the payments say), or skipped
    (untouched: not planned any more, stopped by a person, over the day's limit, awaiting approval of itself or of its strategy, of another
    day, not in the ledger, or not what the sender has ready).

    What differs from what the sender has ready is left planned, because nobody knows here which of the two is newer: the run that
    planned it sends it, or the next plan of the day refreshes it.
    """
    wanted = list(dict.fromkeys(keys))
    found = load(connection, company_id, wanted)
    ids = [f.reminder.reminder_id for f in found.values() if f.reminder.status is Status.PLANNED]
    if fold_kept(
        connection, ids, company_id=company_id, at=at
    ):  # the provider told of one that this ledger took for planned
        found = load(connection, company_id, wanted)
    harsh = [f for f in found.values() if f.reminder.needs_approval]
    approvals = approvals_for(connection, company_id, harsh, today=context.today)
    strategies = versions(connection, company_id)
    stops = in_force(connection, company_id)
    skipped, candidates = [], []
    for key in wanted:
        reason = _why_skipped(found.get(key), context, is_approved=key in approvals, strategies=strategies)
        if reason is None and any(stop.covers(found[key].reminder.channel) for stop in stops):
            reason = Reason.SENDING_STOPPED
        if reason is None:
            candidates.append(found[key])
        else:
            skipped.append(NotClaimed(key, found[key].reminder.status if key in found else None, reason))
    situation = look_around(
        connection,
        company_id,
        candidates,
        as_of=context.as_of,
        today=context.today,
        caps=(*([context.cap] if context.cap else []), *context.channel_caps),
        judged_promises=context.judged_promises,
    )
    left = room(connection, company_id, context.limits)
    claimed, cancelled, passed_over = _judge(candidates, situation, context, left)
    apply(
        connection,
        [_claimed_change(r.reminder, context) for r in claimed] + [_cancelled_change(k, r) for k, r in cancelled],
        at=at,
        claim_token=context.claim_token,
    )
    use_approvals(connection, {r.reminder.reminder_key: approvals.get(r.reminder.reminder_key) for r in claimed})
    return ClaimResult(
        claimed=tuple(_as_claimed(r, context, at) for r in claimed),
        cancelled=tuple(NotClaimed(key, refusal.status, refusal.reason) for key, refusal in cancelled),
        skipped=(*skipped, *passed_over),
    )


def load(connection: Connection, company_id: str, keys: Sequence[str]) -> dict[str, ClaimedReminder]:
    """The reminders of `keys` with their items, whatever their state, by key; unknown keys are absent."""
    items: dict[str, list[PlannedItem]] = {}
    item_columns = [reminder_items.c[column.name] for column in fields(PlannedItem)]
    found: dict[str, ClaimedReminder] = {}
    for chunk in chunks(keys):
        for row in connection.execute(
            select(*item_columns)
            .where(reminder_items.c.reminder_key.in_(chunk))
            .order_by(reminder_items.c.reminder_key, reminder_items.c.receivable_id)
        ):
            item = PlannedItem(**row._mapping)
            items.setdefault(item.reminder_key, []).append(item)
        for row in connection.execute(select(reminders).where(reminders.c.reminder_key.in_(chunk))):
            reminder = reminder_from(row._mapping)
            if reminder.company_id == company_id:
                found[reminder.reminder_key] = ClaimedReminder(reminder, tuple(items.get(reminder.reminder_key, ())))
    return found


def reminder_from(row: RowMapping) -> Reminder:
    """A row of the table `reminders` as a value."""
    return Reminder(**{**row, "status": Status(row["status"])})


def _why_skipped(
    found: ClaimedReminder | None,
    context: ClaimContext,
    *,
    is_approved: bool,
    strategies: frozenset[str],
) -> Reason | None:
    if found is None:
        return Reason.NOT_IN_LEDGER
    if found.reminder.status is not Status.PLANNED:
        return Reason.NOT_PLANNED
    if found.reminder.as_of != context.as_of:
        return Reason.OTHER_DAY
    if found.reminder.needs_approval and not is_approved:
        return Reason.AWAITING_APPROVAL
    if not may_send(strategies, found.reminder.strategy_version, context.strategy_gate):
        return Reason.AWAITING_STRATEGY
    return None


def _judge(
    candidates: Sequence[ClaimedReminder], situation: Situation, context: ClaimContext, left: Room
) -> tuple[list[ClaimedReminder], list[tuple[str, Refusal]], list[NotClaimed]]:
    """What to claim, to cancel and to leave, in the order asked for: of two messages about one receivable the first is claimed."""
    claimed, cancelled, passed_over = [], [], []
    for candidate in candidates:
        key = candidate.reminder.reminder_key
        refusal = refusal_of(candidate, situation, context.open_amounts)
        difference = difference_from(candidate, context.rendered.get(key), context.open_amounts)
        if refusal is not None:
            cancelled.append((key, refusal))
        elif difference is not None:
            passed_over.append(NotClaimed(key, Status.PLANNED, difference))
        elif not left.take(candidate.reminder.channel):
            passed_over.append(NotClaimed(key, Status.PLANNED, Reason.DAY_LIMIT))
        else:
            claimed.append(candidate)
            situation.said_today.add(candidate)
    return claimed, cancelled, passed_over


def _claimed_change(reminder: Reminder, context: ClaimContext) -> Change:
    return Change(reminder.reminder_key, Status.PLANNED, Status.CLAIMED, detail=context.claim_token)


def _cancelled_change(key: str, refusal: Refusal) -> Change:
    return Change(key, Status.PLANNED, refusal.status, refusal.reason)


def _as_claimed(found: ClaimedReminder, context: ClaimContext, at: datetime) -> ClaimedReminder:
    reminder = replace(
        found.reminder,
        status=Status.CLAIMED,
        status_reason=None,
        claim_token=context.claim_token,
        claimed_at=at,
        attempts=found.reminder.attempts + 1,
    )
    return replace(found, reminder=reminder)
