"""What must be true of the target after a refresh, from listings. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from imsclone.errors import CloneError
from imsclone.facts import CatalogEntry
from imsclone.listings.recon_types import Recon
from imsclone.refresh.plan import TargetPlan


class RefreshDiffers(CloneError):
    """A part of the target is not as the plan of the refresh has it."""

    id = "CLN297E"
    text = "{layer}: {where} {said}"
    remedy = "Clear the task that makes it so, and what comes after it."


def recon_problems(plan: TargetPlan, recon: Recon) -> Iterator[RefreshDiffers]:
    """Yield what the target's RECON says otherwise than the plan."""
    databases = {one.dbd: one for one in recon.databases}
    for name in dict.fromkeys([*plan.refreshed, *(copy.owner for copy in plan.copies)]):
        found = databases.get(name)
        if found is None:
            yield RefreshDiffers(layer="RECON", where=name, said="is not registered")
        elif found.authorized:
            holders = ", ".join(found.authorized)
            yield RefreshDiffers(layer="RECON", where=name, said=f"is authorized for {holders} before it is started")
    recorded = {
        (one.dbd, ddname): dsname
        for one in recon.data_sets
        for ddname, dsname in ([(ads.ddname, ads.dsname) for ads in one.area_data_sets] or [(one.ddname, one.dsname)])
    }
    for copy in plan.copies:
        dsname = recorded.get((copy.owner, copy.ddname), "nothing")
        if dsname != copy.target:
            said = f"is {dsname}, not {copy.target}"
            yield RefreshDiffers(layer="RECON", where=f"{copy.owner} {copy.ddname}", said=said)
    for one in recon.images:
        if one.dbd in {copy.owner for copy in plan.copies}:
            said = f"has an image copy of before the refresh, {one.time}"
            yield RefreshDiffers(layer="RECON", where=f"{one.dbd} {one.ddname}", said=said)


def catalog_problems(plan: TargetPlan, entries: Mapping[str, CatalogEntry]) -> Iterator[RefreshDiffers]:
    """Yield what the catalog says otherwise than the plan."""
    for copy in plan.copies:
        names = [part.target for part in copy.components] or [copy.target]
        for name in [copy.target, *names]:
            found = entries.get(name)
            if found is None:
                yield RefreshDiffers(layer="catalog", where=name, said="has no entry")
            elif not set(found.volsers) <= set(copy.volsers):
                said = f"is on {' '.join(found.volsers)}, not on {' '.join(copy.volsers)}"
                yield RefreshDiffers(layer="catalog", where=name, said=said)
