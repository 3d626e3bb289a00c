"""A message that says thank you states what was paid of a receivable, where a reminder states what is open.

Revision ID: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(18, 2).with_variant(sa.BigInteger(), "sqlite")  # SQLite: whole hundredths


def upgrade() -> None:
    """Adds the column; what was said before reminded of something."""
    op.add_column("reminder_items", sa.Column("paid_amount", MONEY, nullable=True))
