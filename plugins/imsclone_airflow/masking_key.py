"""The masking key, from where Airflow keeps secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imsclone_airflow.errors import MaskingKeyUnusable

if TYPE_CHECKING:
    from imsclone.spec.masking import KeySource


def masking_key(source: KeySource) -> bytes:
    """Return the key, hidden from all logs from here on. Raises MaskingKeyUnusable."""
    from airflow.sdk.log import mask_secret

    from imsclone.masking.command import SHORTEST_KEY

    text = _read(source)
    if len(text.encode()) < SHORTEST_KEY:
        reason = f"has {len(text.encode())} bytes" if text else "is empty or not there"
        raise MaskingKeyUnusable(source=str(source), reason=reason, shortest=SHORTEST_KEY)
    mask_secret(text)
    return text.encode()


def _read(source: KeySource) -> str:
    """Return what Airflow has, empty if it has nothing."""
    from airflow.sdk import BaseHook, Variable
    from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

    try:
        if source.variable:
            return str(Variable.get(source.variable, default="") or "").strip()
        return (BaseHook.get_connection(str(source.connection)).password or "").strip()
    except (AirflowNotFoundException, AirflowRuntimeError):
        return ""
