"""Payment plans (promises that belong together), and of a dispute its kind and how much of the receivable it is about.

Revision ID: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(18, 2).with_variant(sa.BigInteger(), "sqlite")  # SQLite: whole hundredths


def upgrade() -> None:
    """Adds the columns; a dispute that was recorded before is of the kind `other`."""
    op.add_column("promises", sa.Column("plan_id", sa.String(), nullable=True))
    op.add_column("promises", sa.Column("plan_amount", MONEY, nullable=True))
    op.add_column("disputes", sa.Column("kind", sa.String(), nullable=False, server_default="other"))
    op.add_column("disputes", sa.Column("amount", MONEY, nullable=True))
    op.add_column("disputes", sa.Column("currency", sa.String(), nullable=True))
