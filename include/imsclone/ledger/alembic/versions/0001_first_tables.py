"""The first tables: plans, maps, runs, evidence, windows, leases."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "plans",
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("environment", sa.String(60), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_plans"),
    )
    op.create_index("ix_plans_environment", "plans", ["environment"])
    _create_maps()
    _create_runs()
    op.create_table(
        "leases",
        sa.Column("target", sa.String(100), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("target", name="pk_leases"),
    )


def _create_maps() -> None:
    op.create_table(
        "volume_maps",
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("source", sa.String(6), nullable=False),
        sa.Column("target", sa.String(6), nullable=False),
        sa.Column("source_unit", sa.String(5), nullable=False),
        sa.Column("target_unit", sa.String(5), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", "source", name="pk_volume_maps"),
        sa.ForeignKeyConstraint(["fingerprint"], ["plans.fingerprint"], name="fk_volume_maps_fingerprint_plans"),
    )
    op.create_index("ix_volume_maps_target", "volume_maps", ["target"])
    op.create_table(
        "data_set_maps",
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(44), nullable=False),
        sa.Column("target", sa.String(44), nullable=False),
        sa.Column("organization", sa.String(8), nullable=False),
        sa.Column("volsers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", "position", name="pk_data_set_maps"),
        sa.ForeignKeyConstraint(["fingerprint"], ["plans.fingerprint"], name="fk_data_set_maps_fingerprint_plans"),
    )
    op.create_index("ix_data_set_maps_source", "data_set_maps", ["source"])
    op.create_index("ix_data_set_maps_target", "data_set_maps", ["target"])


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.String(500), nullable=False),
        sa.Column("environment", sa.String(60), nullable=False),
        sa.Column("clone_type", sa.String(20), nullable=False),
        sa.Column("source", sa.String(4), nullable=False),
        sa.Column("target", sa.String(4), nullable=False),
        sa.Column("owner", sa.String(60), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.ForeignKeyConstraint(["fingerprint"], ["plans.fingerprint"], name="fk_runs_fingerprint_plans"),
    )
    op.create_index("ix_runs_environment", "runs", ["environment"])
    op.create_index("ix_runs_started_at", "runs", ["started_at"])
    op.create_table(
        "evidence",
        sa.Column("run_id", sa.String(500), nullable=False),
        sa.Column("step", sa.String(100), nullable=False),
        sa.Column("map_index", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("messages", sa.JSON(), nullable=False),
        sa.Column("listing", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "step", "map_index", "attempt", name="pk_evidence"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_evidence_run_id_runs"),
    )
    op.create_table(
        "windows",
        sa.Column("run_id", sa.String(500), nullable=False),
        sa.Column("suspended_at", MOMENT, nullable=False),
        sa.Column("resumed_at", MOMENT, nullable=False),
        sa.Column("budget_seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_windows"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_windows_run_id_runs"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("leases", "windows", "evidence", "runs", "data_set_maps", "volume_maps", "plans"):
        op.drop_table(table)
