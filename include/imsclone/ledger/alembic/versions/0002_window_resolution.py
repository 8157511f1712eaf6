"""The resolution of the time stamps a window was measured by."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; windows that are known were measured in microseconds or are of no better known resolution."""
    op.add_column("windows", sa.Column("resolution_ms", sa.Float(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("windows", "resolution_ms")
