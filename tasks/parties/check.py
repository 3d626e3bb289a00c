"""Writes `checked.*`, the verdicts about party data, into a work database in which `staging` is built.

Only what customers with something open have is judged: nobody else is asked for anything, and nothing before the report reads
a verdict, so that decisions never wait for them.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

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
    SELECT company_id, customer_id, unnest([phone, mobile, fax]) AS written FROM staging.contacts
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
    phones = connection.execute(_PHONES).to_arrow_table()
    of_phone = attrgetter("e164", "kind", "is_valid", "problem")
    _judge(connection, "checked.phones", phones, lambda country, written: of_phone(check_phone(written, country)))
    tax_ids = connection.execute(_TAX_IDS).to_arrow_table()
    of_tax_id = attrgetter("compact", "kind", "is_valid", "problem")
    _judge(connection, "checked.tax_ids", tax_ids, lambda country, written: of_tax_id(check_tax_id(written, country)))
    ibans = connection.execute(_IBANS).to_arrow_table()
    of_iban = attrgetter("compact", "is_valid", "problem")
    _judge(connection, "checked.ibans", ibans, lambda written: of_iban(check_iban(written)))


def write_party_settings(connection: Connection, settings: WorkspaceSettings) -> None:
    """Writes `checked.settings`, its one row: what `sql/parties` needs of the workspace."""
    company = settings.company
    domains = {person.email.rpartition("@")[2].lower() for person in (company.sender, company.collector)}
    row = (settings.contacts.verify_every_days, sorted(domains - _OPEN_TO_ALL), sorted(FOR_ANYBODY))
    names = input_relations()["checked.settings"]
    _write(connection, "checked.settings", pa.table({name: [value] for name, value in zip(names, row, strict=True)}))


def _judge(connection: Connection, relation: str, asked: pa.Table, verdict: Callable[..., tuple[object, ...]]) -> None:
    """Fills `relation` with the rows of `asked`, each followed by its verdict; columns of texts, for a million of them."""
    names = list(input_relations()[relation])
    given = [column.to_pylist() for column in asked.columns]
    verdicts: list[list[object]] = [[] for _ in names[len(given) :]]
    for values in zip(*given, strict=True):
        for column, found in zip(verdicts, verdict(*values), strict=True):
            column.append(found)
    _write(connection, relation, pa.table(dict(zip(names, [*asked.columns, *verdicts], strict=True))))


def _write(connection: Connection, relation: str, rows: pa.Table) -> None:
    create_empty(connection, relation, input_relations()[relation])
    connection.register("incoming_checks", rows)
    connection.execute(f"DELETE FROM {relation}")  # noqa: S608 names are our own
    connection.execute(f"INSERT INTO {relation} SELECT * FROM incoming_checks")  # noqa: S608
    connection.unregister("incoming_checks")
