"""Builds the lines of the day in a work database in which the decisions are built, and writes who got which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from tasks.segment.ladders import WORK_CHANNELS
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty
from tasks.warehouse.models import build
from tasks.worklist.allot import Allotment, Line
from tasks.worklist.policy import Worklists
from tasks.worklist.tables import TABLES, load_worklist_policy, replace

RISK_SCHEMAS = ("delays", "loss")
"""What a line's worth is made of; built for the report too, but only after the day's messages are on their way."""

_WORK_TODAY = "SELECT count(*) FROM decide.reminders WHERE channel IN (SELECT unnest($1))"
_LINES = """
SELECT reminder_key, list_channel, zone, segment, minutes, needs_approval FROM worklist.lines ORDER BY place
"""
_COMPANY = "SELECT company_id FROM run.parameters"
_EXISTS = "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'policy' AND table_name = 'worklist_parameters'"


def has_work(connection: Connection) -> bool:
    """Whether the day decided anything that people do."""
    return _number(connection, _WORK_TODAY, list(WORK_CHANNELS)) > 0


def build_lines(connection: Connection, worklists: Worklists) -> None:
    """Builds `delays`, `loss` and `worklist`, best lines first; nobody has a line yet. Needs `ledger.reminders`."""
    load_worklist_policy(connection, worklists)
    build(connection, (*RISK_SCHEMAS, "worklist"))


def ensure_lines(connection: Connection) -> None:
    """Builds `worklist` for the mart, in a database in which no list was made, too; what was allotted stays."""
    if not _number(connection, _EXISTS):
        load_worklist_policy(connection, Worklists())
    for relation, columns in TABLES.items():
        create_empty(connection, relation, columns)
    build(connection, ("worklist",))


def read_lines(connection: Connection) -> list[Line]:
    """The lines of the day, best first."""
    return [
        Line(
            reminder_key=key,
            list_channel=channel,
            zone=zone,
            segment=segment,
            minutes=minutes,
            needs_approval=needs_approval,
        )
        for key, channel, zone, segment, minutes, needs_approval in connection.execute(_LINES).fetchall()
    ]


def write_allotments(connection: Connection, allotments: Sequence[Allotment]) -> None:
    """Makes `allotments` the content of `worklist.allotments`."""
    (company_id,) = cast("tuple[str]", connection.execute(_COMPANY).fetchone())
    replace(
        connection,
        "worklist.allotments",
        [
            (
                company_id,
                allotment.reminder_key,
                allotment.collector,
                allotment.place,
                "listed" if allotment.is_listed else "left_over",
                allotment.reason,
            )
            for allotment in allotments
        ],
    )


def _number(connection: Connection, sql: str, *values: object) -> int:
    row = connection.execute(sql, list(values)).fetchone()
    return int(row[0]) if row else 0
