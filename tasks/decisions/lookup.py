"""The decision about one receivable as it was kept on a past day, for `puntual explain --as-of`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tasks.ledger.chain import DecisionRoot
from tasks.ledger.ledger import Ledger
from tasks.warehouse.connection import Connection


@dataclass(frozen=True, kw_only=True)
class SentMessage:
    """A message that listed the receivable that day, where it stands, and the hash of what it said (None: nothing left)."""

    reminder_key: str
    status: str
    content_hash: str | None


@dataclass(frozen=True, kw_only=True)
class KeptDecision:
    """The row of the day's last run, its hashes, and the link of the chain that holds it."""

    run_id: str
    decision: str
    reason: str
    step: str | None
    strategy_version: str
    facts_hash: str
    row_hash: str
    root: str
    messages: tuple[SentMessage, ...]


def kept_decision(
    connection: Connection, folder: Path, ledger: Ledger, receivable_id: str, as_of: date
) -> KeptDecision | None:
    """What the last run of `as_of` kept about the receivable; None where no run of the day did.

    The file is read as it lies there; `puntual check` says whether it is still what was written.
    """
    for link in reversed([link for link in ledger.decision_chain() if link.as_of == as_of]):
        row = _row(connection, folder, link, receivable_id)
        if row is not None:
            return KeptDecision(
                run_id=link.run_id,
                decision=str(row["decision"]),
                reason=str(row["reason"]),
                step=None if row["step"] is None else str(row["step"]),
                strategy_version=link.strategy_version,
                facts_hash=str(row["facts_hash"]),
                row_hash=str(row["row_hash"]),
                root=link.root,
                messages=tuple(
                    SentMessage(
                        reminder_key=message.reminder_key, status=message.status, content_hash=message.content_hash
                    )
                    for message in ledger.messages_about(receivable_id, as_of)
                ),
            )
    return None


def _row(connection: Connection, folder: Path, link: DecisionRoot, receivable_id: str) -> Mapping[str, object] | None:
    file = folder / f"{link.run_id}.parquet"
    if not file.exists():
        return None
    cursor = connection.execute(
        "SELECT decision, reason, step, facts_hash, row_hash FROM read_parquet($1) WHERE receivable_id = $2",
        [str(file), receivable_id],
    )
    names = [str(column[0]) for column in cursor.description or ()]
    found = cursor.fetchone()
    return None if found is None else dict(zip(names, found, strict=True))
