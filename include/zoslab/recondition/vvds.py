"""The VVDS of a copied volume: is it one that can be rewritten, and the rewriting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zoslab.dasd.errors import DasdError
from zoslab.dasd.volume import Volume
from zoslab.dasd.vsam import control_interval
from zoslab.dasd.vsam.component import component_space
from zoslab.dasd.vsam.errors import BadControlInterval
from zoslab.dasd.vtoc_content import VtocContent
from zoslab.dasd.vvds import FIRST_CI, MAP, Vvds, room
from zoslab.dasd.vvds_record import BrokenVvds, VvdsRecord, decode, encode
from zoslab.recondition.names import VVDS_PREFIX, NewNames

if TYPE_CHECKING:
    from zoslab.recondition.volume import VolumePlan


class UnknownVvds(DasdError):
    """The VVDS is not of the layout that is understood here, and nothing on its volume is changed."""


@dataclass(frozen=True)
class VvdsPlan:
    """What was found in a VVDS.

    :ivar names: components and data sets it has records of. :ivar catalogs: the records of the catalogs' own
        components, by catalog name as it stands there.
    """

    name: str
    records: int
    names: frozenset[str]
    catalogs: dict[str, tuple[VvdsRecord, ...]]

    @property
    def catalog_components(self) -> frozenset[str]:
        return frozenset(record.name for records in self.catalogs.values() for record in records)


def survey(volume: Volume, content: VtocContent, names: NewNames) -> VvdsPlan | None:
    """Read the VVDS of a volume through, None if it has none.

    :raises UnknownVvds: with the place and what is not understood there.
    """
    name = _name(volume, content)
    if name is None:
        return None
    found: set[str] = set()
    catalogs: dict[str, tuple[VvdsRecord, ...]] = {}
    wanted = {known for pair in names.request.catalogs.items() for known in pair}
    count = 0
    try:
        if volume.vtoc.require(name).dscb.dsorg != "VS":
            raise BrokenVvds("it is not a VSAM data set")
        for record in _read(Vvds(component_space([volume], name))):
            found.add(record.name)
            count += 1
            if record.cluster in wanted:
                catalogs[record.cluster] = (*catalogs.get(record.cluster, ()), record)
    except (DasdError, BadControlInterval) as error:
        raise UnknownVvds(f"{name} is not a VVDS that is understood here: {error}") from error
    return VvdsPlan(name, count, frozenset(found), catalogs)


def rewrite(volume: Volume, plan: VolumePlan, names: NewNames) -> None:
    """Rename in every record, and the VVDS itself; its data set has its new name already."""
    assert plan.vvds is not None
    deleted = frozenset(plan.deleted)
    kept = frozenset(plan.kept)

    def transform(record: VvdsRecord) -> VvdsRecord | None:
        if record.name in deleted:
            return None
        new = record.name if record.name in kept else plan.renames.get(record.name) or names.same(record.name)
        return replace(record, name=new, cluster=names.same(record.cluster), catalog=names.same(record.catalog))

    name = plan.renames.get(plan.vvds.name, plan.vvds.name)
    Vvds(component_space([volume], name)).rewrite(transform, volser=plan.target, catalog=names.same)


def _name(volume: Volume, content: VtocContent) -> str | None:
    found = [name for name in content.names if name.startswith(VVDS_PREFIX)]
    if len(found) > 1:
        raise UnknownVvds(f"the volume has several VVDSs: {', '.join(sorted(found))}")
    return found[0] if found else None


def _read(vvds: Vvds) -> Iterator[VvdsRecord]:
    """Yield the records; each must come out as it went in, and the space map must fit.

    :raises BrokenVvds: it does not.
    """
    space_map = vvds.vvcr()[MAP:]
    if not FIRST_CI <= vvds.end <= len(space_map):
        raise BrokenVvds(f"its own record says that it has {vvds.end} control intervals")
    for number, image in vvds.images():
        raws = control_interval.parse(image)
        if space_map[number] != room(raws):
            raise BrokenVvds(f"control interval {number} has another room than the space map says")
        for raw in raws:
            record = decode(raw)
            if encode(record) != raw:
                raise BrokenVvds(f"control interval {number}: the record of {record.name} has an unknown form")
            yield record
