"""Loads `policy.words`: every word of the strategy's and the program's own lists, beside its name as an ENUM.

Ten million rows that repeat a few dozen words are written nine times faster as numbers than as text. `sql/decide` looks a word up once
in a small table (a segment, a step, a reason) and writes `name`; `decide.decisions` spells it again.

* `words`: `word VARCHAR, name ENUM of all words` in alphabetical order, so that names sort as their words do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import get_args

from tasks.segment.ladders import ContactRole
from tasks.warehouse.column_types import Columns
from tasks.warehouse.connection import Connection

UNKNOWN_COUNTRY = ""
TABLE = "policy.words"
COLUMNS: Mapping[str, Columns] = {TABLE: {"word": "VARCHAR", "name": "VARCHAR"}}
"""The table while no strategy is loaded: it has no words, hence no type of them."""

_TYPE = """
    CREATE OR REPLACE TYPE strategy_word AS ENUM (
        SELECT DISTINCT word
        FROM (
            SELECT unnest([segment, ladder]) AS word FROM policy.segments
            UNION ALL SELECT ladder FROM policy.ladders
            UNION ALL SELECT unnest([segment, ladder]) FROM policy.overrides
            UNION ALL SELECT ladder FROM policy.experiment_arms
            UNION ALL SELECT unnest([ladder, step, purpose, tone, channel, contact_role]) FROM policy.steps
            UNION ALL SELECT channel FROM policy.step_channels
            UNION ALL SELECT channel FROM policy.channels
            UNION ALL SELECT unnest([contact_role, role]) FROM policy.contact_roles
            UNION ALL SELECT unnest([decision, reason]) FROM policy.reasons
            UNION ALL SELECT country FROM policy.quiet_days
            UNION ALL SELECT unnest($1::VARCHAR[])
        )
        WHERE word IS NOT NULL
        ORDER BY word
    )
"""


def load_words(connection: Connection, *, customer_countries: Iterable[str]) -> None:
    """Writes the table; the others of `tasks.segment.policy` must be written.

    Args:
        connection: the work database, writable.
        customer_countries: the countries of customers, ISO 3166-1 alpha-2.
    """
    listed = [UNKNOWN_COUNTRY, *customer_countries, *get_args(ContactRole)]
    connection.execute(_TYPE, [listed])
    connection.execute(
        f"CREATE OR REPLACE TABLE {TABLE} AS"
        " SELECT unnest(enum_range(NULL::strategy_word)) AS word, word::strategy_word AS name"
    )
