"""The layers of a clone that must agree. Each yields what is wrong in it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from imsclone.errors import CloneError
from imsclone.library import changed, edit
from imsclone.listings import amaspzap, idcams, iehlist, isrsupc, recon
from imsclone.names import DataSetName
from imsclone.recon.compare import still_named as recon_still_named
from imsclone_airflow import console, rules
from imsclone_airflow.errors import LayersDiffer, NamesSource
from imsclone_airflow.operators import catalogs
from imsclone_airflow.operators.update_libraries import naming_left_out, search_values
from imsclone_airflow.operators.update_recon import recon_values
from imsclone_airflow.operators.zap import still_named
from imsclone_airflow.operators.zap_parts import PARTS, ZapPart

if TYPE_CHECKING:
    from imsclone.plan import Plan
    from imsclone_airflow.operators.verify import VerifyOperator

VTOC_INDEX = re.compile(r"SYS1\.VTOCIX\..*")
GENERATION = re.compile(r".+\.G\d{4}V\d{2}")
DIAGNOSE_CODES = {0, 4, 8, 12}


class Layer(ABC):
    """One layer. ``begin`` submits what reads it, ``check`` reads and compares."""

    name: ClassVar[str]

    @abstractmethod
    def begin(self, step: VerifyOperator) -> Any:
        """Submit what reads the layer."""

    @abstractmethod
    def check(self, step: VerifyOperator, begun: Any) -> Iterator[CloneError]:
        """Yield what is wrong."""


class Labels(Layer):
    """Volume labels: every target device is online under its own serial."""

    name = "label"

    def begin(self, step: VerifyOperator) -> None:
        return None

    def check(self, step: VerifyOperator, begun: None) -> Iterator[CloneError]:
        pairs = step.the_plan.volume_pairs
        found = console.display_units(step.client, [pair.target_unit for pair in pairs])
        for pair in pairs:
            device = found.get(pair.target_unit)
            state = "unknown" if device is None else f"{device.status} {device.volser}".strip()
            if device is None or not device.online or device.volser != pair.target:
                yield LayersDiffer(
                    layer=self.name, where=f"device {pair.target_unit}", said=f"is {state}, must be {pair.target}"
                )


class Vtocs(Layer):
    """VTOCs: the data sets the plan has, under the clone's names and serials, and no other; and their indexes."""

    name = "VTOC"

    def begin(self, step: VerifyOperator) -> Any:
        plan = step.the_plan
        volsers = tuple(pair.target for pair in plan.volume_pairs)
        device_type = int(plan.volume_pairs[0].device_type)
        values = {"volsers": volsers, "device_type": device_type, "indexes": vtoc_indexes(plan)}
        return step.start("vtocs", "verify_vtocs.jcl", values)

    def check(self, step: VerifyOperator, begun: Any) -> Iterator[CloneError]:
        plan, masks = step.the_plan, rules.masks(step.the_plan)
        serials = set(rules.volsers(plan).values())
        listing = step.ended(begun).sysprint("VTOC")
        found = iehlist.entries(listing)
        step.evidence.counts["VTOC entries verified"] = len(found)
        for entry in found:
            renamed = masks.apply(entry.name)
            if renamed is not None and renamed.name != entry.name:
                yield NamesSource(layer=self.name, where=f"volume {entry.volser}", shown=entry.name)
            if entry.serial not in serials:
                yield NamesSource(layer=self.name, where=f"{entry.name} on {entry.volser}", shown=entry.serial)
        there = {(entry.name, entry.volser) for entry in found}
        for name, volser in sorted(expected(plan) - there):
            if not GENERATION.fullmatch(name):
                yield LayersDiffer(layer=self.name, where=f"volume {volser}", said=f"has no {name}")
        yield from indexes_differ(plan, found, iehlist.index_names(listing))


def vtoc_indexes(plan: Plan) -> dict[str, DataSetName]:
    """Return the VTOC index of each target volume that has one."""
    own = [pair for pair in plan.data_sets if VTOC_INDEX.fullmatch(pair.target)]
    return {volser: DataSetName(pair.target) for pair in own for volser in pair.volsers}


def indexes_differ(
    plan: Plan, vtocs: Iterable[iehlist.VtocEntry], shown: Mapping[str, frozenset[str]]
) -> Iterator[CloneError]:
    """Yield each name that a VTOC and its index do not share; an index that was not shown is one difference."""
    layer = "VTOC index"
    names: dict[str, set[str]] = {}
    for entry in vtocs:
        if "." in entry.name:
            names.setdefault(entry.volser, set()).add(entry.name)
    for volser, index in vtoc_indexes(plan).items():
        found, wanted = shown.get(volser, frozenset()), names.get(volser, set())
        if not found:
            yield LayersDiffer(layer=layer, where=index, said="is not in the listing of IEHLIST")
            continue
        for name in sorted(found - wanted):
            yield LayersDiffer(layer=layer, where=index, said=f"has {name}, which the VTOC does not have")
        for name in sorted(wanted - found):
            yield LayersDiffer(layer=layer, where=index, said=f"does not have {name}, which the VTOC has")


def expected(plan: Plan) -> set[tuple[str, str]]:
    """Return which data set must be on which volume; a generation may have rolled off since the plan was made."""
    return {(pair.target, volser) for pair in plan.data_sets if not pair.deleted for volser in pair.volsers}


class Catalogs(Layer):
    """Catalogs: in agreement with the VVDSs, and nothing in them leads to the source."""

    name = "catalog"

    def begin(self, step: VerifyOperator) -> Any:
        plan = step.the_plan
        values = {"catalogs": plan.catalogs, "volsers": plan.vvds_volsers}
        return step.start("catalogs", "verify_catalogs.jcl", values)

    def check(self, step: VerifyOperator, begun: Any) -> Iterator[CloneError]:
        plan, masks = step.the_plan, rules.masks(step.the_plan)
        sources = rules.left_out(plan).union(rules.volsers(plan))
        diagnoses = {f"DIAG{number}": DIAGNOSE_CODES for number, _ in enumerate(plan.catalogs, 1)}
        output = step.ended(begun, diagnoses | {f"LIST{number}": {0, 4} for number, _ in enumerate(plan.catalogs, 1)})
        for number, catalog in enumerate(plan.catalogs, 1):
            diagnosis = idcams.diagnose(output.sysprint(f"DIAG{number}"))
            for error in diagnosis.errors:
                yield LayersDiffer(layer="VVDS", where=catalog.target, said=f"and the VVDSs do not agree: {error}")
            if diagnosis.rc > catalogs.WARNING and not diagnosis.errors:
                yield LayersDiffer(layer="VVDS", where=catalog.target, said=f"was diagnosed with RC {diagnosis.rc}")
            for entry in idcams.listcat(output.sysprint(f"LIST{number}")):
                step.evidence.counts["catalog entries verified"] += 1
                renamed = masks.apply(entry.name)
                if renamed is not None and renamed.name != entry.name:
                    yield NamesSource(layer=self.name, where=catalog.target, shown=entry.name)
                for volser in sources.intersection(entry.volsers):
                    yield NamesSource(layer=self.name, where=f"{catalog.target} {entry.name}", shown=volser)


class Vvdss(Layer):
    """VVDSs: each describes its own volume, and agrees with the catalogs that it names."""

    name = "VVDS"

    def begin(self, step: VerifyOperator) -> Any:
        plan = step.the_plan
        if not plan.vvds_volsers:
            return None
        return step.start("vvds", "verify_vvds.jcl", {"volsers": plan.vvds_volsers, "catalogs": plan.catalogs})

    def check(self, step: VerifyOperator, begun: Any) -> Iterator[CloneError]:
        if begun is None:
            return
        volsers = step.the_plan.vvds_volsers
        found = idcams.diagnoses(step.ended(begun, {"VVDS": DIAGNOSE_CODES}).sysprint("VVDS"))
        if len(found) != len(volsers):
            said = f"shows {len(found)} of {len(volsers)} DIAGNOSE"
            yield LayersDiffer(layer=self.name, where="the listing", said=said)
            return
        for volser, diagnosis in zip(volsers, found, strict=True):
            for error in diagnosis.errors:
                yield LayersDiffer(layer=self.name, where=f"SYS1.VVDS.V{volser}", said=f"is not as it must be: {error}")
            if diagnosis.rc > catalogs.WARNING and not diagnosis.errors:
                said = f"was diagnosed with RC {diagnosis.rc}"
                yield LayersDiffer(layer=self.name, where=f"SYS1.VVDS.V{volser}", said=said)


class Recon(Layer):
    """RECON: the clone's data sets, logs and subsystems only."""

    name = "RECON"

    def begin(self, step: VerifyOperator) -> Any:
        return step.start("recon", "list_recon.jcl", recon_values(step.the_plan))

    def check(self, step: VerifyOperator, begun: Any) -> Iterator[CloneError]:
        listed = recon.read(step.ended(begun).sysprint("LIST"))
        found = rules.for_recon(step.the_plan)
        yield from recon_still_named(listed, found)
        if listed.header is None:
            yield LayersDiffer(layer=self.name, where="the listing", said="has no status record")
            return
        names = {one.dsname for one in listed.header.data_sets if one.dsname}
        wanted = {pair.target for pair in step.the_plan.recon.data_sets}
        for name in sorted(names - wanted):
            yield LayersDiffer(layer=self.name, where=name, said="is no RECON data set of the clone")


class Libraries(Layer):
    """Libraries: no member that the rules would still change."""

    name = "library"

    def begin(self, step: VerifyOperator) -> Any:
        if not step.the_plan.libraries:
            return None
        return step.start("search", "search_libraries.jcl", search_values(step))

    def check(self, step: VerifyOperator, begun: Any) -> Iterator[CloneError]:
        if begun is None:
            return
        plan, edits = step.the_plan, rules.for_libraries(step.the_plan)
        output = step.ended(begun, {f"SRCH{number}": {0, 1} for number, _ in enumerate(plan.libraries, 1)})
        for number, library in enumerate(plan.libraries, 1):
            hits = isrsupc.search(output.listing(f"SRCH{number}", "OUTDD")).members
            members = {name: step.client.read_text(library.target, name).lines for name in hits}
            edited = edit(members, edits)
            yield from naming_left_out(plan, library.target, edited)
            for member in changed(edited):
                for change in member.changes:
                    where = f"{library.target}({member.name}) line {change.number}"
                    yield NamesSource(layer=self.name, where=where, shown=change.before.strip())


class Zapped(Layer):
    """Load modules and blocks: no name that would still be replaced."""

    def __init__(self, part: ZapPart) -> None:
        self.part = part

    def begin(self, step: VerifyOperator) -> Any:
        places = self.part.places(step.client, step.the_plan)
        return [
            (place, step.start(f"{number}{self.part.letters.lower()}", self.part.templates[0], place.values))
            for number, place in enumerate(places, 1)
        ]

    def check(self, step: VerifyOperator, begun: Any) -> Iterator[CloneError]:
        for place, job in begun:
            dumps = amaspzap.dumps(step.ended(job).sysprint("DUMP"))
            yield from still_named(self.part.layer, place, self.part.zaps(dumps, step.the_plan))


LAYERS: Mapping[str, Layer] = {
    "label": Labels(),
    "VTOC": Vtocs(),
    "catalog and VVDS": Catalogs(),
    "VVDS": Vvdss(),
    "RECON": Recon(),
    "libraries": Libraries(),
    **{layer: Zapped(part) for layer, part in PARTS.items()},
}
