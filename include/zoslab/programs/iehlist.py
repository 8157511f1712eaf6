"""IEHLIST: LISTVTOC and LISTPDS. Source: DFSMSdfp Utilities, IEHLIST. LISTCTLG (CVOL catalogs) is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from zoslab.dasd.errors import DasdError
from zoslab.dasd.subsystem import VolumeNotMounted
from zoslab.dasd.volume import Volume
from zoslab.dasd.vtocix import NAME_PREFIX
from zoslab.datasets import DataSetNotFound
from zoslab.programs import iehlist_report as report
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Listing, Step

OPERAND = re.compile(r"([A-Z]+)(?:=(\([^)]*\)|[^,]*))?(?:,|$)")
KNOWN = {
    "LISTVTOC": {"FORMAT", "DUMP", "VOL", "DSNAME", "DSN", "INDEXDSN"},
    "LISTPDS": {"FORMAT", "DUMP", "VOL", "DSNAME", "DSN"},
}
REFUSED = 8
Operands = dict[str, str]


class Refused(Exception):
    """A statement that cannot be carried out; the text is the message."""


@program("IEHLIST")
def iehlist(step: Step) -> int:
    """Carry out the statements of SYSIN; one that is refused leaves the others to be carried out."""
    listing = step.print("SYSPRINT")
    code = 0
    for statement in statements(step.dd("SYSIN").records()):
        listing.line(f"1{'SYSTEMS SUPPORT UTILITIES---IEHLIST':>70}")
        listing.line(f" {statement}")
        try:
            verb, operands = parse(statement)
            FUNCTIONS[verb](step, operands, listing)
        except Refused as error:
            listing.line(f" {error}")
            code = REFUSED
        except (DasdError, VolumeNotMounted, DataSetNotFound) as error:
            listing.line(f" IEH105I UNABLE TO READ: {error}")
            code = REFUSED
    return code


def statements(lines: Iterator[str]) -> Iterator[str]:
    """Yield statements; one that ends in a comma, or with a character in column 72, goes on in column 16."""
    whole = ""
    for line in lines:
        marked = len(line) >= 72 and line[71] != " "
        text = line[:71]
        whole += text.strip() if whole else " ".join(text.split(maxsplit=2)[:2])
        if not (marked or whole.endswith(",")) and whole:
            yield whole
            whole = ""
    if whole:
        yield whole


def parse(statement: str) -> tuple[str, Operands]:
    """Return verb and operands.

    :raises Refused: an operand or the verb is not known.
    """
    verb, _, rest = statement.partition(" ")
    if verb not in KNOWN:
        raise Refused(f"IEH101I STATEMENT {verb} IS NOT SUPPORTED: LISTVTOC AND LISTPDS ARE")
    operands: Operands = {}
    at = 0
    while at < len(rest):
        found = OPERAND.match(rest, at)
        if found is None or found[1] not in KNOWN[verb] or found[1] in operands:
            raise Refused(f"IEH102I INVALID OPERAND: {rest[at:]}")
        operands["DSNAME" if found[1] == "DSN" else found[1]] = found[2] or ""
        at = found.end()
    if "FORMAT" in operands and "DUMP" in operands:
        raise Refused("IEH102I INVALID OPERAND: FORMAT AND DUMP EXCLUDE EACH OTHER")
    if "INDEXDSN" in operands and not operands.keys() & {"FORMAT", "DUMP"}:
        raise Refused("IEH102I INVALID OPERAND: INDEXDSN NEEDS FORMAT OR DUMP")
    return verb, operands


def _volume(step: Step, operands: Operands) -> Volume:
    """Return the volume of VOL=device=serial, which a DD statement has to allocate.

    :raises Refused: it is not given so, not allocated, or on another type of device.
    """
    device, _, volser = operands.get("VOL", "").partition("=")
    if not volser:
        raise Refused("IEH103I VOL=DEVICE=SERIAL IS NEEDED")
    if not any(volser in dd.volsers for dd in step.dds.values()):
        raise Refused(f"IEH104I VOLUME {volser} IS NOT ALLOCATED BY A DD STATEMENT")
    volume = step.system.dasd.volume(volser)
    if device not in (volume.geometry.device, "SYSDA", "SYSALLDA"):
        raise Refused(f"IEH104I VOLUME {volser} IS ON A {volume.geometry.device}, NOT ON A {device}")
    return volume


def _names(operands: Operands) -> list[str]:
    given = operands.get("DSNAME", "")
    return [name for name in given.strip("()").split(",") if name]


def _list_vtoc(step: Step, operands: Operands, listing: Listing) -> None:
    volume = _volume(step, operands)
    kind = "SMS MANAGED" if volume.sms else ""
    listing.line(
        f"0{'CONTENTS OF VTOC ON VOL':>58} {volume.volser}" + (f"  <THIS IS AN {kind} VOLUME>" if kind else "")
    )
    names = _names(operands)
    entries = [entry for entry in volume.vtoc.entries() if not names or entry.dsname in names]
    form = next((each for each in ("FORMAT", "DUMP") if each in operands), "")
    for line in report.VTOC_FORMS[form](volume, entries):
        listing.line(f" {line}".rstrip())
    for name in names:
        if name not in [entry.dsname for entry in entries]:
            raise Refused(f"IEH108I REQUEST CANNOT BE SERVICED: {name} IS NOT ON VOLUME {volume.volser}")
    if "INDEXDSN" in operands:
        _list_index(volume, operands, listing)


def _list_index(volume: Volume, operands: Operands, listing: Listing) -> None:
    """List the VTOC index too, which has to be the volume's own.

    :raises Refused: it is not.
    """
    name = operands["INDEXDSN"]
    if not volume.indexed or not name.startswith(NAME_PREFIX) or volume.vtoc.find(name) is None:
        raise Refused(f"IEH108I REQUEST CANNOT BE SERVICED: {name} IS NO VTOC INDEX ON VOLUME {volume.volser}")
    for line in report.index(volume, name, dump="DUMP" in operands):
        listing.line(f" {line}".rstrip())


def _list_pds(step: Step, operands: Operands, listing: Listing) -> None:
    names = _names(operands)
    if not names:
        raise Refused("IEH103I DSNAME IS NEEDED")
    volume = _volume(step, operands) if "VOL" in operands else None
    for name in names:
        step.authorise(name, "READ")
        dataset = step.system.datasets.find(name, volume.volser if volume else None)
        listing.line(f"0{'DIRECTORY INFO FOR SPECIFIED PDS ON VOL':>74} {dataset.volsers[0]}")
        listing.line(f" {name}")
        for line in report.directory(dataset.pds()):
            listing.line(f" {line}".rstrip())


FUNCTIONS: dict[str, Callable[[Step, Operands, Listing], None]] = {"LISTVTOC": _list_vtoc, "LISTPDS": _list_pds}
