"""The chain of decision roots: each run's root holds the root of the run before, so that no run can be changed unseen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from tasks.ledger.chain_tables import decision_roots
from tasks.problems import LedgerProblem


@dataclass(frozen=True, kw_only=True)
class DecisionEntry:
    """What a run decided, in hashes (hex digits): of its rows, of the facts behind them, of its file and its manifest."""

    run_id: str
    as_of: date
    strategy_version: str
    row_count: int
    rows_root: str
    facts_root: str
    file_hash: str
    manifest_hash: str


@dataclass(frozen=True, kw_only=True)
class DecisionRoot(DecisionEntry):
    """A link of the chain. `number` counts the company's runs from 1; `previous_root` is empty for the first."""

    number: int
    previous_root: str
    root: str


def root_of(entry: DecisionEntry, *, company_id: str, number: int, previous_root: str) -> str:
    """The root of a run: SHA-256 over the root before it and everything the entry says."""
    parts = (
        previous_root,
        company_id,
        str(number),
        entry.run_id,
        entry.as_of.isoformat(),
        entry.strategy_version,
        str(entry.row_count),
        entry.rows_root,
        entry.facts_root,
        entry.file_hash,
        entry.manifest_hash,
    )
    # Each part with its length, so that no two entries are written alike.
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def append(connection: Connection, entry: DecisionEntry, *, company_id: str, at: datetime) -> DecisionRoot:
    """Adds the run to the company's chain; the same entry again gives the link that stands.

    Raises:
        LedgerProblem: the run is in the chain with other decisions. What was decided is never replaced.
    """
    links = chain(connection, company_id)
    found = next((link for link in links if link.run_id == entry.run_id), None)
    if found is not None:
        if vars(entry).items() <= vars(found).items():
            return found
        raise LedgerProblem.at(
            f"run {entry.run_id}",
            "has decided otherwise before",
            "Start a new run: the decisions of a run are kept and never replaced.",
        )
    number, previous = (links[-1].number + 1, links[-1].root) if links else (1, "")
    root = root_of(entry, company_id=company_id, number=number, previous_root=previous)
    link = DecisionRoot(**vars(entry), number=number, previous_root=previous, root=root)
    connection.execute(insert(decision_roots).values(**vars(link), company_id=company_id, recorded_at=at))
    return link


def chain(connection: Connection, company_id: str) -> tuple[DecisionRoot, ...]:
    """The company's links in their order."""
    names = tuple(DecisionRoot.__dataclass_fields__)
    rows = connection.execute(
        select(*(decision_roots.c[name] for name in names))
        .where(decision_roots.c.company_id == company_id)
        .order_by(decision_roots.c.number)
    )
    return tuple(DecisionRoot(**row._mapping) for row in rows)
