"""A step may be said over several channels on one day: a receivable is in one live message a day and channel.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEX = "uq_reminder_items_live"


def upgrade() -> None:
    """Adds the channel to the index; what the old one allowed, the new one allows, too."""
    op.drop_index(op.f(INDEX), "reminder_items")
    op.create_index(
        op.f(INDEX),
        "reminder_items",
        ["company_id", "receivable_id", "as_of", "channel"],
        unique=True,
        sqlite_where=sa.text("is_live = 1"),
        postgresql_where=sa.text("is_live"),
    )
