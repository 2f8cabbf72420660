"""Runs the steps on the connection that `opening` gives, inside its transaction: all of them, or none."""

from __future__ import annotations

from alembic import context

from workbench.annotation.store.tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
