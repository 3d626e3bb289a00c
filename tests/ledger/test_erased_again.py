"""An export that brings an erased customer back is told by `puntual check`, by code and without a name."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from tasks.checks.erased_again import erased_again
from tasks.ledger.erasures import Subject


@pytest.mark.parametrize(("contact", "told"), [(None, "customer C1"), ("K1", "customer C1, contact K1")])
def test_who_was_erased_and_is_exported_again_is_told(sqlite_ledger, sqlite_workspace, contact, told) -> None:
    subject = Subject(customer_id="C1", contact_id=contact)
    request = sqlite_ledger.block(subject, author="ana", erase_after_on=date(2026, 6, 1), today=date(2026, 6, 1))
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA landing")
        for table in ("customers", "receivables"):
            connection.execute(f"CREATE TABLE landing.{table} AS SELECT 'acme' AS company_id, 'C1' AS customer_id")
        connection.execute(
            "CREATE TABLE landing.contacts AS SELECT 'acme' AS company_id, 'C1' AS customer_id, 'K1' AS contact_id"
        )
        assert list(erased_again(connection, sqlite_workspace)) == []  # blocked: he is held, and may be exported
        sqlite_ledger.erase(request, on=date(2026, 6, 1))
        assert [problem.where for problem in erased_again(connection, sqlite_workspace)] == [told]
