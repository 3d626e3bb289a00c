"""What was said can be told afterwards only with the wording in which an experiment let it be said.

Revision ID: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; what was said before was said in the usual words, or nobody knows."""
    op.add_column("reminders", sa.Column("variant", sa.String, nullable=True))
