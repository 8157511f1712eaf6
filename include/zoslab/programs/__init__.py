"""Programs that steps can run, one module per utility. A new module needs no entry anywhere: all are imported."""

from __future__ import annotations

import importlib
import pkgutil


def load_all() -> None:
    """Import every module of this package, which registers the programs in it."""
    for found in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(found.name)
