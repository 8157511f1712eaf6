"""Alembic's environment: runs on the connection that Ledger.upgrade hands over, in its transaction."""

from alembic import context

from imsclone.ledger.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
