"""Bring target volumes online under their own serials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from imsclone_airflow import console
from imsclone_airflow.errors import VolumeNotOnline

if TYPE_CHECKING:
    from imsclone.listings.devices import Device
    from imsclone.plan import VolumePair
    from imsclone.zosmf import Client


def not_online(client: Client, pairs: Sequence[VolumePair]) -> tuple[VolumePair, ...]:
    """Return the pairs whose target device is not online under the target's serial."""
    found = console.display_units(client, [pair.target_unit for pair in pairs])
    return tuple(pair for pair in pairs if not _is_there(pair, found))


def _is_there(pair: VolumePair, found: Mapping[str, Device]) -> bool:
    device = found.get(pair.target_unit)
    return device is not None and device.online and device.volser == pair.target


def bring_online(client: Client, pairs: Sequence[VolumePair]) -> tuple[VolumePair, ...]:
    """Vary the targets online that are not, and return those that then still are not there."""
    away = not_online(client, pairs)
    console.vary_online(client, [pair.target_unit for pair in away])
    return not_online(client, away) if away else ()


def vary_offline(client: Client, pairs: Sequence[VolumePair]) -> None:
    """Vary the targets offline, as ICKDSF INIT needs them."""
    for pair in pairs:
        client.command(f"V {pair.target_unit},OFFLINE")


def require_online(client: Client, pairs: Sequence[VolumePair]) -> None:
    """Bring all targets online. Raises VolumeNotOnline for the first that is not."""
    away = not_online(client, pairs)
    said = console.vary_online(client, [pair.target_unit for pair in away])
    if not away:
        return
    found = console.display_units(client, [pair.target_unit for pair in away])
    for pair in away:
        if not _is_there(pair, found):
            device = found.get(pair.target_unit)
            state = "unknown" if device is None else f"{device.status} {device.volser}".strip()
            raise VolumeNotOnline(
                unit=pair.target_unit, wanted=pair.target, found=state, said=said.get(pair.target_unit, "")
            )
