"""When somebody was told last of something that lasts, so that it is not said every hour."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "alerts",
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("what", name="pk_alerts"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("alerts")
