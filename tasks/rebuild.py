"""A past or present day's decisions made again from landing and ledger, without Prefect and without writing to either.

For questions (`puntual explain`), checks and measurements; the day's run itself is a flow.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from tasks.consequences.build import build_consequences
from tasks.consequences.check import RATES_FILE
from tasks.consequences.rates import load_rates
from tasks.extract.attach import attach_landing
from tasks.extract.run import extract
from tasks.ledger.ledger import Ledger
from tasks.score.build import build_scores
from tasks.score.fitted.use import scoring_on
from tasks.segment.decide import decide
from tasks.segment.load import load_strategy
from tasks.settings.load import Workspace
from tasks.warehouse.connection import Connection, open_for_building
from tasks.warehouse.work import write_ledger_facts, write_parameters


@contextmanager
def prepared(
    workspace: Workspace, ledger: Ledger, as_of: date, scratch: Path, *, known_on: date, run_id: str = "rebuilt"
) -> Iterator[Connection]:
    """A work database in `scratch` with the inputs of `as_of`: parameters, landing and what the ledger knew."""
    extraction = extract(workspace, as_of=as_of)
    facts = ledger.facts(as_of)
    settings = workspace.settings
    with open_for_building(scratch / "work.duckdb", settings.warehouse) as connection:
        write_parameters(
            connection,
            settings.company,
            run_id=run_id,
            as_of=as_of,
            known_on=known_on,
            letter_service=settings.sending.letter_service,
        )
        attach_landing(connection, workspace, extraction.files)
        write_ledger_facts(connection, facts)
        yield connection


@contextmanager
def rebuilt(
    workspace: Workspace, ledger: Ledger, as_of: date, scratch: Path, *, known_on: date, run_id: str = "rebuilt"
) -> Iterator[Connection]:
    """A work database in `scratch` in which everything up to the decisions of `as_of`, and their claims, is built.

    `known_on` is the day that the exports describe, as for the day's run (`tasks.ledger.live.known_on`); `run_id` names a run
    that is to be built again.
    """
    with prepared(workspace, ledger, as_of, scratch, known_on=known_on, run_id=run_id) as connection:
        build_scores(connection, scoring_on(workspace, as_of))
        strategy = load_strategy(workspace.paths.strategy)
        decide(connection, strategy, batch_size=workspace.settings.sending.batch_size)
        build_consequences(connection, strategy, load_rates(workspace.paths.root / RATES_FILE))
        yield connection
