"""The chain of decision roots, the members of experiments, and the hash of what each message said.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEPT_FOR_EVER = ("decision_roots", "experiment_members")


def upgrade() -> None:
    """Creates the tables, adds the column, and makes what has to be proved later append-only."""
    op.create_table(
        "decision_roots",
        sa.Column("company_id", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("strategy_version", sa.String(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("rows_root", sa.String(), nullable=False),
        sa.Column("facts_root", sa.String(), nullable=False),
        sa.Column("file_hash", sa.String(), nullable=False),
        sa.Column("manifest_hash", sa.String(), nullable=False),
        sa.Column("previous_root", sa.String(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("company_id", "run_id", name=op.f("uq_decision_roots_company_id_run_id")),
    )
    op.create_table(
        "experiment_members",
        sa.Column("company_id", sa.String(), primary_key=True),
        sa.Column("experiment", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), primary_key=True),
        sa.Column("arm", sa.String(), nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("assigned_on", sa.Date(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
    )
    op.add_column("reminders", sa.Column("content_hash", sa.String(), nullable=True))
    _make_append_only()


def _make_append_only() -> None:
    for table in _KEPT_FOR_EVER:
        if op.get_bind().dialect.name == "sqlite":
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
            continue
        op.execute(
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        )
