"""Every group of claims asks what stands against its receivables: not by going through all that the company knows.

Revision ID: 0015
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the indexes."""
    for table in ("promises", "disputes", "holds"):
        op.create_index(f"ix_{table}_company_id_receivable_id", table, ["company_id", "receivable_id"])
