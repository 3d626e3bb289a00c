"""The key by which an entry is known again when another statement, or the same one, has it once more.

Banks repeat: a file is sent twice, and downloads overlap. Where the bank gives an entry a reference, that is its key. Where
it gives none, equal entries of one day are told apart by the balance at which the day began in their statement: two statements
of one day, one after the other, begin at different balances, and a statement that has the whole day again at the same one.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields
from decimal import Decimal
from itertools import accumulate
from tempfile import SpooledTemporaryFile

from tasks.extract.bank_files.entry import Entry, StatementEnd

IN_MEMORY_BYTES = 16 << 20


def entry_rows(parts: Iterable[Entry | StatementEnd]) -> Iterator[dict[str, str]]:
    """The entries as text by `HEADERS`, each with an `entry_id`; after the entries of a statement comes its end.

    The id is a hash of account, day, amount, currency and the references, or the text and the day's balance where the bank
    gives no reference of its own, and of how many such entries the statement already had: two equal transfers stay two. The
    day is part of it because banks use short references again. A statement is kept until its end, on disk if it is long.
    """
    with SpooledTemporaryFile(IN_MEMORY_BYTES, "w+", encoding="ascii") as kept:
        moved: dict[str, Decimal] = {}
        for part in parts:
            if isinstance(part, StatementEnd):
                kept.seek(0)
                yield from _identified(kept, part, _balances(part.opening, moved))
                kept.seek(0)
                kept.truncate()
                moved = {}
            else:
                kept.write(json.dumps([_row(part), *_identity(part)]) + "\n")
                if part.status == "booked":
                    moved[_day(part)] = moved.get(_day(part), Decimal(0)) + part.amount


def _identified(kept: Iterable[str], end: StatementEnd, balances: dict[str, str]) -> Iterator[dict[str, str]]:
    seen: Counter[bytes] = Counter()
    for line in kept:
        row, identity, day, has_reference = json.loads(line)
        place = "" if has_reference else balances.get(day, end.name)
        digest = hashlib.sha256("\x1f".join([*identity, place]).encode()).digest()[:16]
        seen[digest] += 1
        suffix = "" if seen[digest] == 1 else f"-{seen[digest]}"
        yield {**row, "entry_id": f"{day.replace('-', '')}-{digest.hex()[:20]}{suffix}"}


def _balances(opening: Decimal | None, moved: dict[str, Decimal]) -> dict[str, str]:
    """The balance at which each day began: the order in which a bank lists the entries of days does not change it."""
    if opening is None:
        return {}
    days = sorted(moved)
    begun = accumulate((moved[day] for day in days), initial=opening)
    return {day: _plain(balance) for day, balance in zip(days, begun, strict=False)}


def _row(entry: Entry) -> dict[str, str]:
    row = {field.name: str(getattr(entry, field.name)) for field in fields(Entry)}
    row["amount"] = format(entry.amount, "f")
    return row


def _identity(entry: Entry) -> tuple[list[str], str, bool]:
    told = (entry.counterparty_account, entry.counterparty_name, entry.remittance_text)
    named = (entry.bank_reference or " ".join(told), entry.end_to_end_id)
    words = " ".join(" ".join(named).split()).casefold()
    day = _day(entry)
    return [entry.account, day, _plain(entry.amount), entry.currency, words], day, bool(entry.bank_reference)


def _day(entry: Entry) -> str:
    return entry.booked_on or entry.value_on


def _plain(amount: Decimal) -> str:
    """The number without zeros at its end, however the statement writes it."""
    return format(amount.normalize(), "f")
