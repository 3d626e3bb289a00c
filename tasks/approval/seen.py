"""What a person was shown of each message that waits, so that leave covers that and nothing else, and a change can be named.

Leave names a message as `ID:MARK`, and all that wait by one mark of the whole list. What was shown is kept in the workspace by mark, for as long
as its day is the one that is looked at: receivables, amounts and the recipient's hash, no names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from tasks.approval.pending import Pending
from tasks.ledger.approvals import mark_of
from tasks.ledger.reminders import ClaimedReminder
from tasks.private_files import write_private_bytes
from tasks.problems import LedgerProblem, Problem
from tasks.settings.strict import Strict

_AGAIN = "Look at it again with `puntual approve DIR`, and approve what it shows now."


class Shown(Strict):
    """One message as it was shown; amounts in `currency`. `recipient`: a hash."""

    step: str
    tone: str
    currency: str
    total: Decimal
    items: dict[str, Decimal]
    recipient: str


_Kept = TypeAdapter(dict[str, Shown])


def named(one: ClaimedReminder) -> str:
    """How leave names the message as it is now."""
    return f"{one.reminder.reminder_id}:{mark_of(one)}"


def mark_of_all(pending: Pending) -> str:
    """One mark for the whole list."""
    return hashlib.sha256("\n".join(sorted(named(one) for one in pending.needing_approval)).encode()).hexdigest()[:12]


def remember(path: Path, pending: Pending) -> None:
    """Keeps what `pending` shows in the file `path`, beside what was shown of the same messages before."""
    known = _recalled(path)
    ids = {one.reminder.reminder_id for one in pending.needing_approval}
    kept = {name: shown for name, shown in known.items() if name.partition(":")[0] in ids}
    kept.update((named(one), _shown(one)) for one in pending.needing_approval)
    write_private_bytes(path, _Kept.dump_json(kept, indent=1))


def marks_of(names: Iterable[str]) -> dict[str, str]:
    """By message id the mark it is named with.

    Raises:
        LedgerProblem: a name has no mark.
    """
    found = {name.partition(":")[0]: name.partition(":")[2] for name in names}
    if missing := [name for name, mark in found.items() if not mark]:
        raise LedgerProblem(
            *(
                Problem(
                    "error",
                    f"message {name}",
                    "is named without the mark that says which of its contents was looked at",
                    "Take ID:MARK as `puntual approve DIR` lists it.",
                )
                for name in missing
            )
        )
    return found


def refuse_changed(path: Path, pending: Pending, marks: Mapping[str, str]) -> None:
    """Lets only messages through that are as they were seen.

    Raises:
        LedgerProblem: one is not; what changed is said where it is known what was shown.
    """
    now = {one.reminder.reminder_id: one for one in pending.needing_approval}
    before = _recalled(path)
    problems = [
        Problem("error", f"message {name}", _what_changed(before.get(f"{name}:{mark}"), _shown(now[name])), _AGAIN)
        for name, mark in marks.items()
        if name in now and mark != mark_of(now[name])
    ]
    if problems:
        raise LedgerProblem(*problems)


def _what_changed(before: Shown | None, now: Shown) -> str:
    changes = [] if before is None else list(_changes(before, now))
    return f"changed since it was shown: {'; '.join(changes)}" if changes else "is not as it was shown"


def _changes(before: Shown, now: Shown) -> Iterator[str]:
    if before.total != now.total:
        yield f"amount {before.total} {before.currency}, now {now.total} {now.currency}"
    if added := sorted(now.items.keys() - before.items.keys()):
        yield f"receivables added: {', '.join(added)}"
    if gone := sorted(before.items.keys() - now.items.keys()):
        yield f"receivables gone: {', '.join(gone)}"
    for name in sorted(before.items.keys() & now.items.keys()):
        if before.items[name] != now.items[name]:
            yield f"{name}: {before.items[name]}, now {now.items[name]}"
    if before.recipient != now.recipient:
        yield "another recipient"
    if (before.step, before.tone) != (now.step, now.tone):
        yield f"step {before.step} ({before.tone}), now {now.step} ({now.tone})"


def _shown(one: ClaimedReminder) -> Shown:
    reminder = one.reminder
    recipient = json.dumps([reminder.contact_id, reminder.recipient_name, reminder.recipient_address])
    return Shown(
        step=reminder.step,
        tone=reminder.tone,
        currency=reminder.currency,
        total=reminder.total_amount,
        items={item.receivable_id: item.open_amount for item in one.items},
        recipient=hashlib.sha256(recipient.encode()).hexdigest()[:16],
    )


def _recalled(path: Path) -> dict[str, Shown]:
    try:
        return _Kept.validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return {}
