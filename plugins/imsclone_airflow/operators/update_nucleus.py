"""Give the clone's nucleus the clone's subsystem id."""

from __future__ import annotations

from imsclone_airflow.operators.zap import ZapOperator


class UpdateNucleusOperator(ZapOperator):
    """Replace the default subsystem id in the nucleus modules of the clone's RESLIB."""

    layer = "nucleus"
