"""What came of calls, visits and hand-overs: one row per contact that a person made, or tried to make.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(18, 2).with_variant(sa.BigInteger(), "sqlite")  # SQLite: whole hundredths


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "contact_results",
        sa.Column("result_id", sa.String(), primary_key=True),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("reminder_key", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("is_contact", sa.Boolean(), nullable=False),
        sa.Column("contacted_on", sa.Date(), nullable=False),
        sa.Column("promised_for", sa.Date(), nullable=True),
        sa.Column("amount", MONEY, nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
    )
    op.create_index(op.f("ix_contact_results_company_id_customer_id"), "contact_results", ["company_id", "customer_id"])
