"""ICKDSF: INIT, REFORMAT, BUILDIX. Device Support Facilities, GC35-0033.

A device named by UNIT has to be offline to this system; a volume that is online is named by DDNAME (NOVERIFYOFFLINE
is about other systems, of which there are none). REFORMAT VOLID changes the label and nothing else.
The texts of ICK307xxI, ICK30001I and ICK31300I are this project's own; their neighbours are as documented.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zoslab.dasd.devices import Device, DeviceNotDefined
from zoslab.dasd.errors import DasdError
from zoslab.dasd.label import write_label
from zoslab.dasd.subsystem import DuplicateVolser
from zoslab.dasd.volume import Volume
from zoslab.programs.registry import program
from zoslab.programs.statements import Command, Grammar, Statement, StatementFault, flag, parse, value

if TYPE_CHECKING:
    from zoslab.jes.step import Listing, Step

UNIT = value("UNIT", "UNITADDRESS", pattern=r"[0-9A-F]{3,4}")
DDNAME = value("DDNAME", "DDN", longest=8)
VOLID = value("VOLID", "VOL", pattern=r"[A-Z0-9@#$-]{1,6}")
VERIFY = (value("VERIFY", "VFY", most=2), flag("NOVERIFY", "NVFY"))
OFFLINE = (flag("VERIFYOFFLINE", "VFYOFL"), flag("NOVERIFYOFFLINE", "NOVFYOFL"))
PURGE = (flag("PURGE", "PRG"), flag("NOPURGE", "NPRG"))
CHECK = (flag("CHECK", "CK"), flag("NOCHECK", "NCK"))
EXCLUSIVE = [
    ("VERIFY", "NOVERIFY"),
    ("PURGE", "NOPURGE"),
    ("CHECK", "NOCHECK"),
    ("VERIFYOFFLINE", "NOVERIFYOFFLINE"),
]
PLACE = r"\d{1,5}|X'[0-9A-F]{1,4}'"
COMMANDS = Grammar(
    Command(
        "INIT",
        UNIT,
        VOLID,
        *VERIFY,
        *PURGE,
        *CHECK,
        *OFFLINE,
        value("OWNERID", "OWNER", longest=14),
        value("VTOC", pattern=PLACE, most=3),
        value("INDEX", pattern=PLACE, most=3),
        flag("STORAGEGROUP", "STGR"),
        flag("NOINDEX"),
        exclusive=[*EXCLUSIVE, ("INDEX", "NOINDEX")],
        one_of=[("UNIT",)],
    ),
    Command(
        "REFORMAT",
        UNIT,
        DDNAME,
        VOLID,
        *VERIFY,
        *PURGE,
        *CHECK,
        *OFFLINE,
        value("OWNERID", "OWNER", longest=14),
        flag("REFVTOC"),
        exclusive=EXCLUSIVE,
        one_of=[("UNIT", "DDNAME")],
    ),
    Command(
        "BUILDIX",
        DDNAME,
        flag("IXVTOC"),
        flag("OSVTOC"),
        *PURGE,
        one_of=[("DDNAME",), ("IXVTOC", "OSVTOC")],
    ),
    margins=(2, 72),
)
TERMINATED = 12


class Refused(Exception):
    """A function ends with condition code 12; the text is the message."""


@program("ICKDSF")
def ickdsf(step: Step) -> int:
    """Carry out SYSIN; after a function that failed the next ones still run, as with the MVS version."""
    listing = step.print("SYSPRINT")
    now = step.system.clock.now()
    listing.line(f"ICKDSF - MVS/ESA    DEVICE SUPPORT FACILITIES 17.0                TIME: {now:%H:%M:%S}"
                 f"        {now:%m/%d/%y}     PAGE   1")  # fmt: skip
    highest = 0
    for statement in parse(step.dd("SYSIN").records(), COMMANDS):
        listing.line()
        for line in statement.lines:
            listing.line(line)
        highest = max(highest, _function(step, statement, listing))
    listing.line()
    listing.line(f"ICK00002I ICKDSF PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS {highest}")
    return highest


def _function(step: Step, statement: Statement | StatementFault, listing: Listing) -> int:
    try:
        if isinstance(statement, StatementFault):
            raise Refused(f"ICK30202I {statement}".upper())
        FUNCTIONS[statement.verb](step, statement, listing)
    except (Refused, DasdError) as error:
        text = str(error)
        listing.line(text if text.startswith("ICK") else f"ICK30718I {text}".upper())
        listing.line(f"ICK30003I FUNCTION TERMINATED. CONDITION CODE IS {TERMINATED}")
        return TERMINATED
    listing.line("ICK00001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 0")
    listing.line(f"          {step.system.clock.now():%H:%M:%S    %m/%d/%y}")
    return 0


def _init(step: Step, statement: Statement, listing: Listing) -> None:
    device = _device(step, statement, listing)
    old = device.label()
    _verify(statement, device, listing)
    if not statement.has("VOLID") and old is None:
        raise Refused("ICK30714I VOLID IS REQUIRED: THE VOLUME HAS NO LABEL")
    if old is not None and not statement.has("PURGE"):
        _require_empty(Volume(device))
    tracks = _extent_tracks(statement, "VTOC", device), _extent_tracks(statement, "INDEX", device)
    index_tracks = 0 if statement.has("NOINDEX") else tracks[1] or 15
    with step.system.dasd.atomic():
        Volume.init(
            device,
            statement.text("VOLID", old or ""),
            tracks[0] or 14,
            index_tracks,
            sms=statement.has("STORAGEGROUP"),
            owner=statement.text("OWNERID"),
        )
    listing.line("ICK01314I VTOC IS LOCATED AT CCHH=X'0000 0001' AND IS "
                 f"{tracks[0] or 14:>4} TRACKS.")  # fmt: skip


def _reformat(step: Step, statement: Statement, listing: Listing) -> None:
    device = _device(step, statement, listing)
    _verify(statement, device, listing)
    volume = Volume.open(device)
    listing.line(f"ICK01313I VOLUME CONTAINS {'AN INDEX' if volume.indexed else 'A NON-INDEXED'} VTOC")
    with step.system.dasd.atomic():
        if statement.has("REFVTOC"):
            volume.rebuild_index()
        label = volume.label
        label.volserno = statement.text("VOLID", label.volserno)
        label.volowner = statement.text("OWNERID", label.volowner)
        write_label(device, label)
    if statement.has("VOLID"):
        listing.line(f"ICK03092I VOLUME SERIAL IS NOW {label.volserno}")
    if device.online:
        _notice(step, device, listing)


def _notice(step: Step, device: Device, listing: Listing) -> None:
    """Let the system see the label of a volume that is online."""
    try:
        step.system.dasd.vary_online(device.devno)
    except DuplicateVolser:
        listing.line(f"ICK31317I DEVICE {device.devno:04X} IS MADE OFFLINE: ITS SERIAL IS A DUPLICATE")


def _build_index(step: Step, statement: Statement, listing: Listing) -> None:
    volume = Volume.open(_allocated(step, statement))
    with step.system.dasd.atomic():
        if statement.has("OSVTOC"):
            volume.drop_index()
        else:
            volume.build_index()
    kind = "OS" if statement.has("OSVTOC") else "INDEXED"
    listing.line(f"ICK00513I FORMAT OF VTOC OF {volume.volser} IS CURRENTLY {kind}")


FUNCTIONS: dict[str, Callable[[Step, Statement, Listing], None]] = {
    "INIT": _init,
    "REFORMAT": _reformat,
    "BUILDIX": _build_index,
}


def _device(step: Step, statement: Statement, listing: Listing) -> Device:
    """Return the device, offline if it is named by UNIT, and print what it is."""
    device = _unit(step, statement) if statement.has("UNIT") else _allocated(step, statement)
    listing.line(f"ICK00700I DEVICE INFORMATION FOR {device.devno:04X} IS CURRENTLY AS FOLLOWS:")
    listing.line(f"          PHYSICAL DEVICE = {device.geometry.device}")
    listing.line(f"          TRKS/CYL = {device.geometry.heads}, # PRIMARY CYLS = {device.geometry.cylinders}")
    listing.line("ICK04000I DEVICE IS IN SIMPLEX STATE")
    if device.online and statement.has("UNIT"):
        raise Refused(f"ICK31300I DEVICE {device.devno:04X} IS ONLINE AS {device.volser}. VARY IT OFFLINE FIRST")
    return device


def _unit(step: Step, statement: Statement) -> Device:
    unit = int(statement.text("UNIT"), 16)
    try:
        return step.system.dasd.device(unit)
    except DeviceNotDefined as error:
        raise Refused(f"ICK30111I DEVICE {unit:04X} IS NOT DEFINED") from error


def _allocated(step: Step, statement: Statement) -> Device:
    """Return the device of the volume that the DD statement allocates."""
    ddname = statement.text("DDNAME")
    volsers = step.dd(ddname).volsers if step.has(ddname) else []
    if not volsers:
        raise Refused(f"ICK30110I DD {ddname} IS MISSING OR NAMES NO VOLUME")
    return step.system.dasd.device_of(volsers[0])


def _verify(statement: Statement, device: Device, listing: Listing) -> None:
    """Refuse a volume whose label is not the one that VERIFY names."""
    found = device.label()
    if found is not None:
        listing.line(f"ICK03091I EXISTING VOLUME SERIAL READ = {found}")
    expected = statement.texts("VERIFY")
    if not expected and not statement.has("NOVERIFY"):
        raise Refused("ICK30713I VERIFY OR NOVERIFY IS REQUIRED")
    if expected and found != expected[0]:
        raise Refused(f"ICK30701I VERIFY FAILED: VOLUME SERIAL FOUND = {found or 'NONE'}, EXPECTED = {expected[0]}")
    if len(expected) > 1 and Volume(device).label.volowner != expected[1]:
        raise Refused(
            f"ICK30701I VERIFY FAILED: OWNER FOUND = {Volume(device).label.volowner}, EXPECTED = {expected[1]}"
        )


def _require_empty(volume: Volume) -> None:
    held = [name for name in volume.vtoc.names() if not name.startswith(("SYS1.VTOCIX.", "SYS1.VVDS."))]
    if held:
        raise Refused(f"ICK30001I NOPURGE: {len(held)} DATA SETS ARE ON THE VOLUME, THE FIRST IS {held[0]}")


def _extent_tracks(statement: Statement, keyword: str, device: Device) -> int:
    """Return the third value of VTOC(cyl,track,tracks); the place itself is always behind the label."""
    given = [int(one[2:-1], 16) if one.startswith("X") else int(one) for one in statement.texts(keyword)]
    if not given:
        return 0
    if len(given) != 3:
        raise Refused(f"ICK30211I {keyword} NEEDS CYLINDER, TRACK AND NUMBER OF TRACKS")
    start = given[0] * device.geometry.heads + given[1]
    wanted = 1 if keyword == "VTOC" else 1 + (_extent_tracks(statement, "VTOC", device) or 14)
    if start != wanted:
        raise Refused(f"ICK30711I {keyword} MUST START AT TRACK {wanted} ON THIS SYSTEM, NOT AT {start}")
    return given[2]
