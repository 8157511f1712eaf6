"""The control regions that are active in a system, by IMSID: what the z/OS subsystem interface knows."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

from zoslab.ims.errors import ImsError

if TYPE_CHECKING:
    from zoslab.ims.region import ControlRegion

_latch = threading.Lock()
_systems: weakref.WeakKeyDictionary[object, dict[str, ControlRegion]] = weakref.WeakKeyDictionary()


def identify(system: object, region: ControlRegion) -> None:
    """Make a control region known.

    :raises ImsError: one of that IMSID is active.
    """
    with _latch:
        active = _systems.setdefault(system, {})
        if region.imsid in active and not active[region.imsid].ended.is_set():
            raise ImsError(f"DFS1926I AN IMS WITH IMSID {region.imsid} IS ALREADY ACTIVE")
        active[region.imsid] = region


def withdraw(system: object, region: ControlRegion) -> None:
    """Forget a control region."""
    with _latch:
        active = _systems.get(system, {})
        if active.get(region.imsid) is region:
            del active[region.imsid]


def find(system: object, imsid: str) -> ControlRegion | None:
    """Return the active control region of an IMSID."""
    with _latch:
        return _systems.get(system, {}).get(imsid)


def members(system: object, imsplex: str) -> list[ControlRegion]:
    """Return the active control regions of an IMSplex, by IMSID."""
    with _latch:
        regions = list(_systems.get(system, {}).values())
    return sorted((one for one in regions if one.configuration.system.imsplex == imsplex), key=lambda one: one.imsid)


def peers(region: ControlRegion) -> list[ControlRegion]:
    """Return the other active control regions of a region's IMSplex in its system."""
    with _latch:
        systems = [active for active in _systems.values() if region in active.values()]
    found = [one for active in systems for one in active.values() if one is not region and not one.ended.is_set()]
    return [one for one in found if one.configuration.system.imsplex == region.configuration.system.imsplex]
