"""A database in memory beside the work database, in which the same SQL is built from other inputs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tasks.warehouse.connection import Connection


@contextmanager
def beside(connection: Connection, name: str) -> Iterator[str]:
    """An empty database called `name`, in use within the block, which is given the name of the work database.

    Names of two parts mean relations of the new database; one of the work database is named by three. Gone afterwards.
    """
    found = connection.execute("SELECT current_catalog()").fetchone()
    work = str(found[0]) if found else ""
    connection.execute(f"ATTACH ':memory:' AS \"{name}\"")
    connection.execute(f'USE "{name}"')
    try:
        yield work
    finally:
        connection.execute(f'USE "{work}"')
        connection.execute(f'DETACH "{name}"')


def create_view(connection: Connection, relation: str, select: str) -> None:
    """Creates the view `relation` (`schema.name`) and its schema in the database in use."""
    schema, name = relation.split(".")
    connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
    connection.execute(f'CREATE VIEW "{schema}"."{name}" AS {select}')
