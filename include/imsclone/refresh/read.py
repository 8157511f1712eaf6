"""Read what a refresh plan needs: both RECONs, database states, dynamic allocation members, catalog entries."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from imsclone.dbd import Database as Definition
from imsclone.dbd import read_dbd
from imsclone.facts import CatalogEntry
from imsclone.haldb.numbers import PRINT_CODES, in_use, numbers
from imsclone.listings import amaspzap, idcams, recon, type2
from imsclone.listings.amaspzap import Dump
from imsclone.listings.code_page import CODE_PAGE
from imsclone.listings.recon_types import Recon
from imsclone.names import DATA_SET_NAME_LENGTH, DataSetName, MemberName
from imsclone.refresh import as_of
from imsclone.refresh.define import lacking
from imsclone.refresh.draft import RefreshDraft
from imsclone.refresh.facts import Module, RefreshFacts, SideFacts
from imsclone.refresh.log_apply import may_apply_logs
from imsclone.refresh.logs import log_names
from imsclone.refresh.parts_read import read_parts
from imsclone.refresh.statements import query
from imsclone.spec.model import SystemSpec
from imsclone.spec.refresh import RefreshSpec
from imsclone.steps.batch import Batch
from imsclone.zosmf import Client
from imsclone.zosmf.errors import NotFound

WAIT_SECONDS = 30
SPOC_CODES = {0, 4, 8}
MOST_NAMES = 200
JES_RESOLUTION = timedelta(milliseconds=10)
_QUALIFIED = re.compile(r"[A-Z@#$][A-Z0-9@#$-]{0,7}(?:\.[A-Z@#$][A-Z0-9@#$-]{0,7})+ ")


def read_refresh(spec: RefreshSpec, source: Batch, target: Batch) -> RefreshFacts:
    """Read all systems. The catalogs are those of the z/OS that the copy job runs on, the source's."""
    systems = [spec.target, *(one.target for one in spec.also)]
    sides = [_recon(target, system) for system in systems]
    ours = _recon(source, spec.source)
    ours = _with_definitions(source, spec, RefreshFacts(ours, sides[0], also=tuple(sides[1:])))
    drafts = [RefreshDraft(spec.for_target(n), RefreshFacts(ours, side)) for n, side in enumerate(sides)]
    owners = {one.owner for one in drafts[0].data_sets}
    ours = _with_modules(source, spec.source, _states(source, spec.source, ours), owners)
    ours = replace(ours, numbers=_numbers(source, ours.recon, owners))
    drafts = [RefreshDraft(one.spec, replace(one.facts, source=ours)) for one in drafts]
    sides = [_target_side(target, draft) for draft in drafts]
    lacked = {one.name for n, side in enumerate(sides) for one in lacking(drafts[n].with_target(side))}
    ours = replace(ours, held=read_parts(source.client, spec.source, lacked))
    names = dict.fromkeys(name for draft in drafts for one in draft.data_sets for name in (one.dsname, one.target))
    names |= dict.fromkeys(log_names(ours.recon) if may_apply_logs(spec) else ())
    names |= dict.fromkeys(as_of.data_sets(ours.recon) if spec.as_of is not None else ())
    return RefreshFacts(ours, sides[0], entries(source, list(names)), tuple(sides[1:]))


def _target_side(batch: Batch, draft: RefreshDraft) -> SideFacts:
    """Read what a target knows of the databases it is to get."""
    system, side = draft.spec.target, draft.facts.target
    names = [str(one.target) for one in draft.chosen]
    owners = {*names, *(draft.target_owner(one) for one in draft.data_sets)}
    side = _with_modules(batch, system, _states(batch, system, side), owners)
    lacked = {one.name for one in lacking(draft.with_target(side))}
    ours = draft.facts.source.dbds
    return replace(
        side,
        dbds={name: ours[name] for name in lacked & ours.keys()}
        | dict(read_definitions(batch.client, system.libraries.dbdsrc, names)),
        held=read_parts(batch.client, system, lacked),
    )


def system_libraries(system: SystemSpec) -> list[DataSetName]:
    """Return the program libraries of a step that works on a system."""
    return list(dict.fromkeys([*system.steplib, system.libraries.reslib]))


def _recon(batch: Batch, system: SystemSpec) -> SideFacts:
    before = datetime.now(UTC)
    job = batch.run(
        "list_recon.jcl",
        "LREC",
        steplib=system_libraries(system),
        recon=list(system.recon),
        dbdlib=system.libraries.dbdlib,
    )
    found = recon.read(batch.client.listing(job, "LIST"))
    ended = job.finished + JES_RESOLUTION if job.finished is not None else datetime.now(UTC)
    return SideFacts(found, listed=(job.started or before, ended))


def _with_definitions(batch: Batch, spec: RefreshSpec, facts: RefreshFacts) -> SideFacts:
    """Read the definitions of the source's chosen databases, and of those that these name, and so on."""
    side, asked = facts.source, set[str]()
    while True:
        draft = RefreshDraft(spec, replace(facts, source=side))
        wanted = [one.name for one in draft.chosen if one.name not in asked]
        if not wanted:
            return side
        asked |= set(wanted)
        found = read_definitions(batch.client, spec.source.libraries.dbdsrc, wanted)
        side = replace(side, dbds={**side.dbds, **found})


def read_definitions(
    client: Client, libraries: Sequence[DataSetName], names: Sequence[str]
) -> Mapping[str, Definition]:
    """Read DBD source; the first library that has a member counts."""
    found: dict[str, Definition] = {}
    for library in libraries:
        try:
            members = set(client.members(library))
        except NotFound:
            continue
        for name in names:
            if name in members and name not in found:
                text = client.read_text(library, name)
                found[name] = read_dbd("\n".join(text.lines) + "\n", f"{library}({name})")
    return found


def state(batch: Batch, system: SystemSpec) -> SideFacts:
    """Read whether a system runs, and what its RECON says."""
    return _states(batch, system, _recon(batch, system))


def _states(batch: Batch, system: SystemSpec, side: SideFacts) -> SideFacts:
    """Note what the members of a system say of their databases."""
    answer = _asked(batch, system)
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for row in answer.rows:
        found[row.name] |= row.status
    running = frozenset(row.member for row in answer.rows)
    return replace(side, active=not answer.nobody, running=running, states=found)


def _asked(batch: Batch, system: SystemSpec) -> type2.Answer:
    """Ask the members of a system for their databases."""
    job = batch.run(
        "refresh_command.jcl",
        "QDB",
        {"SPOC": SPOC_CODES},
        steplib=system_libraries(system),
        imsplex=system.imsplex,
        route=[member.imsid for member in system.members],
        wait=WAIT_SECONDS,
        command=query(),
    )
    (answer,) = type2.answers(batch.client.listing(job, "SPOC"))
    return answer


def _with_modules(batch: Batch, system: SystemSpec, side: SideFacts, owners: Iterable[str]) -> SideFacts:
    """Note the dynamic allocation members of some databases, and the data set names in them."""
    found = _modules(batch, system, owners)
    names = allocations([dump for one in found.values() for dump in one.dumps])
    return replace(side, allocated=names, modules=found)


def _modules(batch: Batch, system: SystemSpec, owners: Iterable[str]) -> Mapping[str, Module]:
    """Dump the dynamic allocation members of some databases; the first library that has one counts."""
    found: dict[str, Module] = {}
    for library in system.libraries.mda:
        try:
            members = set(batch.client.members(library))
        except NotFound:
            continue
        wanted = [MemberName(name) for name in sorted(members & set(owners) - found.keys())]
        if wanted:
            job = batch.run("dump_members.jcl", "LMDA", library=library, members=wanted)
            dumps = amaspzap.dumps(batch.client.listing(job, "DUMP"))
            found |= {name: Module(library, tuple(one for one in dumps if one.member == name)) for name in wanted}
    return found


def allocations(dumps: Sequence[Dump]) -> dict[str, tuple[str, ...]]:
    """Return the qualified names that stand, padded with blanks, in the text of each member."""
    found: dict[str, dict[str, None]] = {}
    for dump in dumps:
        text = dump.data.decode(CODE_PAGE) + " "
        names = (match.group().strip()[:DATA_SET_NAME_LENGTH] for match in _QUALIFIED.finditer(text))
        found.setdefault(dump.member, {}).update(dict.fromkeys(names))
    return {member: tuple(names) for member, names in found.items()}


def _numbers(batch: Batch, listed: Recon, owners: Collection[str]) -> Mapping[str, tuple[int, int]]:
    """Return what the data sets of partitions hold of their own numbers."""
    held = [one for one in in_use(listed) if one.part.name in owners]
    if not held:
        return {}
    chosen = [(DataSetName(one.dsname), one.before) for one in held]
    job = batch.run("verify_haldb.jcl", "LNUM", {"HALDB": PRINT_CODES}, data_sets=chosen)
    found = idcams.printed(batch.client.listing(job, "HALDB"))
    return {name: pair for name, block in found.items() if (pair := numbers(block)) is not None}


def entries(batch: Batch, names: Sequence[str]) -> Mapping[str, CatalogEntry]:
    """Read the catalog entries that there are of some names."""
    found: dict[str, CatalogEntry] = {}
    for at in range(0, len(names), MOST_NAMES):
        chosen = [DataSetName(name) for name in names[at : at + MOST_NAMES]]
        job = batch.run("list_data_sets.jcl", "LDS", {"LISTCAT": {0, 4}}, names=chosen)
        found |= {one.name: one for one in idcams.listcat(batch.client.listing(job, "LISTCAT"))}
    return found
