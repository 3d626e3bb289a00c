"""What becomes of a message after it left, what debtors answer, and what stops or erases: and addresses of any channel.

Revision ID: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TIMESTAMP = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Adds the tables; what was called a recipient's e-mail is its address by the message's channel."""
    op.alter_column("reminders", "recipient_email", new_column_name="recipient_address")
    op.create_table(
        "provider_events",
        sa.Column("event_id", sa.String(), primary_key=True),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("reminder_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("occurred_at", TIMESTAMP, nullable=False),
        sa.Column("received_at", TIMESTAMP, nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
    )
    op.create_index("ix_provider_events_company_id_reminder_id", "provider_events", ["company_id", "reminder_id"])
    op.create_table(
        "contact_marks",
        sa.Column("mark_id", sa.String(), primary_key=True),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("cleared_on", sa.Date(), nullable=True),
    )
    op.create_index(
        "ix_contact_marks_company_id_channel_address", "contact_marks", ["company_id", "channel", "address"]
    )
    op.create_table(
        "answers",
        sa.Column("answer_id", sa.String(), primary_key=True),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("receivable_id", sa.String(), nullable=True),
        sa.Column("reminder_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("effect_id", sa.String(), nullable=True),
        sa.Column("answered_at", TIMESTAMP, nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
    )
    op.create_index("ix_answers_company_id_customer_id", "answers", ["company_id", "customer_id"])
    op.create_table(
        "stops",
        sa.Column("stop_id", sa.String(), primary_key=True),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("stopped_at", TIMESTAMP, nullable=False),
        sa.Column("released_by", sa.String(), nullable=True),
        sa.Column("released_at", TIMESTAMP, nullable=True),
    )
    op.create_index("ix_stops_company_id", "stops", ["company_id"])
    op.create_table(
        "erasures",
        sa.Column("erasure_id", sa.String(), primary_key=True),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("subject_hash", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("blocked_at", TIMESTAMP, nullable=False),
        sa.Column("erase_after_on", sa.Date(), nullable=False),
        sa.Column("erased_at", TIMESTAMP, nullable=True),
    )
    op.create_index("ix_erasures_company_id", "erasures", ["company_id"])
