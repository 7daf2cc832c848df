"""Runs the migrations on the connection that the store hands over; there is no other way to run them."""

from alembic import context

from iso_qms.store import rows, tables  # noqa: F401  (registers every table)
from iso_qms.store.base import PREFIX, Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    version_table="qms_schema",
    include_name=lambda name, kind, _: kind != "table" or str(name).startswith(PREFIX),
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
