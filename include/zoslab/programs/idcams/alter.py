"""ALTER NEWNAME. AMS Commands, "ALTER". Other attributes are not changed by this system and refused as unknown."""

from __future__ import annotations

import re

from zoslab.programs.idcams.function import Failed, Function, failing
from zoslab.programs.idcams.names import CATALOG, ENTRY, catalog_of
from zoslab.programs.statements import Command, Statement, value

COMMAND = Command("ALTER", value("NEWNAME", "NEWNM", required=True, pattern=ENTRY), CATALOG, positional=(1, 1))


def run(function: Function, statement: Statement) -> None:
    """Rename one entry, or with an asterisk in both names every entry that fits."""
    old, new = str(statement.positional[0]), statement.text("NEWNAME")
    if old.count("*") > 1 or old.count("*") != new.count("*") or "%" in old + new:
        raise Failed(f"IDC3203I ITEM '{old}' DOES NOT ADHERE TO RESTRICTIONS: ONE * IN BOTH NAMES OR IN NEITHER")
    catalogs = function.system.catalogs
    catalog = catalog_of(function, statement)
    names = [old]
    if "*" in old:
        kinds = ("CLUSTER", "NONVSAM", "DATA", "INDEX")
        entries = [entry for entry in catalogs.entries(old, catalog) if entry.kind in kinds]
        owned = {part for entry in entries if entry.kind == "CLUSTER" for _, part in entry.associations}
        names = [entry.name for entry in entries if entry.name not in owned or entry.kind == "CLUSTER"]
        if not names:
            raise Failed(f"IDC3012I ENTRY {old} NOT FOUND")
    for name in names:
        target = _renamed(name, old, new)
        with function.holding(name), function.holding(target), failing(name):
            found = catalogs.require(name, catalog)
            catalogs.rename(found.name, target)
        function.say(f"IDC0531I ENTRY {name} ALTERED")


def _renamed(name: str, old: str, new: str) -> str:
    if "*" not in old:
        return new
    found = re.fullmatch(re.escape(old).replace(r"\*", "([^.]*)"), name)
    return new.replace("*", found[1]) if found else new
