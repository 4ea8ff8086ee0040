"""Runs migrations on the connection that ``upgrade`` passes on."""

from alembic import context

from corpus.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
