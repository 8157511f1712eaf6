"""Bookings: leases that a team holds until a time."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; all leases there are belong to runs and tasks."""
    op.add_column("leases", sa.Column("booked", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("leases", sa.Column("note", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("leases", "note")
    op.drop_column("leases", "booked")
