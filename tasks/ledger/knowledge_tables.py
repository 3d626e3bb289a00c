"""The tables of what people learned from customers: promises, disputes, holds, opt-outs, confirmations, and what we owe.

`recorded_on` is the day the ledger learned it, so that a past day can be decided again with what was known then.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, String, Table, Text

from tasks.ledger.column_types import Money
from tasks.ledger.tables import metadata


def _about_customer() -> tuple[Column[str], Column[str], Column[str], Column[str]]:
    return (
        Column("company_id", String, nullable=False),
        Column("customer_id", String, nullable=False),
        Column("receivable_id", String, doc="Empty: everything of the customer."),
        Column("author", String, nullable=False),
    )


promises = Table(
    "promises",
    metadata,
    Column("promise_id", String, primary_key=True),
    *_about_customer(),
    Column("amount", Money),
    Column("currency", String),
    Column("promised_for", Date, nullable=False),
    Column("recorded_on", Date, nullable=False),
    Column("plan_id", String, doc="The payment plan of which it is an instalment; empty: of none."),
    Column("plan_amount", Money, doc="Of an instalment: the plan's instalments up to this one."),
    Index(None, "company_id", "customer_id"),
    Index(None, "company_id", "receivable_id"),
)

disputes = Table(
    "disputes",
    metadata,
    Column("dispute_id", String, primary_key=True),
    *_about_customer(),
    Column("reason", String, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("resolved_on", Date),
    Column("recorded_on", Date, nullable=False),
    Column("kind", String, nullable=False, server_default="other"),
    Column("amount", Money, doc="How much of the receivable is disputed; empty: all of it."),
    Column("currency", String),
    Index(None, "company_id", "customer_id"),
    Index(None, "company_id", "receivable_id"),
)

holds = Table(
    "holds",
    metadata,
    Column("hold_id", String, primary_key=True),
    *_about_customer(),
    Column("reason", String, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date, doc="Last day of the hold; empty: until released."),
    Column("released_on", Date, doc="First day without the hold."),
    Column("recorded_on", Date, nullable=False),
    Index(None, "company_id", "customer_id"),
    Index(None, "company_id", "receivable_id"),
)

opt_outs = Table(
    "opt_outs",
    metadata,
    Column("opt_out_id", String, primary_key=True),
    Column("company_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("author", String, nullable=False),
    Column("channel", String, doc="Empty: every channel."),
    Column("from_on", Date, nullable=False),
    Column("recorded_on", Date, nullable=False),
    Index(None, "company_id", "customer_id"),
)

duty_entries = Table(
    "duty_entries",
    metadata,
    Column("entry_id", String, primary_key=True),
    *_about_customer(),
    Column("contact_id", String, doc="Of a wrong contact: which one."),
    Column("duty", String, nullable=False),
    Column("is_met", Boolean, nullable=False, doc="False: we owe it since noted_on. True: it was done by then."),
    Column("noted_on", Date, nullable=False),
    Column("note", Text),
    Column("recorded_on", Date, nullable=False),
    Index(None, "company_id", "customer_id"),
)

confirmations = Table(
    "confirmations",
    metadata,
    Column("confirmation_id", String, primary_key=True),
    *_about_customer(),
    Column("kind", String, nullable=False),
    Column("confirmed_on", Date, nullable=False),
    Column("recorded_on", Date, nullable=False),
    Index(None, "company_id", "customer_id"),
)
