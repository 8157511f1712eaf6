"""Runs whose plan was refused: they have the plan with no fingerprint, which stands for none.

A foreign key cannot be made optional on SQLite without making the table anew, and other tables point to it.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NONE = ""


def upgrade() -> None:
    """Add the plan that stands for none."""
    plans = sa.table(
        "plans",
        sa.column("fingerprint", sa.String),
        sa.column("environment", sa.String),
        sa.column("document", sa.Text),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
    op.bulk_insert(plans, [{"fingerprint": NONE, "environment": "", "document": "{}", "created_at": datetime.now(UTC)}])


def downgrade() -> None:
    """Remove it, with the runs that have it."""
    of_them = "(SELECT id FROM runs WHERE fingerprint = '')"
    op.execute(f"DELETE FROM evidence WHERE run_id IN {of_them}")
    op.execute("DELETE FROM runs WHERE fingerprint = ''")
    op.execute("DELETE FROM plans WHERE fingerprint = ''")
