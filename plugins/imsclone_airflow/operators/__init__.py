"""Operators: one step of a clone each, named as the field names it. Each is loaded when it is first asked for."""

from __future__ import annotations

import importlib
from typing import Any

_MODULES = {
    "ApproveOperator": "approve",
    "BackUpCatalogsOperator": "back_up_catalogs",
    "DriftOperator": "drift",
    "FreshnessOperator": "freshness",
    "ImageCopyOperator": "offload",
    "OffloadReportOperator": "offload",
    "PlanOperator": "plan",
    "PointerCheckOperator": "offload",
    "PublishOperator": "publish",
    "QuiesceOperator": "quiesce",
    "RecatalogOperator": "recatalog",
    "RelabelOperator": "relabel",
    "RenameOperator": "rename",
    "ReplicateOperator": "replicate",
    "ResumeOperator": "resume",
    "RetirePreviousOperator": "retire_previous",
    "ScratchDatabasesOperator": "scratch_databases",
    "StartOperator": "start",
    "UnloadOperator": "offload",
    "UpdateLibrariesOperator": "update_libraries",
    "UpdateMdaOperator": "update_mda",
    "UpdateNucleusOperator": "update_nucleus",
    "UpdateReconOperator": "update_recon",
    "UpdateResourceDefinitionsOperator": "update_resource_definitions",
    "VerifyOperator": "verify",
}

__all__ = sorted(_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
