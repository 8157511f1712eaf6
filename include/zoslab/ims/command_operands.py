"""The words of a type-1 command: /DBR DB A B NOFEOV GLOBAL. Source: IMS Commands, Volume 1, syntax diagrams.

Own layout: the texts of DFS110 and DFS165, of which only the numbers are public.
"""

from __future__ import annotations

from dataclasses import dataclass

from zoslab.ims.errors import ImsError
from zoslab.ims.region import ControlRegion

RESOURCES = {"DB": "DATABASE", "DATABASE": "DATABASE", "AREA": "AREA", "DATAGRP": "DATAGRP"}
ACCESSES = ("RO", "RD", "UP", "EX")
EVERYWHERE = frozenset({"LOCAL", "GLOBAL"})


@dataclass(frozen=True)
class Verb:
    """A database command: its full name, its keywords, the resources it takes; ``point`` if it ends with a new OLDS."""

    name: str
    full: str
    keywords: frozenset[str]
    resources: tuple[str, ...] = ("DATABASE", "AREA", "DATAGRP")
    access: bool = False
    point: bool = False


DATABASE_VERBS = {
    "DBR": Verb("DBR", "DBRECOVERY", EVERYWHERE | {"NOFEOV", "NOPFA"}, point=True),
    "DBD": Verb("DBD", "DBDUMP", EVERYWHERE | {"NOFEOV", "NOPFA"}, ("DATABASE", "DATAGRP"), point=True),
    "STA": Verb("STA", "START", EVERYWHERE | {"DBALLOC", "NODBALLOC", "OPEN", "NOOPEN", "NOBACKOUT"}, access=True),
    "STO": Verb("STO", "STOP", EVERYWHERE | {"NOPFA"}),
}


@dataclass(frozen=True)
class Operands:
    """What was coded: ``every`` is ALL; ``unknown`` are the names this IMS does not have."""

    resource: str
    names: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    every: bool = False
    access: str = ""
    keywords: frozenset[str] = frozenset()


def parse(region: ControlRegion, verb: Verb, words: list[str]) -> Operands:
    """Return the operands of a database command.

    :raises ImsError: a keyword the command does not have, or no name.
    """
    resource = RESOURCES.get(words[0]) if words else None
    if resource is None or resource not in verb.resources:
        expected = " OR ".join(verb.resources)
        raise ImsError(f"DFS110 EXPECTED {expected}, FOUND {words[0] if words else 'NOTHING'} {region.imsid}")
    access = ""
    names, keywords = [], set()
    for word in words[1:]:
        if word.startswith("ACCESS="):
            access = _access(region, verb, word)
        elif word in verb.keywords:
            keywords.add(word)
        elif "=" in word or "(" in word:
            raise ImsError(f"DFS110 KEYWORD {word} IS INVALID WITH {verb.full} {region.imsid}")
        else:
            names.append(word)
    _check(region, names, keywords)
    every = names == ["ALL"]
    known, unknown = _resolve(region, resource, names)
    return Operands(resource, tuple(known), tuple(unknown), every, access, frozenset(keywords))


def _access(region: ControlRegion, verb: Verb, word: str) -> str:
    access = word.partition("=")[2]
    if not verb.access or access not in ACCESSES:
        raise ImsError(f"DFS110 KEYWORD {word} IS INVALID WITH {verb.full} {region.imsid}")
    return access


def _check(region: ControlRegion, names: list[str], keywords: set[str]) -> None:
    if not names:
        raise ImsError(f"DFS165 A NAME IS MISSING {region.imsid}")
    if "ALL" in names and ("GLOBAL" in keywords or len(names) > 1):
        raise ImsError(f"DFS110 ALL STANDS ALONE AND IS LOCAL {region.imsid}")
    if keywords >= EVERYWHERE or keywords >= {"DBALLOC", "NODBALLOC"} or keywords >= {"OPEN", "NOOPEN"}:
        raise ImsError(f"DFS110 KEYWORDS {' AND '.join(sorted(keywords))} EXCLUDE EACH OTHER {region.imsid}")


def _resolve(region: ControlRegion, resource: str, names: list[str]) -> tuple[list[str], list[str]]:
    """Split names into those this IMS has and those it does not have."""
    databases = region.databases
    if resource == "DATAGRP":
        members = [member for name in names for member in region.dbrc.group(name)]
        return _known(region, members) if members else ([], names)
    if resource == "AREA":
        areas = databases.areas.names()
        return (areas, []) if names == ["ALL"] else _split(names, set(areas))
    return (sorted(databases.entries), []) if names == ["ALL"] else _known(region, names)


def _known(region: ControlRegion, names: list[str]) -> tuple[list[str], list[str]]:
    return _split(names, {name for name in names if region.databases.has(name)})


def _split(names: list[str], known: set[str]) -> tuple[list[str], list[str]]:
    found = list(dict.fromkeys(names))
    return [name for name in found if name in known], [name for name in found if name not in known]
