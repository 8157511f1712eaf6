"""Which Python function stands behind a load module's name.

Registration alone makes no program runnable: program fetch looks for a member of that name in STEPLIB, JOBLIB or
SYS1.LINKLIB first, and the step ends with S806 if there is none.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from zoslab.jes.errors import Abend

if TYPE_CHECKING:
    from zoslab.jes.step import Step

Program = Callable[["Step"], int]
_F = TypeVar("_F", bound=Callable[["Step"], int])
_programs: dict[str, Program] = {}


def program(*names: str) -> Callable[[_F], _F]:
    """Register a function under its module name and aliases: ``@program("ICKDSF")``."""

    def register(function: _F) -> _F:
        for name in names:
            _programs[name] = function
        return function

    return register


def lookup(name: str) -> Program | None:
    """Return the function behind a module name, or None for a module that is data only (tables, control blocks)."""
    _load()
    return _programs.get(name)


def names() -> list[str]:
    """Return every module name that has a function: what a system library must hold as members."""
    _load()
    return sorted(_programs)


@functools.cache
def _load() -> None:
    from zoslab import programs

    programs.load_all()


__all__ = ["Abend", "Program", "lookup", "names", "program"]
