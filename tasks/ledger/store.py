"""The database behind the ledger: how it is opened, and what a transaction is, on SQLite and on PostgreSQL.

A writing transaction is alone: SQLite takes its write lock at once (`BEGIN IMMEDIATE`), PostgreSQL an advisory lock per company. What
it read is therefore still true when it commits, and a commit has reached the disk when it returns.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError

from tasks.problems import LedgerProblem, Problem

Clock = Callable[[], datetime]
"""Gives the present moment, with its time zone."""

BUSY_TIMEOUT_SECONDS = 60
"""How long a SQLite writer waits for another one; a day's plan of 100,000 reminders holds the lock for some seconds."""

_WRITES = "puntual_writes"
_ZONE = "puntual_zone"


@dataclass(frozen=True)
class Store:
    """An open ledger database, for one company. `where` names it in messages, without a password.

    `zone`: the company's, by which its days begin and end (`day_of`).
    """

    engine: Engine
    where: str
    company_id: str
    clock: Clock
    zone: ZoneInfo

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, alone among the writers of this company; durable once the block has ended.

        Raises:
            LedgerProblem: the database failed; nothing of the block was kept (or, if the connection broke during the commit
                itself, it was kept as a whole).
        """
        with self._translated(), begin_writing(self.engine, self.company_id, zone=self.zone) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction that sees one state of the ledger throughout, and waits for no writer."""
        isolation = {"isolation_level": "REPEATABLE READ"} if self.engine.dialect.name == "postgresql" else {}
        options = {_ZONE: self.zone, **isolation}
        with self._translated(), self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def pack(self) -> None:
        """Leaves nothing of deleted values in a SQLite file or its log; PostgreSQL does so by its own VACUUM."""
        if self.engine.dialect.name != "sqlite":
            return
        with self._translated(), closing(self.engine.raw_connection()) as connection:
            # Outside of any transaction, which SQLAlchemy's own connections are not here.
            cursor = connection.cursor()
            try:
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error as error:
                raise LedgerProblem.at(
                    self.where,
                    f"was erased from, but could not be packed: {error}",
                    "End other processes, then erase again.",
                ) from error

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, psycopg.Error) as error:
            raise ledger_problem(error, self.where) from error


@contextmanager
def begin_writing(engine: Engine, lock: str, *, zone: ZoneInfo | None = None) -> Iterator[Connection]:
    """A transaction that is alone: in the whole file on SQLite, among those who take the same `lock` on PostgreSQL.

    `zone`: of the company, for who asks for its days; None: nobody does.
    """
    with (
        _turn_of(engine),
        engine.connect().execution_options(**{_WRITES: True, _ZONE: zone}) as connection,
        connection.begin(),
    ):
        if engine.dialect.name == "postgresql":
            connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:lock, 0))"), {"lock": f"puntual ledger {lock}"}
            )
        yield connection


def day_of(connection: Connection, moment: datetime) -> date:
    """The day of the company's calendar on which `moment`, a timestamp of the ledger, was: in the evening it is not that of UTC.

    Raises:
        TypeError: the transaction was begun for no company.
    """
    zone = connection.get_execution_options().get(_ZONE)
    if not isinstance(zone, ZoneInfo):
        raise TypeError("the transaction knows no company's time zone")
    return moment.astimezone(zone).date()


@contextmanager
def _turn_of(engine: Engine) -> Iterator[None]:
    """The turn among this process's writers of one SQLite file.

    SQLite knows no queue: who finds the file locked sleeps and looks again, longer each time, while it may be free. Threads that send
    side by side would wait for each other's naps. Who is not let in after the usual time asks SQLite itself, which then says so.
    """
    database = engine.url.database
    if engine.dialect.name != "sqlite" or database is None:
        yield
        return
    with _TURNS_LOCK:
        turn = _TURNS.setdefault(database, Lock())
    is_mine = turn.acquire(timeout=BUSY_TIMEOUT_SECONDS)
    try:
        yield
    finally:
        if is_mine:
            turn.release()


_TURNS: dict[str, Lock] = {}
_TURNS_LOCK = Lock()


def sqlite_engine(path: Path) -> Engine:
    """An engine on the SQLite file at `path`, which is created if it does not exist."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        hide_parameters=True,  # statements carry recipients, and errors end in logs
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def postgresql_engine(url: str, where: str) -> Engine:
    """An engine on PostgreSQL through psycopg 3; `where` names the setting the URL came from.

    Raises:
        LedgerProblem: `url` is not the URL of a PostgreSQL database.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "postgresql":
            raise LedgerProblem.at(where, "is not a PostgreSQL URL", "Write postgresql://USER:PASSWORD@HOST/DATABASE.")
    except (SQLAlchemyError, NoSuchModuleError):
        raise LedgerProblem.at(where, "is not a URL", "Write postgresql://USER:PASSWORD@HOST/DATABASE.") from None
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",  # a statement after the writers' lock must see what the last holder committed
        connect_args={
            # A server may be set to acknowledge before the disk has it; a claim must not be.
            "options": "-c synchronous_commit=on -c lock_timeout=60s",
            "connect_timeout": 10,
            # A plan prepared while a table was empty reads it from end to end ever after.
            "prepare_threshold": None,
        },
    )


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, see _begin_sqlite
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def ledger_problem(error: SQLAlchemyError | psycopg.Error, where: str) -> LedgerProblem:
    """The database's error in words that say what to do; without the statement's values."""
    said = _first_line(error)
    if "disk is full" in said or "No space left" in said or "disk I/O error" in said:
        fix = "Free disk space where the ledger is and run the same command again: nothing of this step was recorded."
    elif "locked" in said or "lock timeout" in said:
        fix = "Another process has been writing for a minute. Wait for it to end, then run the same command again."
    elif "not a database" in said or "malformed" in said:
        fix = "Restore the newest backup of the ledger."
    elif "readonly" in said or "unable to open" in said or "ermission denied" in said:
        fix = "Make the ledger and its folder writable for this user."
    elif isinstance(error, (OperationalError, psycopg.OperationalError)):
        fix = "See that the database is up and reachable, then run the same command again."
    else:
        fix = "Nothing of this step was recorded. Run the same command again; if it fails again, report it with this message."
    return LedgerProblem(Problem("error", where, f"the database said '{said}'", fix))


def _first_line(error: SQLAlchemyError | psycopg.Error) -> str:
    """The first line only: PostgreSQL's later lines may quote a row."""
    original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return str(original).strip().split("\n", 1)[0]
