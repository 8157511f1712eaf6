"""Check of a VVDS in itself: control intervals, records, names, space map. Other structures: catalog.diagnose."""

from __future__ import annotations

from zoslab.dasd.vsam.errors import BadControlInterval
from zoslab.dasd.vvds import FIRST_CI, MAP, Vvds, room
from zoslab.dasd.vvds_record import BrokenVvds, decode


def check_vvds(vvds: Vvds) -> list[str]:
    """Return what is wrong within the VVDS, one sentence each."""
    wrong: list[str] = []
    seen: set[str] = set()
    try:
        space_map = vvds.vvcr()[MAP:]
        end = vvds.end
    except (BrokenVvds, BadControlInterval) as error:
        return [str(error)]
    for number in range(FIRST_CI, end):
        try:
            raws = vvds.raw(number)
            records = [decode(raw) for raw in raws]
        except (BrokenVvds, BadControlInterval) as error:
            wrong.append(f"control interval {number}: {error}")
            continue
        for record in records:
            if record.name in seen:
                wrong.append(f"control interval {number}: {record.name} is recorded twice")
            seen.add(record.name)
        if space_map[number] != room(raws):
            wrong.append(f"control interval {number}: the space map says {space_map[number]}, not {room(raws)}")
    return wrong
