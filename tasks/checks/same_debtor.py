"""Customers that are probably one debtor under two codes, told before a run: shown, never merged."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.parties.check import write_party_settings
from tasks.parties.words import party_words
from tasks.problems import Problem
from tasks.settings.workspace import WorkspaceSettings
from tasks.warehouse.connection import Connection
from tasks.warehouse.models import build_model, upstream_of

EXAMPLES = 5
_RELATION = "parties.duplicates"
_STRONGEST = """
SELECT customer_id, other_customer_id, evidence, count(*) OVER () AS pairs FROM parties.duplicates
WHERE strength = 'strong' ORDER BY len(evidence) DESC, customer_id, other_customer_id LIMIT $examples
"""


def duplicate_problems(connection: Connection, settings: WorkspaceSettings) -> Iterator[Problem]:
    """One warning with the number of strong pairs and the first of them by their codes; `run` and `landing` must be written."""
    write_party_settings(connection, settings)
    for model in upstream_of(_RELATION):
        build_model(connection, model)
    rows = connection.execute(_STRONGEST, {"examples": EXAMPLES}).fetchall()
    if not rows:
        return
    signs = party_words().signs
    told = [
        f"{one} and {other} ({', '.join(signs[sign].text('en') for sign in evidence)})"
        for one, other, evidence, _ in rows
    ]
    pairs = int(rows[0][3])
    more = f" and {pairs - len(rows)} more" if pairs > len(rows) else ""
    yield Problem(
        "warning",
        "customers",
        f"{'two customers look' if pairs == 1 else f'{pairs} pairs of customers look'} like one debtor: {'; '.join(told)}{more}",
        "If they are, give both one code by `map` on customer_id (docs/parties.md); nothing is merged by itself.",
    )
