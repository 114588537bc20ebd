"""What Alembic runs: the migrations on the connection that `migrate.upgrade` holds, in one transaction."""

from alembic import context

from noctis_gateway.db.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
