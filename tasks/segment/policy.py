"""Loads a strategy into the small tables `policy.*` of the work database, where the SQL of the decisions reads it.

The tables: `tasks/segment/policy_columns.py`, and

* `step_messages`: `ladder, step_rank, attachments VARCHAR[], copy_to` of the steps that add anything (`tasks/segment/step_messages.py`).
* `duty_*`: `tasks/duties/tables.py`.
* `credit_*`, `serving_costs`, `contact_costs`, `class_margins`: `tasks/credit/tables.py`.
* `experiment…`: `tasks/experiment/tables.py`.
* `thank_you…`: `tasks/segment/thank_you.py`.
* `words`: `word`, and `name`, the same as an ENUM (`tasks/segment/words.py`).

No SQL is made from the text of the file: conditions are rows, and bound as parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple

from tasks.credit.tables import TABLES as CREDIT_TABLES
from tasks.credit.tables import load_credit_policy
from tasks.duties.tables import TABLES as DUTY_TABLES
from tasks.duties.tables import rows_of as duty_rows
from tasks.experiment.tables import TABLES as EXPERIMENT_TABLES
from tasks.experiment.tables import rows_of as experiment_rows
from tasks.segment import policy_rows as rows
from tasks.segment.ladders import CHANNELS, WORK_CHANNELS
from tasks.segment.policy_columns import TABLES as OWN_TABLES
from tasks.segment.quiet_days import quiet_days
from tasks.segment.reasons import load_reasons
from tasks.segment.step_messages import COLUMNS as STEP_MESSAGE_COLUMNS
from tasks.segment.step_messages import TABLE as STEP_MESSAGES
from tasks.segment.strategy import Strategy
from tasks.segment.thank_you import TABLES as THANK_YOU_TABLES
from tasks.segment.thank_you import rows_of as thank_you_rows
from tasks.segment.words import COLUMNS as WORD_COLUMNS
from tasks.segment.words import load_words
from tasks.warehouse.column_types import Columns
from tasks.warehouse.connection import Connection
from tasks.warehouse.small_tables import write_small_table

TABLES: Mapping[str, Columns] = {
    **OWN_TABLES,
    STEP_MESSAGES: STEP_MESSAGE_COLUMNS,
    **DUTY_TABLES,
    **CREDIT_TABLES,
    **EXPERIMENT_TABLES,
    **THANK_YOU_TABLES,
    **WORD_COLUMNS,
}
"""The tables this module writes: name to columns."""


def load_policy(
    connection: Connection, strategy: Strategy, *, batch_size: int, customer_countries: Iterable[str]
) -> None:
    """Writes the tables above; needs `run.parameters`.

    Args:
        connection: the work database, writable.
        strategy: a strategy without lint errors.
        batch_size: messages per sending batch, `sending.batch_size` of the workspace.
        customer_countries: the countries whose quiet days are needed, ISO 3166-1 alpha-2.
    """
    countries = list(customer_countries)
    cap = strategy.contact_cap
    _write(connection, "policy.parameters", [rows.parameters(strategy, batch_size)])
    of_channels = cap.per_channel.items() if cap else ()
    _write(connection, "policy.channel_caps", [(channel, own.contacts, own.per_days) for channel, own in of_channels])
    _write(connection, "policy.minimum_amounts", list(strategy.minimum_amount.items()))
    segments = list(enumerate(strategy.segments, start=1))
    _write(connection, "policy.segments", [(rank, segment.name, segment.ladder) for rank, segment in segments])
    _write(
        connection,
        "policy.segment_conditions",
        [row for rank, segment in segments for row in rows.conditions(rank, segment)],
    )
    _write(connection, "policy.ladders", list(rows.ladders(strategy)))
    _write(connection, "policy.steps", list(rows.steps(strategy)))
    _write(connection, "policy.step_channels", list(rows.step_channels(strategy)))
    _write(connection, STEP_MESSAGES, list(rows.step_messages(strategy)))
    _write(connection, "policy.channels", [(channel, channel in WORK_CHANNELS) for channel in CHANNELS])
    _write(connection, "policy.overrides", list(rows.overrides(strategy)))
    _write(connection, "policy.contact_roles", list(rows.contact_roles(strategy)))
    _write(connection, "policy.quiet_days", _quiet_days(connection, strategy, countries))
    reasons = load_reasons().values()
    _write(connection, "policy.reasons", [(reason.decision, reason.name, reason.precedence) for reason in reasons])
    for table, experiments in experiment_rows(strategy.experiments):
        _write(connection, table, experiments)
    for table, duties in duty_rows(strategy.duties, [segment.name for segment in strategy.segments]):
        _write(connection, table, duties)
    for table, thanks in thank_you_rows(strategy.thank_you):
        _write(connection, table, thanks)
    load_credit_policy(connection, strategy.credit_policy, strategy.minimum_amount)
    load_words(connection, customer_countries=countries)


def _write(connection: Connection, table: str, content: Sequence[rows.Row]) -> None:
    write_small_table(connection, table, TABLES[table], content)


def _quiet_days(connection: Connection, strategy: Strategy, customer_countries: Iterable[str]) -> list[rows.Row]:
    run = connection.execute("SELECT as_of, company_country FROM run.parameters").fetchone()
    if run is None:
        raise ValueError("run.parameters has no row")
    as_of, company_country = run
    days = quiet_days(
        strategy.quiet_days, company_country=company_country, customer_countries=customer_countries, start=as_of
    )
    return [astuple(day) for day in days]
