"""Planning: what was decided for a day becomes what is planned, however often and in whatever order it is said again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BindParameter, Connection, bindparam, delete, select, update

from tasks.ledger.bulk import insert_rows
from tasks.ledger.events import Change, apply, chunks, statuses, write_events
from tasks.ledger.reminders import PlannedItem, PlannedReminder, PlanResult, reminder_id_of
from tasks.ledger.states import REFRESHABLE, Reason, Status
from tasks.ledger.tables import reminder_items, reminders


def plan(
    connection: Connection,
    *,
    company_id: str,
    run_id: str,
    as_of: date,
    reminders_in: Sequence[PlannedReminder],
    items_in: Sequence[PlannedItem],
    at: datetime,
) -> PlanResult:
    """Makes the ledger's plan of `as_of` equal to `reminders_in`, except for what was claimed or settled before, which stays.

    Planned and cancelled reminders of the same key are rewritten with the new content. Planned ones that the new plan does not hold,
    of this day or an earlier one, are cancelled as superseded.
    """
    _check(company_id, reminders_in, items_in)
    known = statuses(connection, company_id, (reminder.reminder_key for reminder in reminders_in))
    added = [reminder for reminder in reminders_in if reminder.reminder_key not in known]
    refreshed = [r for r in reminders_in if known.get(r.reminder_key) in REFRESHABLE]
    rewritten = {reminder.reminder_key for reminder in (*added, *refreshed)}
    superseded = _superseded(connection, company_id, as_of, {r.reminder_key for r in reminders_in})

    _cancel(connection, superseded, run_id=run_id, at=at)
    _revive(connection, refreshed, known, run_id=run_id, at=at)
    _write_reminders(connection, added=added, refreshed=refreshed, run_id=run_id, as_of=as_of)
    _write_items(
        connection,
        [item for item in items_in if item.reminder_key in rewritten],
        {reminder.reminder_key: reminder for reminder in (*added, *refreshed)},
        as_of,
        stale=[reminder.reminder_key for reminder in refreshed],
    )
    write_events(connection, ((r.reminder_key, None, Status.PLANNED, f"run {run_id}") for r in added), at=at)
    return PlanResult(len(added), len(refreshed), len(reminders_in) - len(rewritten), len(superseded))


def _check(company_id: str, reminders_in: Sequence[PlannedReminder], items_in: Sequence[PlannedItem]) -> None:
    """A plan that contradicts itself is a defect of whoever made it; better no message than a wrong one."""
    items_of = Counter(item.reminder_key for item in items_in)
    total_of: defaultdict[str, Decimal] = defaultdict(Decimal)
    for item in items_in:
        total_of[item.reminder_key] += item.said_amount
    for reminder in reminders_in:
        key = reminder.reminder_key
        if reminder.company_id != company_id:
            raise ValueError(f"{key}: is of company {reminder.company_id}, the ledger was opened for {company_id}")
        if not 0 < reminder.item_count == items_of.pop(key, 0) or total_of[key] != reminder.total_amount:
            raise ValueError(
                f"{key}: item_count and total_amount do not tie to the items given (or the key comes twice)"
            )
    if items_of:
        raise ValueError(f"{next(iter(items_of))}: has items but no reminder")


def _superseded(connection: Connection, company_id: str, as_of: date, kept: set[str]) -> list[str]:
    rows = connection.execute(
        select(reminders.c.reminder_key).where(
            reminders.c.company_id == company_id,
            reminders.c.status == Status.PLANNED.value,
            reminders.c.as_of <= as_of,
        )
    )
    return [key for (key,) in rows if key not in kept]


def _cancel(connection: Connection, keys: Iterable[str], *, run_id: str, at: datetime) -> None:
    detail = f"{Reason.SUPERSEDED} by run {run_id}"
    apply(
        connection,
        [Change(key, Status.PLANNED, Status.CANCELLED, Reason.SUPERSEDED, detail) for key in keys],
        at=at,
    )


def _revive(
    connection: Connection,
    refreshed: Iterable[PlannedReminder],
    known: Mapping[str, Status],
    *,
    run_id: str,
    at: datetime,
) -> None:
    cancelled = [(r.reminder_key, known[r.reminder_key]) for r in refreshed if known[r.reminder_key] != Status.PLANNED]
    apply(
        connection,
        [Change(key, status, Status.PLANNED, detail=f"planned again by run {run_id}") for key, status in cancelled],
        at=at,
    )


def _write_reminders(
    connection: Connection,
    *,
    added: Sequence[PlannedReminder],
    refreshed: Sequence[PlannedReminder],
    run_id: str,
    as_of: date,
) -> None:
    new = {"run_id": run_id, "as_of": as_of, "status": Status.PLANNED.value, "attempts": 0}
    insert_rows(
        connection, reminders, [{**vars(r), **new, "reminder_id": reminder_id_of(r.reminder_key)} for r in added]
    )
    if refreshed:
        content: dict[str, BindParameter[object]] = {
            name: bindparam(f"new_{name}") for name in vars(refreshed[0]) if name != "reminder_key"
        }
        connection.execute(
            update(reminders)
            .where(reminders.c.reminder_key == bindparam("key"), reminders.c.status == Status.PLANNED.value)
            .values(run_id=run_id, **content),
            [
                {"key": r.reminder_key, **{f"new_{n}": value for n, value in vars(r).items() if n != "reminder_key"}}
                for r in refreshed
            ],
        )


def _write_items(
    connection: Connection,
    items: Sequence[PlannedItem],
    parents: Mapping[str, PlannedReminder],
    as_of: date,
    *,
    stale: Iterable[str],
) -> None:
    for chunk in chunks(stale):
        connection.execute(delete(reminder_items).where(reminder_items.c.reminder_key.in_(chunk)))
    insert_rows(
        connection,
        reminder_items,
        [
            {
                **vars(item),
                "as_of": as_of,
                "channel": parents[item.reminder_key].channel,
                "is_live": False,
            }
            for item in items
        ],
    )
