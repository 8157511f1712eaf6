"""Real data set names for one job: temporary names, relative generations and backward references.

Generations are fixed once when the job starts, so that (+1) means the same data set in every step.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from zoslab.jes import references
from zoslab.jes.model import DdDefinition, StepDefinition

if TYPE_CHECKING:
    from zoslab.catalog.system import CatalogSystem

_RELATIVE = re.compile(r"[+-]\d{1,3}|0")


class Names:
    """The names of one job."""

    def __init__(
        self, jobname: str, started: datetime, steps: Sequence[StepDefinition], catalogs: CatalogSystem
    ) -> None:
        self._jobname = jobname
        self._steps = steps
        self._prefix = f"SYS{started:%y%j}.T{started:%H%M%S}.RA000.{jobname}"
        self._catalogs = catalogs
        self._generations: dict[tuple[str, int], str] = {}

    def fix_generations(self) -> None:
        """Resolve every relative generation of the job.

        :raises CatalogError: the base is not a generation data group, or the generation does not exist.
        """
        for step in self._steps:
            for parts in step.dds:
                for dd in filter(relative, parts):
                    key = (dd.dsname, int(dd.member))
                    if key not in self._generations:
                        self._generations[key] = self._catalogs.generation(*key)

    def bases(self) -> dict[str, bool]:
        """Return the generation data groups named relatively, and whether the job only reads generations.

        A job that makes one holds the group for itself, so that two jobs cannot make the same generation.
        """
        wanted: dict[str, bool] = {}
        for step in self._steps:
            for parts in step.dds:
                for dd in filter(relative, parts):
                    wanted[dd.dsname] = wanted.get(dd.dsname, True) and int(dd.member) <= 0
        return wanted

    def real(self, dd: DdDefinition, at: int) -> tuple[str, str]:
        """Return (dsname, member) of a DD of step ``at``."""
        if dd.refers:
            origin = references.find(dd.refers, self._steps, at)
            assert origin is not None
            return self.real(origin, at)
        if relative(dd):
            return self._generations[dd.dsname, int(dd.member)], ""
        if dd.dsname.startswith("&&"):
            return f"{self._prefix}.{dd.dsname[2:]}.H01", dd.member
        if not dd.dsname:
            return f"{self._prefix}.R{dd.number:07d}", dd.member
        return dd.dsname, dd.member

    def all(self) -> list[tuple[int, DdDefinition, str]]:
        """Return (step index, DD, real name) of every DD that names a data set which others could want too."""
        found = []
        for at, step in enumerate(self._steps):
            for parts in step.dds:
                for dd in parts:
                    if (dd.dsname or dd.refers) and not dd.dsname.startswith("&&"):
                        found.append((at, dd, self.real(dd, at)[0]))
        return found


def relative(dd: DdDefinition) -> bool:
    """Whether the "member" is a relative generation."""
    return bool(_RELATIVE.fullmatch(dd.member)) and not dd.dsname.startswith("&&")


def needs_data_set(dd: DdDefinition) -> bool:
    """Whether the DD stands for a data set (and not for the spool, in-stream records or nothing)."""
    return not (dd.dummy or dd.sysout or dd.data is not None or dd.volume_only)
