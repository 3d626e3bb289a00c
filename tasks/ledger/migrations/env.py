"""What Alembic runs: the revisions, on the connection and inside the transaction that `tasks.ledger.schema` opened."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
