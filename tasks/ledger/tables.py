"""The ledger's tables as they are now; how they came to be is in `migrations/`, and a test holds the two together.

All amounts are positive and in the currency beside them. `…_on` and `as_of` are days of the creditor's calendar, `…_at` UTC.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from tasks.ledger.column_types import Money, UtcTimestamp
from tasks.ledger.states import Status

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

about = Table(
    "about",
    metadata,
    Column("ledger_id", String, primary_key=True, doc="Random; tells this ledger from any other."),
    Column("created_at", UtcTimestamp, nullable=False),
)

reminders = Table(
    "reminders",
    metadata,
    Column("reminder_key", String, primary_key=True),
    Column("reminder_id", String, nullable=False, unique=True),
    Column("run_id", String, nullable=False, doc="The run that planned it last."),
    Column("company_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("contact_id", String),
    Column("contact_role", String, nullable=False),
    Column("recipient_name", String),
    Column("recipient_address", String),
    Column("channel", String, nullable=False),
    Column("currency", String, nullable=False),
    Column("step", String, nullable=False),
    Column("step_rank", Integer, nullable=False),
    Column("purpose", String, nullable=False),
    Column("tone", String, nullable=False),
    Column("language", String, nullable=False),
    Column("segment", String, nullable=False),
    Column("strategy_version", String, nullable=False),
    Column("item_count", Integer, nullable=False),
    Column("total_amount", Money, nullable=False),
    Column("needs_approval", Boolean, nullable=False),
    Column("batch_number", Integer, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("status", String, nullable=False),
    Column("status_reason", String),
    Column("claim_token", String, doc="The sending process that claimed it last."),
    Column(
        "claimed_at", UtcTimestamp, doc="Empty again when nothing left: what has one counts against the day's limit."
    ),
    Column("settled_at", UtcTimestamp),
    Column("provider", String),
    Column("provider_message_id", String),
    Column("attempts", Integer, nullable=False, doc="Times claimed."),
    Column("variant", String, doc="The wording of an experiment in which it is said; empty: the usual."),
    Column("content_hash", String, doc="SHA-256 of the message as it was handed over; see OutboundMessage."),
    CheckConstraint(
        "status IN (" + ", ".join(f"'{status}'" for status in Status) + ")",
        name="status",
    ),
    Index(None, "company_id", "as_of"),
    Index(None, "company_id", "status", "as_of"),
    Index(None, "company_id", "customer_id", "as_of"),
    Index(None, "company_id", "claimed_at", "channel"),
)

reminder_items = Table(
    "reminder_items",
    metadata,
    Column("reminder_key", String, ForeignKey("reminders.reminder_key"), primary_key=True),
    Column("receivable_id", String, primary_key=True),
    Column("company_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("channel", String, nullable=False),
    Column("step", String, nullable=False),
    Column("open_amount", Money, nullable=False),
    Column("paid_amount", Money, doc="What the message thanks for; empty: it reminds of what is open."),
    Column("is_live", Boolean, nullable=False, doc="Its reminder was, or may have been, said."),
)

# The last line of defence: whatever the keys and roles, a receivable is in one live message a day and channel.
Index(
    "uq_reminder_items_live",
    reminder_items.c.company_id,
    reminder_items.c.receivable_id,
    reminder_items.c.as_of,
    reminder_items.c.channel,
    unique=True,
    sqlite_where=text("is_live = 1"),  # as queries write it, else SQLite does not use the index for them
    postgresql_where=reminder_items.c.is_live,
)

reminder_events = Table(
    "reminder_events",
    metadata,
    Column("event_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("reminder_key", String, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    Column("from_status", String),
    Column("to_status", String, nullable=False),
    Column("detail", String, doc="Run, claim, reason or evidence; never personal data."),
    Index(None, "reminder_key"),
    # Without it SQLite would give a deleted last id again.
    sqlite_autoincrement=True,
)

approvals = Table(
    "approvals",
    metadata,
    Column("approval_id", String, primary_key=True),
    Column("company_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("reminder_key", String, nullable=False, doc="What the person looked at."),
    Column("step", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("contact_role", String, nullable=False),
    Column("currency", String, nullable=False),
    Column("purpose", String),
    Column("tone", String),
    Column("contact_id", String),
    Column("total_amount", Money, nullable=False),
    Column("receivable_ids", Text, nullable=False, doc="JSON list."),
    Column("author", String, nullable=False),
    Column("approved_at", UtcTimestamp, nullable=False),
    Column("used_by", String, doc="The reminder that was claimed on it."),
    Index(None, "company_id", "customer_id"),
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("company_id", String, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("mode", String, nullable=False),
    Column("status", String, nullable=False),
    Column("started_at", UtcTimestamp, nullable=False),
    Column("finished_at", UtcTimestamp),
    Column("strategy_version", String),
    Column("counts", Text, doc="JSON object of whole numbers."),
    Column("warehouse", String, doc="Path of the published file, relative to the workspace."),
    CheckConstraint("mode IN ('plan', 'send')", name="mode"),
    CheckConstraint("status IN ('running', 'completed', 'failed')", name="status"),
    Index(None, "company_id", "as_of"),
)
