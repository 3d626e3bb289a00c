"""The history of the ledger's schema, for Alembic; `tasks.ledger.schema` runs it. A released revision is never edited."""
