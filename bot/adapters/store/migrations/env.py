"""How Alembic is run: always from `bot.adapters.store.migrate`, on a connection that it gives."""

from alembic import context

from bot.adapters.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=lambda name, kind, _parents: kind != "table" or name in metadata.tables,
)

with context.begin_transaction():
    context.run_migrations()
