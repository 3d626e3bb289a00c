"""An audit file whose elements have a prefix that stands for nothing: read or refused, never a defect of ours."""

from __future__ import annotations

import io
from contextlib import suppress

from tasks.extract.einvoices.saft import stream
from tasks.problems import SourceProblem

NORWAY = "urn:StandardAuditFile-Taxation-Financial:NO"


def test_a_prefix_that_stands_for_nothing_ends_in_rows_or_in_a_refusal() -> None:
    customer = "<n1:Customer><n1:CustomerID>1</n1:CustomerID><n1:Name>Fjellhandel AS</n1:Name></n1:Customer>"
    for parent in ("n1:Customers", "n1:Mas:Customers", "x:Customers"):
        file = f'<n1:AuditFile xmlns:n1="{NORWAY}"><{parent}>{customer}</{parent}></n1:AuditFile>'
        with suppress(SourceProblem):
            rows = list(stream(io.BytesIO(file.encode()), "books.xml", "parties"))
            assert len(rows) == 1
