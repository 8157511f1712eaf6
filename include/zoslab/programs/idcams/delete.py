"""DELETE. AMS Commands, "DELETE". ERASE and TRUENAME are not supported and refused as unknown."""

from __future__ import annotations

from zoslab.catalog import bcs
from zoslab.catalog.catalog import Catalog
from zoslab.catalog.diagnose import VVDS_PREFIX
from zoslab.catalog.entry import Entry
from zoslab.dasd.dscb import date_of
from zoslab.dasd.subsystem import VolumeNotMounted
from zoslab.dasd.vsam.component import changing_vvds, require_vvds
from zoslab.dasd.vvds_record import NONVSAM
from zoslab.programs.idcams.function import ERROR, SEVERE, Failed, Function, failing
from zoslab.programs.idcams.names import CATALOG, DDNAME, LETTERS, catalog_of, types, wanted_kinds
from zoslab.programs.statements import Command, Group, Statement, flag, value

KINDS = ("ALIAS", "CLUSTER", "NONVSAM", "GDG", "UCAT")
COMMAND = Command(
    "DELETE",
    *types(*KINDS),
    flag("VVR"),
    flag("NVR"),
    flag("SCRATCH", "SCR"),
    flag("NOSCRATCH", "NSCR"),
    flag("PURGE", "PRG"),
    flag("NOPURGE", "NPRG"),
    flag("FORCE", "FRC"),
    flag("NOFORCE", "NFRC"),
    flag("RECOVERY", "RCVRY"),
    flag("NORECOVERY", "NRCVRY"),
    flag("MASK"),
    flag("NOMASK"),
    value("FILE", pattern=DDNAME),
    CATALOG,
    abbreviations=("DEL",),
    positional=(1, 1),
    exclusive=[
        ("SCRATCH", "NOSCRATCH"),
        ("PURGE", "NOPURGE"),
        ("FORCE", "NOFORCE"),
        ("RECOVERY", "NORECOVERY"),
        ("MASK", "NOMASK"),
        ("ALIAS", "CLUSTER", "NONVSAM", "GENERATIONDATAGROUP", "USERCATALOG", "VVR", "NVR"),
    ],
)


def run(function: Function, statement: Statement) -> None:
    """Delete entries one by one; one that fails leaves the others to be deleted."""
    catalog = catalog_of(function, statement)
    first = statement.positional[0]
    names = [str(node) for node in first.nodes] if isinstance(first, Group) else [str(first)]
    for given in names:
        for name in _names(function, statement, given, catalog):
            try:
                with function.holding(name):
                    _delete(function, statement, name, catalog)
            except Failed as failure:
                function.say(*failure.lines, code=min(failure.code, ERROR))
                function.say(f"IDC0551I ** ENTRY {name} NOT DELETED", code=ERROR)


def _names(function: Function, statement: Statement, name: str, catalog: str | None) -> list[str]:
    """Return the names a generic name stands for; ``%`` and ``**`` need MASK."""
    generic = "*" in name or "%" in name
    if not generic:
        with failing(name, ERROR):
            return [function.system.datasets.resolve(name)]
    if not statement.has("MASK") and (name.count("*") > 1 or "%" in name or name.startswith("*")):
        raise Failed(f"IDC3203I ITEM '{name}' DOES NOT ADHERE TO RESTRICTIONS: USE MASK")
    kinds = wanted_kinds(statement, *KINDS) or {"CLUSTER", "NONVSAM", "GDS"}
    found = [entry.name for entry in function.system.catalogs.entries(name, catalog) if entry.kind in kinds]
    if not found:
        raise Failed(f"IDC3012I ENTRY {name} NOT FOUND", code=ERROR)
    return found


def _delete(function: Function, statement: Statement, name: str, catalog: str | None) -> None:
    if statement.has("VVR") or statement.has("NVR"):
        _delete_record(function, statement, name, catalog)
        return
    catalogs = function.system.catalogs
    with failing(name, ERROR):
        entry = catalogs.require(name, catalog)
        kinds = wanted_kinds(statement, *KINDS)
        if kinds and entry.kind not in kinds:
            raise Failed(f"IDC3012I ENTRY {name} NOT FOUND", f"  it is a {entry.kind} entry", code=ERROR)
        if entry.kind == "UCAT":
            _delete_catalog(function, statement, entry)
            return
        _check_expiration(function, statement, entry)
        recovery = statement.has("RECOVERY")
        catalogs.delete(
            name,
            statement.has("NOSCRATCH") or recovery,
            force=statement.has("FORCE") or recovery,
            catalog=catalog,
        )
    for kind, part in entry.associations if entry.kind in ("CLUSTER", "GDG") else ():
        function.say(f"IDC0550I ENTRY ({LETTERS[kind]}) {part} DELETED")
    function.say(f"IDC0550I ENTRY ({LETTERS[entry.kind]}) {name} DELETED")


def _check_expiration(function: Function, statement: Statement, entry: Entry) -> None:
    """Refuse a data set whose expiration date has not come, unless PURGE is given."""
    if statement.has("PURGE") or statement.has("NOSCRATCH"):
        return
    today = function.system.clock.now().date()
    parts = [part for _, part in entry.associations] if entry.kind == "CLUSTER" else [entry.name]
    for volser in entry.volsers:
        try:
            vtoc = function.system.dasd.volume(volser).vtoc
        except VolumeNotMounted:
            return
        for part in parts:
            found = vtoc.find(part)
            expires = date_of(found.dscb.ds1expdt) if found else None
            if expires is not None and expires > today:
                raise Failed(
                    "IDC3014I CATALOG ERROR",
                    "IDC3009I ** VSAM CATALOG RETURN CODE IS 84 - REASON CODE IS IGG0CLFE-4",
                    f"  {part} does not expire before {expires:%Y.%j}; PURGE deletes it all the same",
                    code=ERROR,
                )


def _delete_catalog(function: Function, statement: Statement, entry: Entry) -> None:
    """Delete a user catalog: empty, or by FORCE with its data sets, or by RECOVERY leaving them on their volumes."""
    catalogs = function.system.catalogs
    catalog = catalogs.connected(entry.name)
    held = [record for record in catalog.records() if not _own(record)]
    if held and not (statement.has("FORCE") or statement.has("RECOVERY")):
        raise Failed(
            "IDC3014I CATALOG ERROR",
            "IDC3009I ** VSAM CATALOG RETURN CODE IS 60 - REASON CODE IS IGG0CLFJ-4",
            f"  {len(held)} records are in {entry.name}, the first is {held[0].name}; use FORCE or RECOVERY",
            code=ERROR,
        )
    with catalogs.changing():
        if statement.has("FORCE"):
            for record in held:
                if record.kind != bcs.TRUE_NAME and catalog.get(record.name) is not None:
                    catalogs.delete(record.name, force=True, catalog=entry.name)
        aliases = catalogs.aliases(entry.name)
        _scratch_catalog(function, catalog)
        catalogs.export_disconnect(entry.name)
    for alias in aliases:
        function.say(f"IDC0550I ENTRY (X) {alias} DELETED")
    function.say(f"IDC0550I ENTRY (U) {entry.name} DELETED")


def _own(record: bcs.BcsRecord) -> bool:
    return record.name == bcs.SELF or record.name.startswith(VVDS_PREFIX)


def _scratch_catalog(function: Function, catalog: Catalog) -> None:
    volume = function.system.dasd.volume(catalog.volser)
    with changing_vvds(volume.device):
        vvds = require_vvds(volume)
        for component in catalog.components:
            vvds.remove(component)
            volume.scratch(component)


def _delete_record(function: Function, statement: Statement, name: str, catalog: str | None) -> None:
    """Remove the VVR or NVR, and the F1, of a data set that has no catalog entry any more, from the volume of FILE."""
    if not statement.has("FILE"):
        raise Failed("IDC3212I REQUIRED KEYWORD 'FILE' IS MISSING", code=SEVERE)
    wanted = "NVR" if statement.has("NVR") else "VVR"
    volsers = function.dd(statement.text("FILE")).volsers
    with failing(name, ERROR):
        if function.system.catalogs.locate(name, catalog) is not None:
            raise Failed(f"IDC3014I CATALOG ERROR: {name} IS IN THE CATALOG, DELETE THE ENTRY", code=ERROR)
        deleted = False
        for volser in volsers:
            volume = function.system.dasd.volume(volser)
            with changing_vvds(volume.device):
                vvds = require_vvds(volume)
                record = vvds.find(name)
                if record is None or (record.kind == NONVSAM) != (wanted == "NVR"):
                    continue
                vvds.remove(name)
                if volume.vtoc.find(name) is not None:
                    volume.scratch(name)
                deleted = True
    if not deleted:
        raise Failed(f"IDC3012I ENTRY {name} NOT FOUND", f"  no volume of {volsers} has its {wanted}", code=ERROR)
    function.say(f"IDC0550I ENTRY ({'N' if wanted == 'NVR' else 'Q'}) {name} DELETED")
