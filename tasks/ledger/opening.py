"""Opens a workspace's ledger: creates it if there never was one, migrates an older one, refuses one that was lost or put back."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import SQLAlchemyError

from tasks.ledger.events import last_event
from tasks.ledger.ledger import Ledger
from tasks.ledger.marker import Marker, read_marker, write_marker
from tasks.ledger.schema import HEAD, migrate, revision_of
from tasks.ledger.store import Clock, Store, begin_writing, ledger_problem, postgresql_engine, sqlite_engine
from tasks.ledger.tables import about
from tasks.problems import LedgerProblem, Problem
from tasks.settings.load import Workspace

_WHOLE_DATABASE = "schema"
_DELIBERATELY = (
    "If you mean to go on without it, delete {marker}: messages that were already sent may then be sent again."
)


@dataclass(frozen=True)
class _Place:
    """Where a ledger is, in words for messages, and its marker."""

    where: str
    marker: Path

    def problem(self, what: str, fix: str) -> LedgerProblem:
        return LedgerProblem(Problem("error", self.where, what, fix))

    @property
    def deliberately(self) -> str:
        return _DELIBERATELY.format(marker=self.marker)


def open_ledger(workspace: Workspace, *, clock: Clock) -> Ledger:
    """The ledger of `workspace`, at this program's schema. Close it (or use it in a `with`) when done.

    SQLite in the workspace, or PostgreSQL when `ledger.url_env` names an environment variable that holds its URL. `clock` gives the
    timestamps the ledger writes.

    Raises:
        LedgerProblem: the ledger is missing where there was one, is older than it was, is another one, was written by a newer
            version, or its database cannot be used.
    """
    paths = workspace.paths
    variable = workspace.settings.ledger.url_env
    if variable is None:
        place = _Place(str(paths.ledger), paths.ledger_marker)
        _refuse_missing_file(paths.ledger, place)
        engine = sqlite_engine(paths.ledger)
    else:
        place = _Place(f"the ledger at ${variable}", paths.ledger_marker)
        url = os.environ.get(variable)
        if not url:
            raise place.problem(
                "the environment variable is not set", "Set it to postgresql://USER:PASSWORD@HOST/DATABASE."
            )
        engine = postgresql_engine(url, place.where)
    try:
        paths.state.mkdir(parents=True, exist_ok=True)
        if variable is None:
            paths.ledger.touch(mode=0o600)  # it holds names and addresses; SQLite gives its side files the same mode
        ledger_id = _bring_up_to_date(engine, place, clock)
    except OSError as error:
        raise place.problem(
            f"cannot be written: {error.strerror}", "Make its folder writable for this user."
        ) from error
    except SQLAlchemyError as error:
        engine.dispose()
        raise ledger_problem(error, place.where) from error
    except LedgerProblem:
        engine.dispose()
        raise
    store = Store(engine, place.where, workspace.company_id, clock, ZoneInfo(workspace.settings.company.time_zone))
    return Ledger(store, ledger_id=ledger_id, marker=paths.ledger_marker, locks=paths.claim_locks)


def _refuse_missing_file(file: Path, place: _Place) -> None:
    if not file.exists() and read_marker(place.marker) is not None:
        raise place.problem(
            "the file is missing, but this workspace had a ledger; an empty one would repeat every message",
            f"Restore the newest backup. {place.deliberately}",
        )


def _bring_up_to_date(engine: Engine, place: _Place, clock: Clock) -> str:
    """Looks first, so that opening waits for no writer; creates or migrates in one transaction; then writes the marker."""
    marker = read_marker(place.marker)
    with engine.connect() as connection, connection.begin():
        seen = _look(connection, marker, place) if revision_of(connection) == HEAD else None
    if seen is None:
        with begin_writing(engine, _WHOLE_DATABASE) as connection:
            if marker is not None and revision_of(connection) is None:
                raise place.problem(
                    "holds no ledger, but this workspace had one; an empty one would repeat every message",
                    f"Restore the newest backup, or point to the right database. {place.deliberately}",
                )
            migrate(connection, place.where)
            _name_if_new(connection, clock)
            seen = _look(connection, marker, place)
    if marker is None:
        write_marker(place.marker, seen)
    return seen.ledger_id


def _name_if_new(connection: Connection, clock: Clock) -> None:
    if connection.execute(select(about.c.ledger_id)).first() is None:
        connection.execute(insert(about).values(ledger_id=secrets.token_hex(16), created_at=clock()))


def _look(connection: Connection, marker: Marker | None, place: _Place) -> Marker:
    """Which ledger it is and how far it has come; refused when the marker speaks of another or a later one."""
    seen = Marker(str(connection.execute(select(about.c.ledger_id)).scalar_one()), last_event(connection))
    if marker is not None and seen.ledger_id != marker.ledger_id:
        raise place.problem(
            "is another ledger than the one this workspace used before",
            f"Point to the former one, or restore it. {place.deliberately}",
        )
    if marker is not None and seen.last_event < marker.last_event:
        raise place.problem(
            "is older than it was: it looks like an old copy that was put back, and what was sent since is not in it",
            f"Restore the newest backup. {place.deliberately}",
        )
    return seen
