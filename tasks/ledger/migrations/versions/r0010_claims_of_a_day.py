"""How much left on a day is counted at each claim, so it needs an index.

Revision ID: 0010
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the index, and frees what went back to planned of the moment at which it was claimed."""
    op.execute("UPDATE reminders SET claimed_at = NULL WHERE status = 'planned'")
    op.create_index("ix_reminders_company_id_claimed_at_channel", "reminders", ["company_id", "claimed_at", "channel"])
