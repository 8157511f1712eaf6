"""Bring the resource definition data sets to the clone's names."""

from __future__ import annotations

from imsclone_airflow.operators.zap import ZapOperator


class UpdateResourceDefinitionsOperator(ZapOperator):
    """Replace names and subsystem ids in the clone's resource definition data sets (RDDS), block by block."""

    layer = "RDDS"
