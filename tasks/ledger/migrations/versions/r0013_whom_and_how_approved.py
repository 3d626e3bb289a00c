"""An approval covers the purpose, the tone and the contact that a person saw, not only the step.

Revision ID: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns, filled with what the approved message says: what was seen before is not known any better."""
    for name in ("purpose", "tone", "contact_id"):
        op.add_column("approvals", sa.Column(name, sa.String(), nullable=True))
    op.execute(
        "UPDATE approvals SET"
        " purpose = (SELECT r.purpose FROM reminders AS r WHERE r.reminder_key = approvals.reminder_key),"
        " tone = (SELECT r.tone FROM reminders AS r WHERE r.reminder_key = approvals.reminder_key),"
        " contact_id = (SELECT r.contact_id FROM reminders AS r WHERE r.reminder_key = approvals.reminder_key)"
    )
