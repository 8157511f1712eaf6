"""What a refresh keeps of the target, so that it can be taken back: copies of data sets, and DBRC definitions.

Own convention: the copy of a data set has its name with one more qualifier, so it stays under the same alias, catalog
and security profile. There is one generation: the next refresh overlays it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from imsclone.masks import RenameMask
from imsclone.names import DATA_SET_NAME_LENGTH, DataSetName
from imsclone.plan.errors import PlanProblem
from imsclone.plan.parts import NamePair
from imsclone.refresh.definitions import definitions
from imsclone.refresh.draft import HALDB, RefreshDraft
from imsclone.refresh.facts import RefreshFacts
from imsclone.refresh.plan import DataSetCopy, DbrcCommand, Generation
from imsclone.refresh.undo_errors import KeptNameTooLong, NotKept
from imsclone.spec.refresh import DatabaseChoice

QUALIFIER = "PREV"


def kept_name(dsname: str) -> str:
    """Return the name of the copy of a data set."""
    return f"{dsname}.{QUALIFIER}"


def generation(draft: RefreshDraft, copies: Sequence[DataSetCopy]) -> Generation:
    """Say what is kept of a target."""
    return Generation(
        copies=tuple(_kept(one) for one in copies if one.replaced),
        definitions=tuple(map(DbrcCommand.of, definitions(as_it_is(draft)))),
        added=tuple(one.target for one in copies if not one.replaced),
    )


def _kept(one: DataSetCopy) -> DataSetCopy:
    parts = tuple(_pair(part.target) for part in one.components)
    pair = _pair(one.target)
    return one.model_copy(update={"source": pair.source, "target": pair.target, "components": parts})


def _pair(dsname: str) -> NamePair:
    return NamePair(source=DataSetName(dsname), target=DataSetName(kept_name(dsname)))


def as_it_is(draft: RefreshDraft) -> RefreshDraft:
    """Return the draft that would make the target what it is: it is its own source, and keeps its names."""
    registered = [DatabaseChoice(one.target) for one in draft.chosen if one.target in draft.on_target]
    same = {"databases": tuple(registered), "rename": (RenameMask("** -> **"),), "also": ()}
    itself = replace(draft.facts.target, dbds={})
    return RefreshDraft(draft.spec.model_copy(update=same), RefreshFacts(itself, itself, draft.facts.entries))


def can_be_kept(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """Yield what stands against keeping what the target has."""
    if not draft.spec.keep_generations:
        return
    for chosen in draft.chosen:
        if chosen.database.kind == HALDB:
            yield NotKept(draft.spec.place("keep_generations"), name=chosen.target)
    for one in draft.data_sets:
        for name in [one.target, *(draft.rules.name(part.name, "DBDS") for part in draft.facts.components(one.dsname))]:
            if len(kept_name(name)) > DATA_SET_NAME_LENGTH:
                place, kept = draft.spec.place("keep_generations"), kept_name(name)
                yield KeptNameTooLong(place, name=kept, length=len(kept), limit=DATA_SET_NAME_LENGTH)
