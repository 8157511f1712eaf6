"""IEFBR14: does nothing. Its step exists for the dispositions of its DD statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@program("IEFBR14")
def iefbr14(step: Step) -> int:
    """Branch to register 14 with a zero in register 15."""
    return 0
