"""Strategies that a person let go, with the text of their file.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "approved_strategies",
        sa.Column("company_id", sa.String(), primary_key=True),
        sa.Column("strategy_version", sa.String(), primary_key=True),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
    )
