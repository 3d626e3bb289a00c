"""The tables of what follows a message: providers' events, marks on addresses, debtors' answers, and what stops or erases.

`…_on` are days of the creditor's calendar, `…_at` UTC.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, String, Table, Text

from tasks.ledger.column_types import UtcTimestamp
from tasks.ledger.tables import metadata

provider_events = Table(
    "provider_events",
    metadata,
    Column(
        "event_id",
        String,
        primary_key=True,
        doc="The provider's own id after company and provider: what makes a repetition one.",
    ),
    Column("company_id", String, nullable=False),
    Column("provider", String, nullable=False),
    Column("reminder_id", String, doc="Empty: the event is about no message of ours."),
    Column("kind", String, nullable=False),
    Column("occurred_at", UtcTimestamp, nullable=False),
    Column("received_at", UtcTimestamp, nullable=False),
    Column("detail", String, doc="Code or class; never personal data."),
    Index(None, "company_id", "reminder_id"),
)

contact_marks = Table(
    "contact_marks",
    metadata,
    Column("mark_id", String, primary_key=True),
    Column("company_id", String, nullable=False),
    Column("customer_id", String, doc="Empty: of an imported suppression list, whoever has the address."),
    Column("contact_id", String),
    Column("channel", String, nullable=False),
    Column("address", String, nullable=False, doc="In small letters, without blanks: what must not be written to."),
    Column("kind", String, nullable=False, doc="bounced, complained, unsubscribed, suppressed"),
    Column("source", String, nullable=False, doc="The provider or list that says so."),
    Column("from_on", Date, nullable=False),
    Column("recorded_on", Date, nullable=False),
    Column("cleared_on", Date, doc="First day on which it works again, as a person found out."),
    Index(None, "company_id", "channel", "address"),
    Index(None, "company_id", "customer_id"),
)

answers = Table(
    "answers",
    metadata,
    Column("answer_id", String, primary_key=True, doc="Of link, kind, receivable and content: the same twice is once."),
    Column("company_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("receivable_id", String, doc="Empty: everything of the customer."),
    Column(
        "reminder_id", String, nullable=False, doc="The message whose link was used, or that was answered in writing."
    ),
    Column("kind", String, nullable=False),
    Column("content", Text, nullable=False, doc="JSON object of what the debtor wrote."),
    Column("effect_id", String, doc="The promise, dispute, confirmation, hold or duty that it became."),
    Column("answered_at", UtcTimestamp, nullable=False),
    Column("recorded_on", Date, nullable=False),
    Index(None, "company_id", "customer_id"),
)

stops = Table(
    "stops",
    metadata,
    Column("stop_id", String, primary_key=True),
    Column("company_id", String, nullable=False),
    Column("channel", String, doc="Empty: every channel."),
    Column("reason", String, nullable=False),
    Column("author", String, nullable=False),
    Column("stopped_at", UtcTimestamp, nullable=False),
    Column("released_by", String),
    Column("released_at", UtcTimestamp),
    Index(None, "company_id"),
)

erasures = Table(
    "erasures",
    metadata,
    Column("erasure_id", String, primary_key=True),
    Column("company_id", String, nullable=False),
    Column(
        "subject_hash", String, nullable=False, doc="SHA-256 of company, customer and contact: proves what was erased."
    ),
    Column("customer_id", String, doc="Empty once it is erased."),
    Column("contact_id", String),
    Column("state", String, nullable=False, doc="blocked, erased"),
    Column("author", String, nullable=False),
    Column("blocked_at", UtcTimestamp, nullable=False),
    Column("erase_after_on", Date, nullable=False),
    Column("erased_at", UtcTimestamp),
    Index(None, "company_id"),
)
