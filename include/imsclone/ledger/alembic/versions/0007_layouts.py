"""How the HALDBs of sources are partitioned: each layout once, and when a RECON was seen to have it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "layouts",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_layouts"),
    )
    op.create_table(
        "layout_looks",
        sa.Column("imsid", sa.String(4), nullable=False),
        sa.Column("haldb", sa.String(8), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("states", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("imsid", "haldb", "first_at", name="pk_layout_looks"),
        sa.ForeignKeyConstraint(["digest"], ["layouts.digest"], name="fk_layout_looks_digest_layouts"),
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("layout_looks")
    op.drop_table("layouts")
