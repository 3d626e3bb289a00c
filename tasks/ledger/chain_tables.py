"""The tables of what has to be proved later: the chain of decision roots, and who is in which arm of an experiment.

Both are append-only (triggers of migration 0003). The decisions themselves are files, `tasks.decisions`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Integer, String, Table, UniqueConstraint

from tasks.ledger.column_types import UtcTimestamp
from tasks.ledger.tables import metadata

decision_roots = Table(
    "decision_roots",
    metadata,
    Column("company_id", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False, doc="1 is the company's first run, without gaps."),
    Column("run_id", String, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("strategy_version", String, nullable=False),
    Column("row_count", BigInteger, nullable=False, doc="Open receivables decided about."),
    Column("rows_root", String, nullable=False, doc="Of all rows of the run."),
    Column("facts_root", String, nullable=False, doc="Of the facts all rows were decided on."),
    Column("file_hash", String, nullable=False, doc="SHA-256 of the Parquet file."),
    Column("manifest_hash", String, nullable=False, doc="SHA-256 of the manifest."),
    Column("previous_root", String, nullable=False, doc="Root of the run before; empty for the first."),
    Column("root", String, nullable=False),
    Column("recorded_at", UtcTimestamp, nullable=False),
    UniqueConstraint("company_id", "run_id"),
)

experiment_members = Table(
    "experiment_members",
    metadata,
    Column("company_id", String, primary_key=True),
    Column("experiment", String, primary_key=True),
    Column("customer_id", String, primary_key=True),
    Column("arm", String, nullable=False),
    Column("segment", String, nullable=False, doc="The customer's segment when it was assigned."),
    Column("assigned_on", Date, nullable=False),
    Column("run_id", String, nullable=False),
)
