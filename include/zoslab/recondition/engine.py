"""A whole run: survey all volumes and catalogs, and only if nothing stands against it change one after the other.

A volume is changed in one transaction with the catalogs on it. What of a group was done before a failure is
recognised by the serials in its DSCBs and left alone, so the same request may simply be run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from zoslab.catalog.errors import CatalogError
from zoslab.dasd.errors import DasdError
from zoslab.dasd.volume import Volume
from zoslab.dasd.vsam.errors import BadControlInterval
from zoslab.recondition.errors import Problem
from zoslab.recondition.request import Request
from zoslab.recondition.volume import VolumePlan, VolumeSurvey, recondition

OpenVolume = Callable[[str, str], Volume]
"""Opens a volume by its source and target serial; raises DasdError if it is not there."""
WARNING, FAILED, REFUSED = 4, 8, 12


@dataclass
class Plan:
    """What a run is going to do."""

    request: Request
    volumes: list[tuple[Volume, VolumePlan]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_error]


def survey(request: Request, open_volume: OpenVolume, stop: Callable[[], None] = lambda: None) -> Plan:
    """Look at everything and change nothing.

    :param stop: called between volumes; raises to end the run.
    """
    plan = Plan(request)
    for source, target in request.volumes:
        stop()
        try:
            volume = open_volume(source, target)
        except DasdError as error:
            plan.problems.append(Problem("RCD200E", f"VOLUME {target}: {error}"))
            continue
        found = VolumeSurvey(volume, source, target, request).run()
        plan.volumes.append((volume, found))
        plan.problems += found.problems
    plan.problems += _across(plan)
    return plan


def carry_out(
    plan: Plan,
    changing: Callable[[], AbstractContextManager[object]] = nullcontext,
    stop: Callable[[], None] = lambda: None,
) -> Iterator[VolumePlan | Problem]:
    """Change the volumes; yield each when it is done, or the problem that ended the run.

    :param changing: the bracket for changes to catalogs (``CatalogSystem.changing``).
    """
    for volume, found in plan.volumes:
        stop()
        try:
            with changing() if found.catalogs else nullcontext():
                recondition(volume, found, plan.request)
        except (DasdError, CatalogError, BadControlInterval) as error:
            yield Problem("RCD401E", f"VOLUME {found.target} IS LEFT AS IT WAS: {error}")
            return
        yield found


def _across(plan: Plan) -> Iterator[Problem]:
    """Two data sets on different volumes must not get one name; and a catalog has to be on one of the volumes."""
    olds: dict[str, str] = {}
    for _, found in plan.volumes:
        for old, new in found.renames.items():
            if olds.setdefault(new, old) != old:
                yield Problem("RCD208E", f"DATA SETS {olds[new]} AND {old} WOULD BOTH BE {new}")
    here = {catalog.old for _, found in plan.volumes for catalog in found.catalogs}
    for name in plan.request.catalogs:
        if name not in here:
            yield Problem("RCD021I", f"CATALOG {name} IS NOT ON THESE VOLUMES")
