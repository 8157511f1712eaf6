"""Keywords and values that several commands share."""

from __future__ import annotations

from zoslab.catalog.system import CatalogSystem
from zoslab.programs.idcams.function import Failed, Function
from zoslab.programs.statements import Keyword, Operands, flag, value, values

DSNAME = r"[A-Z@#$][A-Z0-9@#$.-]{0,43}"
ENTRY = r"[A-Z@#$*%][A-Z0-9@#$.*%-]{0,43}(\([+-]?\d{1,4}\))?"
VOLSER = r"[A-Z0-9@#$-]{1,6}"
DDNAME = r"[A-Z@#$][A-Z0-9@#$]{0,7}"
NUMBER = r"\d{1,9}"

CATALOG = value("CATALOG", "CAT", pattern=DSNAME)
VOLUMES = values("VOLUMES", "VOLUME", "VOL", pattern=VOLSER)
DEVICE_TYPE = value("DEVICETYPES", "DEVICETYPE", "DEVT", pattern=r"[A-Z0-9]{1,8}", most=None)

TYPES = {
    "ALIAS": ("ALIAS", "ALIAS"),
    "CLUSTER": ("CLUSTER", "CL"),
    "DATA": ("DATA", "DATA"),
    "INDEX": ("INDEX", "IX"),
    "NONVSAM": ("NONVSAM", "NVSAM"),
    "GDG": ("GENERATIONDATAGROUP", "GDG"),
    "UCAT": ("USERCATALOG", "UCAT"),
}
"""Keyword and abbreviation of each kind of entry."""

LETTERS = {
    "CLUSTER": "C",
    "DATA": "D",
    "INDEX": "I",
    "NONVSAM": "A",
    "GDS": "H",
    "GDG": "B",
    "ALIAS": "X",
    "UCAT": "U",
}
"""The letter that messages have for a kind of entry."""


def types(*kinds: str) -> tuple[Keyword, ...]:
    """Return the keywords that restrict a command to kinds of entries."""
    return tuple(flag(*dict.fromkeys(TYPES[kind])) for kind in kinds)


def wanted_kinds(given: Operands, *kinds: str) -> set[str]:
    """Return the kinds whose keywords were given; a generation counts as NONVSAM."""
    found = {kind for kind in kinds if given.has(TYPES[kind][0])}
    return found | {"GDS"} if "NONVSAM" in found else found


def catalog_of(function: Function, given: Operands) -> str | None:
    """Return the catalog that CATALOG names, which may be an alias of it.

    :raises Failed: it is not connected.
    """
    name = given.text("CATALOG")
    if not name:
        return None
    catalogs: CatalogSystem = function.system.catalogs
    if name == catalogs.master_dsname:
        return name
    entry = catalogs.locate(name, catalogs.master_dsname)
    if entry is not None and entry.kind == "ALIAS":
        name = entry.associated("UCAT") or name
        entry = catalogs.locate(name, catalogs.master_dsname)
    if entry is None or entry.kind != "UCAT":
        raise Failed(f"IDC3012I ENTRY {name} NOT FOUND", "IDC3009I ** VSAM CATALOG RETURN CODE IS 4 - REASON CODE IS "
                     "IGG0CLA3-102")  # fmt: skip
    return name


def joined(given: Operands, *inner: str) -> Operands:
    """Return what stands inside keywords as one: ``CLUSTER(...)`` and ``DATA(...)``; the first that says it counts."""
    keywords = {name: nodes for each in reversed(inner) for name, nodes in given.nested(each).keywords.items()}
    return Operands((), keywords)
