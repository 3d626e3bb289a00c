"""Writes `checked.*`, the verdicts about party data, into a work database in which `staging` is built.

Only what customers with something open have is judged: nobody else is asked for anything, and nothing before the report reads
a verdict, so that decisions never wait for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple

import pyarrow as pa

from tasks.parties.ibans import check_iban
from tasks.parties.phones import check_phone
from tasks.parties.tax_ids import FOR_ANYBODY, check_tax_id
from tasks.settings.workspace import WorkspaceSettings
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty, input_relations

_WITH_SOMETHING_OPEN = "SELECT company_id, customer_id FROM staging.open_receivables"
_PHONES = f"""
SELECT DISTINCT coalesce(customers.country, run.company_country), numbers.written
FROM (
    SELECT company_id, customer_id, unnest([phone, mobile]) AS written FROM staging.contacts
) AS numbers
SEMI JOIN ({_WITH_SOMETHING_OPEN}) AS debtors USING (company_id, customer_id)
LEFT JOIN staging.customers AS customers USING (company_id, customer_id)
CROSS JOIN run.parameters AS run
WHERE numbers.written IS NOT NULL ORDER BY ALL
"""  # noqa: S608 our own text
# A tax id without a country is judged by its own prefix only: a company's country says nothing about it.
_TAX_IDS = f"""
SELECT DISTINCT coalesce(country, ''), tax_id FROM staging.customers
SEMI JOIN ({_WITH_SOMETHING_OPEN}) AS debtors USING (company_id, customer_id)
WHERE tax_id IS NOT NULL ORDER BY ALL
"""  # noqa: S608
_IBANS = f"""
SELECT DISTINCT iban FROM staging.customers
SEMI JOIN ({_WITH_SOMETHING_OPEN}) AS debtors USING (company_id, customer_id)
WHERE iban IS NOT NULL ORDER BY ALL
"""  # noqa: S608

_OPEN_TO_ALL = frozenset(
    {"gmail.com", "hotmail.com", "outlook.com", "outlook.es", "yahoo.com", "yahoo.es", "icloud.com", "live.com"}
)
"""Domains where anybody has an address: sharing one says nothing."""


def check_parties(connection: Connection, settings: WorkspaceSettings) -> None:
    """Judges each distinct telephone, tax id and IBAN once, replacing what an earlier step of the run wrote."""
    write_party_settings(connection, settings)
    phones = connection.execute(_PHONES).fetchall()
    _write(
        connection,
        "checked.phones",
        ((country, written, *astuple(check_phone(written, country))) for country, written in phones),
    )
    tax_ids = connection.execute(_TAX_IDS).fetchall()
    _write(
        connection,
        "checked.tax_ids",
        ((country, written, *astuple(check_tax_id(written, country))) for country, written in tax_ids),
    )
    ibans = connection.execute(_IBANS).fetchall()
    _write(connection, "checked.ibans", ((written, *astuple(check_iban(written))) for (written,) in ibans))


def write_party_settings(connection: Connection, settings: WorkspaceSettings) -> None:
    """Writes `checked.settings`, its one row: what `sql/parties` needs of the workspace."""
    company = settings.company
    domains = {person.email.rpartition("@")[2].lower() for person in (company.sender, company.collector)}
    row = (settings.contacts.verify_every_days, sorted(domains - _OPEN_TO_ALL), sorted(FOR_ANYBODY))
    _write(connection, "checked.settings", [row])


def _write(connection: Connection, relation: str, rows: Iterable[Sequence[object]]) -> None:
    columns = input_relations()[relation]
    create_empty(connection, relation, columns)
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    table = pa.table({name: _array(column) for name, column in zip(columns, values, strict=True)})
    connection.register("incoming_checks", table)
    connection.execute(f"DELETE FROM {relation}")  # noqa: S608 names are our own
    connection.execute(f"INSERT INTO {relation} SELECT * FROM incoming_checks")  # noqa: S608
    connection.unregister("incoming_checks")


def _array(values: Sequence[object]) -> pa.Array:
    return pa.array(values)
