"""Our own history of runs, which outlives the orchestrator's database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Connection, delete, insert, update

from tasks.ledger.tables import runs
from tasks.problems import LedgerProblem

RunMode = Literal["plan", "send"]
RunStatus = Literal["completed", "failed"]


@dataclass(frozen=True, kw_only=True)
class RunStart:
    """A run that begins; `mode` plan: nothing leaves."""

    run_id: str
    as_of: date
    mode: RunMode
    strategy_version: str | None = None


def start_run(connection: Connection, run: RunStart, *, company_id: str, at: datetime) -> None:
    """Records that `run` began. A run that is retried under the same id begins anew."""
    connection.execute(delete(runs).where(runs.c.run_id == run.run_id, runs.c.company_id == company_id))
    connection.execute(insert(runs).values(**vars(run), company_id=company_id, status="running", started_at=at))


def finish_run(
    connection: Connection,
    run_id: str,
    *,
    company_id: str,
    status: RunStatus,
    counts: Mapping[str, int],
    warehouse: str | None,
    strategy_version: str | None,
    at: datetime,
) -> None:
    """Records how the run ended.

    Raises:
        LedgerProblem: it never began.
    """
    changed: dict[str, object] = {
        "status": status,
        "finished_at": at,
        "counts": json.dumps(dict(counts), sort_keys=True),
        "warehouse": warehouse,
    }
    if strategy_version is not None:
        changed["strategy_version"] = strategy_version
    ended = connection.execute(
        update(runs).where(runs.c.run_id == run_id, runs.c.company_id == company_id).values(changed)
    )
    if ended.rowcount != 1:
        raise LedgerProblem.at(f"run {run_id}", "is not in the ledger", "Start the run before it is finished.")
