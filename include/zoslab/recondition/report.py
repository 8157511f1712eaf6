"""What was done on a volume, as VOLRCOND's messages tell it."""

from __future__ import annotations

from zoslab.recondition.volume import VolumePlan


def lines(volume: VolumePlan) -> list[str]:
    """Return the messages about one volume and the catalogs on it."""
    index = "REBUILT" if volume.indexed and not volume.done else "KEPT" if volume.indexed else "NONE"
    vvds = f"{volume.vvds.records} RECORDS" if volume.vvds is not None else "NONE"
    found = [
        f"RCD010I VOLUME {volume.target} WAS {volume.source}: {len(volume.renames)} RENAMED, {len(volume.kept)} KEPT, "
        f"{len(volume.deleted)} DELETED, VTOC INDEX {index}, VVDS {vvds}"
    ]
    if volume.done:
        found.append(f"RCD011I VOLUME {volume.target} HAD BEEN RECONDITIONED BEFORE")
    for catalog in volume.catalogs:
        found.append(
            f"RCD020I CATALOG {catalog.new}: {catalog.records} RECORDS, {catalog.renamed} RENAMED, "
            f"{catalog.orphans} ORPHANS"
        )
    return found
