"""Statements and commands that define databases on a target, and what proves that they did. Pure.

Sources: DFSMSdfp Utilities, IEBCOPY; IMS Commands, CREATE DB: what is not said is as the system's default descriptor
for databases says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from imsclone.jcl.card import Card
from imsclone.listings.code_page import encode
from imsclone.listings.type2 import Answer
from imsclone.names import DataSetName
from imsclone.refresh.define import NOT_INITIALISED
from imsclone.refresh.new_database import NewDatabase
from imsclone.refresh.plan import TargetPlan
from imsclone.refresh.statements import create, query, update
from imsclone.spec.refresh import DatabaseName
from imsclone.zap import Change, Zap

Libraries = tuple[DataSetName, DataSetName]
VERBS = ("CREATE", "UPDATE", "QUERY")
"""The commands of the last step, each with an answer."""


def values(target: TargetPlan) -> dict[str, Any]:
    """Return the values of the job that defines databases."""
    names = [one.name for one in target.defined]
    commands = [create(names), update(names, "STOP(ACCESS)"), query(names)]
    steps = {"member_copies": _copies(target), "module_copies": _modules(target)}
    return {**steps, "command": Card("\n".join(commands))}


def _copies(target: TargetPlan) -> list[dict[str, Any]]:
    found: dict[Libraries, list[DatabaseName]] = defaultdict(list)
    for one in target.defined:
        for member in one.members:
            found[member.source, member.target].append(one.name)
    return [{"source": pair[0], "target": pair[1], "members": names} for pair, names in found.items()]


def _modules(target: TargetPlan) -> list[dict[str, Any]]:
    found: dict[Libraries, list[NewDatabase]] = defaultdict(list)
    for one in target.defined:
        if one.module is not None:
            found[one.module.source, one.module.target].append(one)
    return [
        {
            "source": pair[0],
            "target": pair[1],
            "members": [one.name for one in chosen],
            "zaps": [zap for one in chosen for zap in zaps(one)],
        }
        for pair, chosen in found.items()
    ]


def zaps(one: NewDatabase) -> Iterator[Zap]:
    """Yield the zaps that put the target's data set names into a dynamic allocation member."""
    by_csect: dict[str, list[Change]] = defaultdict(list)
    for name in one.module.names if one.module else ():
        length = max(len(name.source), len(name.target))
        before, after = encode(name.source, length), encode(name.target, length)
        by_csect[name.csect].append(Change(name.offset, before, after, name.source, name.target))
    for csect, changes in by_csect.items():
        yield Zap(one.name, csect, "", tuple(changes))


def not_as_planned(
    databases: Iterable[NewDatabase], digests: Mapping[tuple[str, str], str], allocated: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, str, str]]:
    """Yield library, member, and what is wrong, of each member that is not what the plan says.

    :param digests: of what members hold, by library and name; those that are not there are left out.
    :param allocated: data set names in the target's dynamic allocation members.
    """
    for one in databases:
        for member in one.members:
            found = digests.get((member.target, one.name))
            if found != member.digest:
                said = "it is not there" if found is None else f"it is not the one in {member.source}"
                yield member.target, one.name, said
        if one.module is not None:
            wanted, named = {str(name.target) for name in one.module.names}, set(allocated.get(one.name, ()))
            if named != wanted:
                said = f"it names {', '.join(sorted(named)) or 'nothing'}, not {', '.join(sorted(wanted))}"
                yield one.module.target, one.name, said


def unknown(found: Sequence[Answer], names: Iterable[str]) -> str:
    """Return what the answers to CREATE, UPDATE and QUERY say of databases that a member does not know, that have no
    control block there, or are not stopped; empty if all is well. That one was there already is no failure."""
    if len(found) != len(VERBS) or not found[-1].rows:
        return "; ".join(dict.fromkeys(one.said for one in found))
    created, stopped, known = found
    usable = {(row.name, row.member) for row in known.rows if not row.code and NOT_INITIALISED not in row.status}
    problems = [str(row) for row in created.failed if (row.name, row.member) not in usable]
    told = {(row.name, row.member) for row in created.failed}
    for member in sorted({row.member for row in known.rows}):
        lost = [name for name in names if (name, member) not in usable | told]
        problems += [f"{name} is not known to {member}, or has no control block there" for name in lost]
    if problems and not created.rows:
        problems.append(created.said)
    return "; ".join(dict.fromkeys([*problems, *map(str, stopped.failed)]))
