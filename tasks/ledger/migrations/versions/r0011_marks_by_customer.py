"""A claim looks up whether a customer has stopped a channel, so marks need an index by customer.

Revision ID: 0011
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the index."""
    op.create_index("ix_contact_marks_company_id_customer_id", "contact_marks", ["company_id", "customer_id"])
