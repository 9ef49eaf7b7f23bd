"""Alembic's entry: runs inside the transaction that `gateway.journal.migrate` opened."""

from alembic import context

import gateway.console.tables  # noqa: F401 (adds the console's tables)
from gateway.journal.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
