"""Databases that the target lacks: whether they can be defined there as they are on the source, and of what. Pure.

Source: IMS System Definition, "Adding databases dynamically to an online IMS system": a control block that is in ACBLIB
when CREATE DB is issued is associated with the database, and no online change is needed. DFSMDA: members of HALDBs
and of registered areas are not needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from imsclone.names import DataSetName, MemberName
from imsclone.plan.errors import PlanProblem
from imsclone.refresh import define_errors as errors
from imsclone.refresh.draft import HALDB, Chosen, RefreshDraft
from imsclone.refresh.new_database import KEYS, MemberCopy, MemberKind, ModuleCopy, NewDatabase, RenamedDataSet
from imsclone.spec.refresh import DatabaseName
from imsclone.zap.find import data_set_names

FAST_PATH = "FP"
NOT_INITIALISED = "NOTINIT"
NEEDED: tuple[MemberKind, ...] = ("DBDLIB", "ACBLIB")


def is_lacking(draft: RefreshDraft, one: Chosen) -> bool:
    """Whether the target lacks a database, or the part of it that an earlier run did not come to, and the file says
    that it is to be defined."""
    side, name = draft.facts.target, one.target
    registered = name in draft.on_target
    if not draft.spec.define_missing:
        return False
    if not side.active:
        return not registered and name not in side.allocated
    if name not in side.states:
        return True
    return not registered and name == one.name and _needs_module(draft, one) and not _has_module(draft, one)


def _needs_module(draft: RefreshDraft, one: Chosen) -> bool:
    """Whether a database is allocated by a dynamic allocation member, and the source has it."""
    return one.database.kind not in (HALDB, FAST_PATH) and one.name in draft.facts.source.modules


def _has_module(draft: RefreshDraft, one: Chosen) -> bool:
    wanted = {str(name.target) for name in _renamed(draft, one)}
    return set(draft.facts.target.allocated.get(one.name, ())) == wanted


def lacking(draft: RefreshDraft) -> tuple[Chosen, ...]:
    """Return the databases that the target lacks."""
    return tuple(one for one in draft.chosen if is_lacking(draft, one))


def can_be_defined(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """Say of each database that the target lacks what will be made, or why it cannot be."""
    for one in lacking(draft):
        place, imsid = draft.spec.place("databases", one.place), draft.spec.target.imsid
        if one.target != one.name:
            yield errors.OtherNameNotDefined(place, imsid=imsid, name=one.target, source=one.name)
        elif one.database.kind == HALDB:
            yield errors.HaldbNotDefined(place, imsid=imsid, name=one.name)
        elif not draft.facts.target.active:
            yield errors.TargetMustRun(place, imsid=imsid, name=one.name)
        else:
            problems = list(_problems(draft, one))
            yield from problems
            if not problems:
                parts, source = ", ".join(_made(draft, one).parts), draft.spec.source.imsid
                yield errors.WillBeDefined(place, imsid=imsid, name=one.name, source=source, parts=parts)


def defined(draft: RefreshDraft) -> tuple[NewDatabase, ...]:
    """Return what is made on the target; nothing stands against it."""
    return tuple(_made(draft, one) for one in lacking(draft))


def _problems(draft: RefreshDraft, one: Chosen) -> Iterator[PlanProblem]:
    if NOT_INITIALISED in draft.facts.target.states.get(one.name, frozenset()):
        yield errors.ControlBlockNotLoaded(name=one.name, imsid=draft.spec.target.imsid)
    for kind in () if one.name in draft.facts.target.states else NEEDED:
        key = KEYS[kind]
        ours = draft.facts.source.held.get((kind, one.name), ())
        yield from _library_problems(draft, one, kind, key, there=bool(ours))
        for theirs in draft.facts.target.held.get((kind, one.name), ()):
            if ours and theirs.digest != ours[0].digest:
                yield _differs(draft, one, kind, theirs.library, "the contents differ")
    if one.database.kind != FAST_PATH:
        yield from _module_problems(draft, one)


def _library_problems(draft: RefreshDraft, one: Chosen, kind: str, key: str, *, there: bool) -> Iterator[PlanProblem]:
    if not there:
        libraries = ", ".join(getattr(draft.spec.source.libraries, key)) or "none is named"
        imsid = draft.spec.source.imsid
        yield errors.PartNotOnSource(kind=kind, name=one.name, imsid=imsid, libraries=libraries, key=key)
    if not getattr(draft.spec.target.libraries, key):
        yield errors.NoLibraryFor(kind=kind, name=one.name, imsid=draft.spec.target.imsid, key=key)


def _module_problems(draft: RefreshDraft, one: Chosen) -> Iterator[PlanProblem]:
    there = _needs_module(draft, one)
    yield from _library_problems(draft, one, "DFSMDA", "mda", there=there)
    found = draft.facts.target.allocated.get(one.name)
    if found is not None and there and not _has_module(draft, one):
        wanted = ", ".join(sorted(name.target for name in _renamed(draft, one)))
        library = ", ".join(draft.spec.target.libraries.mda)
        yield _differs(draft, one, "DFSMDA", library, f"it names {', '.join(found)}, not {wanted}")


def _differs(draft: RefreshDraft, one: Chosen, kind: str, library: str, said: str) -> PlanProblem:
    place, source = draft.spec.place("databases", one.place), draft.spec.source.imsid
    return errors.PartDiffers(place, kind=kind, name=one.name, library=library, source=source, said=said)


def _made(draft: RefreshDraft, one: Chosen) -> NewDatabase:
    kinds = () if one.name in draft.facts.target.states else KEYS
    members = tuple(copy for kind in kinds for copy in _copies(draft, one, kind))
    return NewDatabase(name=DatabaseName(one.name), members=members, module=_module(draft, one))


def _copies(draft: RefreshDraft, one: Chosen, kind: MemberKind) -> Iterator[MemberCopy]:
    """Yield a copy into every ACBLIB of the target, whichever is active, and into one library of the other kinds.

    DBD source that the target has of its own is left as it is.
    """
    ours = draft.facts.source.held.get((kind, one.name), ())
    theirs = [held.library for held in draft.facts.target.held.get((kind, one.name), ())]
    libraries = getattr(draft.spec.target.libraries, KEYS[kind])
    if not ours or (kind == "DBD source" and theirs):
        return
    chosen = libraries if kind == "ACBLIB" else (theirs or list(libraries))[:1]
    for library in chosen:
        source, target = DataSetName(ours[0].library), DataSetName(library)
        yield MemberCopy(kind=kind, source=source, target=target, digest=ours[0].digest)


def _module(draft: RefreshDraft, one: Chosen) -> ModuleCopy | None:
    if not _needs_module(draft, one):
        return None
    library, target = draft.facts.source.modules[one.name].library, draft.spec.target.libraries.mda[0]
    return ModuleCopy(source=DataSetName(library), target=target, names=tuple(_renamed(draft, one)))


def _renamed(draft: RefreshDraft, one: Chosen) -> Iterator[RenamedDataSet]:
    for dump in draft.facts.source.modules[one.name].dumps:
        for change in data_set_names(dump, draft.rules.masks):
            names = {"source": DataSetName(change.old), "target": DataSetName(change.new)}
            yield RenamedDataSet(csect=MemberName(dump.csect), offset=change.offset, **names)
