"""Operators of a database refresh: one step each, in the words of the field. Each is loaded when it is asked for."""

from __future__ import annotations

import importlib
from typing import Any

_MODULES = {
    "ApplyLogOperator": "apply_log",
    "ArchiveLogOperator": "archive_log",
    "DbrcDeleteOperator": "dbrc",
    "DbrcInitOperator": "dbrc",
    "DefineDatabasesOperator": "define",
    "HoldOperator": "hold",
    "KeepGenerationOperator": "keep",
    "MaskOperator": "mask",
    "PlanRefreshOperator": "plan",
    "PlanUndoOperator": "plan_undo",
    "RebuildIndexesOperator": "apply_log",
    "ReleaseOperator": "release",
    "ReplicateDataSetsOperator": "replicate",
    "RestoreOperator": "keep",
    "StartDatabasesOperator": "start",
    "StopDatabasesOperator": "stop",
    "VerifyRefreshOperator": "verify",
}

__all__ = sorted(_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
