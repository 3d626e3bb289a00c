"""Brings a ledger database to this program's schema, or says why it cannot: only forward, in the caller's transaction."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from tasks.problems import LedgerProblem

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0015"
"""The newest revision; known here so that opening an up-to-date ledger reads no migration files."""


def revision_of(connection: Connection) -> str | None:
    """The revision of the database, or None if it holds no ledger."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)


def migrate(connection: Connection, where: str, *, migrations: Path = MIGRATIONS, head: str = HEAD) -> None:
    """Creates or upgrades the tables; does nothing when they are at `head` already.

    Raises:
        LedgerProblem: the ledger was written by a version of Puntual that this one does not know.
    """
    current = revision_of(connection)
    if current == head:
        return
    # Imported here because a ledger is opened far more often than it is migrated.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise LedgerProblem.at(
            where,
            f"has the schema '{current}', which this version of Puntual does not know (its newest is '{head}')",
            "It was written by a newer version: install that one or a later one. The ledger was not touched.",
        )
    command.upgrade(config, head)
