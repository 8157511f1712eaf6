"""Bring dynamic allocation members to the clone's names."""

from __future__ import annotations

from imsclone_airflow.operators.zap import ZapOperator


class UpdateMdaOperator(ZapOperator):
    """Replace the data set names in the dynamic allocation members (DFSMDA) of the clone's MDA libraries."""

    layer = "MDA"
