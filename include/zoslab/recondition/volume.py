"""One copied volume: what becomes of each data set on it, and the change itself, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from zoslab.dasd import vtocix
from zoslab.dasd.dscb import Format1
from zoslab.dasd.errors import DasdError
from zoslab.dasd.volume import Volume
from zoslab.dasd.vsam.component import ICF_CATALOG, ICF_DATA_SET, changing_vvds
from zoslab.dasd.vtoc_content import VtocContent
from zoslab.dasd.vvds import vvds_name
from zoslab.recondition import catalog, vvds
from zoslab.recondition.catalog import CatalogPlan
from zoslab.recondition.errors import Problem
from zoslab.recondition.names import VVDS_PREFIX, NewNames, fault_of, is_generation, of_volume
from zoslab.recondition.request import Request
from zoslab.recondition.vvds import VvdsPlan

VSAM_SPACE, VSAM_OWNED = "Z99999", 0x80


@dataclass
class VolumePlan:
    """What is to be done on one volume.

    :ivar renames: new name by old one. :ivar kept: data sets whose names stay. :ivar done: it was done before.
    """

    source: str
    target: str
    renames: dict[str, str] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    indexed: bool = False
    vvds: VvdsPlan | None = None
    catalogs: list[CatalogPlan] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    done: bool = False


class VolumeSurvey:
    """Reads a volume and decides. Nothing is changed."""

    def __init__(self, volume: Volume, source: str, target: str, request: Request) -> None:
        self.volume, self.request, self.names = volume, request, NewNames(request)
        self.plan = VolumePlan(source, target)

    def run(self) -> VolumePlan:
        """Return the plan; what stands against it is among its problems."""
        try:
            content = self.volume.vtoc.content()
            if content.fault is not None:
                raise DasdError(f"its VTOC is damaged or holds what is not supported: {content.fault}")
            self.plan.indexed = content.indexed
            self._volume(content)
        except DasdError as error:
            self._problem("RCD201E", str(error))
        return self.plan

    def _volume(self, content: VtocContent) -> None:
        first_volsers = {name: content.format1(slot).ds1dssn for name, slot in content.names.items()}
        pending = any(map(self.names.is_pending, first_volsers.values()))
        self.plan.done = not pending and any(map(self.names.is_given, first_volsers.values()))
        if self.plan.source != self.plan.target and content.table.format4.ds4vsind & VSAM_OWNED:
            self._problem("RCD210W", f"A VSAM CATALOG OF BEFORE ICF OWNS IT AND KNOWS IT AS {self.plan.source}")
        self.plan.vvds = vvds.survey(self.volume, content, self.names)
        if self.plan.done:
            self.plan.kept = list(content.names)
        else:
            for name, slot in content.names.items():
                self._data_set(name, content.format1(slot))
            self._check_new_names(content)
        self._catalogs()

    def _data_set(self, name: str, format1: Format1) -> None:
        if of_volume(name):
            self._rename(name, self._of_volume(name))
            return
        first = format1.ds1dssn
        if not self.names.is_pending(first) and first not in self.names.volmap and self.names.dsname(name):
            self._problem("RCD205W", f"DATA SET {name} BEGINS ON VOLUME {first or 'UNKNOWN'}, WHICH IS NOT IN VOLMAP")
        reason = self._unknown_vsam(name, format1)
        if name in self._owned:
            self._rename(name, self.names.same(name))
        elif reason:
            self._keep(name, reason)
        else:
            if format1.dsorg == "VS" and format1.ds1optcd & ICF_CATALOG:
                self._problem("RCD209W", f"CATALOG {name} IS NOT IN CATALOGS: ITS ENTRIES STAY AS THEY ARE")
            self._by_policy(name)

    @property
    def _owned(self) -> frozenset[str]:
        """The components of the catalogs that are reconditioned, which no policy applies to."""
        return self.plan.vvds.catalog_components if self.plan.vvds else frozenset()

    def _of_volume(self, name: str) -> str:
        if name.startswith(VVDS_PREFIX):
            known = self.plan.vvds is not None and name == self.plan.vvds.name
            return vvds_name(self.plan.target) if known else name
        own = self.plan.indexed or name == vtocix.index_name(self.plan.source)
        return vtocix.index_name(self.plan.target) if own else name

    def _unknown_vsam(self, name: str, format1: Format1) -> str:
        """Say why a data set's name is also kept where it cannot be changed, an empty text if it is not."""
        if name.startswith(VSAM_SPACE) and ".VSAMDSPC." in name:
            return "IT IS THE SPACE OF A VSAM CATALOG OF BEFORE ICF"
        if format1.dsorg != "VS":
            return ""
        if not format1.ds1optcd & ICF_DATA_SET:
            return "IT BELONGS TO A VSAM CATALOG OF BEFORE ICF"
        if self.plan.vvds is None or name not in self.plan.vvds.names:
            return "THE VVDS OF THE VOLUME HAS NO RECORD OF IT"
        return ""

    def _keep(self, name: str, reason: str) -> None:
        if self.request.notrenamed == "FAIL":
            self._problem("RCD203E", f"DATA SET {name} CANNOT BE RENAMED: {reason}")
        else:
            self._problem("RCD202W", f"DATA SET {name} IS KEPT UNDER ITS NAME: {reason}")
        self.plan.kept.append(name)

    def _by_policy(self, name: str) -> None:
        new = self.names.dsname(name)
        if new is None:
            if self.request.notrenamed == "FAIL":
                self._problem("RCD204E", f"DATA SET {name}: NO MASK MATCHES")
            if self.request.notrenamed == "DELETE":
                self.plan.deleted.append(name)
            else:
                self.plan.kept.append(name)
        elif self.request.gdg == "DELETE" and is_generation(name):
            self.plan.deleted.append(name)
        else:
            self._rename(name, new)

    def _rename(self, old: str, new: str) -> None:
        fault = fault_of(new) if new != old else ""
        if fault:
            self._problem("RCD206E", f"DATA SET {old}: {fault}")
        if new == old:
            self.plan.kept.append(old)
        else:
            self.plan.renames[old] = new
            self._check_repeatable(old, new)

    def _check_repeatable(self, old: str, new: str) -> None:
        """Where the serial stays, a second run could not tell that a name is a new one already."""
        if self.plan.source == self.plan.target and self.names.same(new) != new:
            text = f"DATA SET {old} BECOMES {new}, WHICH THE MASKS RENAME AGAIN: GIVE THE VOLUME A NEW SERIAL"
            self._problem("RCD207E", text)

    def _check_new_names(self, content: VtocContent) -> None:
        gone = self.plan.renames.keys() | set(self.plan.deleted)
        taken = {name: name for name in content.names if name not in gone}
        for old, new in self.plan.renames.items():
            if new in taken:
                self._problem("RCD208E", f"DATA SETS {taken[new]} AND {old} WOULD BOTH BE {new}")
            taken[new] = old

    def _catalogs(self) -> None:
        for old, new in self.request.catalogs.items():
            found = catalog.survey(self.volume, self.plan.vvds, (old, new), self.names, self.request)
            if found is not None:
                self.plan.catalogs.append(found)
                self.plan.problems += found.problems

    def _problem(self, code: str, text: str) -> None:
        self.plan.problems.append(Problem(code, f"VOLUME {self.plan.target}: {text}"))


def recondition(volume: Volume, plan: VolumePlan, request: Request) -> None:
    """Carry a plan out: VTOC with its index, VVDS, and the catalogs on the volume, in one transaction.

    :raises DasdError: a structure has no room for the new names; the volume is as it was.
    :raises CatalogError: two catalog entries would have one name; the volume is as it was.
    """
    names = NewNames(request)
    with changing_vvds(volume.device):
        if not plan.done:
            _vtoc(volume, plan, names)
            if plan.vvds is not None:
                vvds.rewrite(volume, plan, names)
        for each in plan.catalogs:
            if not each.done:
                catalog.rewrite(volume, each, names, request)


def _vtoc(volume: Volume, plan: VolumePlan, names: NewNames) -> None:
    with volume.vtoc.batch() as content:
        for name in plan.deleted:
            volume.vtoc.remove(name)
        volume.vtoc.rename_all(plan.renames)
        for slot, format1 in _format1s(content):
            first = format1.ds1dssn
            if names.is_pending(first):
                format1.ds1dssn = names.volser(first)
                content.table.touch(slot)
        content.names_changed = True


def _format1s(content: VtocContent) -> Iterator[tuple[int, Format1]]:
    for slot in content.names.values():
        yield slot, content.format1(slot)
