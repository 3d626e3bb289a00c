"""The table of what came of contacts that people made, or tried to make."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, String, Table, Text

from tasks.ledger.column_types import Money
from tasks.ledger.tables import metadata

contact_results = Table(
    "contact_results",
    metadata,
    Column("result_id", String, primary_key=True, doc="Made of what was said, so that the same is recorded once."),
    Column("company_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("contact_id", String, doc="Whom it was tried with; empty: nobody knows."),
    Column("reminder_key", String, doc="The line of the worklist; empty: a contact that no list asked for."),
    Column("channel", String, nullable=False),
    Column("result", String, nullable=False),
    Column("is_contact", Boolean, nullable=False, doc="The debtor was reached: counts for the contact cap."),
    Column("contacted_on", Date, nullable=False),
    Column("promised_for", Date),
    Column("amount", Money),
    Column("currency", String),
    Column("note", Text),
    Column("author", String, nullable=False),
    Column("recorded_on", Date, nullable=False),
    Index(None, "company_id", "customer_id"),
)
