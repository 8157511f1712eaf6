"""Masking inside a refresh: what is masked, what stands against it, and how the work data sets are called."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from imsclone.dbd import Database
from imsclone.dbd.model import HALDB
from imsclone.errors import Rejected
from imsclone.masking import DatabaseMask, Policy, load_policy, plan_masking
from imsclone.masking.errors import FileUnusable, PolicyChanged
from imsclone.names import DataSetName, Volser
from imsclone.plan.errors import PlanProblem
from imsclone.plan.parts import Part
from imsclone.recon.command import Command, command
from imsclone.refresh import errors
from imsclone.refresh.definitions import DATA_LETTERS
from imsclone.refresh.draft import RefreshDraft
from imsclone.spec.masking import KeySource
from imsclone.spec.refresh import DatabaseName

NO_KEY = bytes(16)
"""Stands for the key where only the policy is checked."""
LONGEST_HLQ = 12
"""HLQ.imsid.MSKnnnnn.database.UNMASKED has 44 characters at most."""
UNMASKED, MASKED, COPIED = "UNMASKED", "MASKED", "TOSCAN"


class MaskedDatabase(Part):
    """A database of the target that is masked. ``builds`` are the statements for its ``indexes`` after the reload."""

    name: DatabaseName
    indexes: tuple[DatabaseName, ...] = ()
    builds: tuple[str, ...] = ()


class MaskingPlan(Part):
    """Masking, decided. ``digest`` is that of the policy and its lists: a changed one is not the one that was planned.

    ``databases`` are those that the policy has fields of, as the target calls them.
    """

    policy: str
    digest: str
    key: KeySource
    databases: tuple[MaskedDatabase, ...]
    not_scanned: tuple[str, ...]
    cylinders: int
    volume: Volser
    hlq: DataSetName

    def without_copies(self, one: MaskedDatabase, copies: Iterable[tuple[str, str, str]]) -> Iterator[Command]:
        """Yield the commands that let a reloaded database be updated before an image copy.

        :param copies: database, owner and ddname of the target's data sets.
        """
        for database, owner, ddname in copies:
            is_data = database == owner or ddname[-1] in DATA_LETTERS
            if database in (one.name, *one.indexes) and is_data:
                yield command("CHANGE.DBDS", DBD=owner, DDN=ddname, ICOFF=True)

    def load(self) -> Policy:
        """Return the policy. Raises PolicyChanged for another than was planned."""
        policy = load_policy(self.policy)
        if digest(policy) != self.digest:
            raise PolicyChanged(file=self.policy)
        return policy

    def level(self, imsid: str) -> str:
        """Return the mask over all work data sets of a target, of whatever copy."""
        return f"{self.hlq}.{imsid}.MSK*.**"

    def prefix(self, imsid: str, copy: str) -> str:
        """Return what the work data sets of one copy have in common."""
        return f"{self.hlq}.{imsid}.MSK{copy}."

    def work_data_set(self, imsid: str, copy: str, database: str, state: str) -> DataSetName:
        """Return the name of a work data set."""
        return DataSetName(f"{self.prefix(imsid, copy)}{database}.{state}")


def digest(policy: Policy) -> str:
    """Return the digest of a policy file and of the lists it names. Raises FileUnusable."""
    found = hashlib.sha256()
    for file in (policy.file, *(policy.file.parent / one for _, one in sorted(policy.lists.items()))):
        try:
            found.update(hashlib.sha256(file.read_bytes()).digest())
        except OSError as error:
            raise FileUnusable(file=str(file), reason=error.strerror or str(error)) from error
    return found.hexdigest()


def masking_is_possible(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """The policy can be read and fits the definitions, what it names can be unloaded, and there is room to work."""
    wanted = draft.spec.masking
    if wanted is None:
        return
    place, known = draft.spec.place("masking", "policy"), definitions(draft)
    missing = [str(one.target) for one in draft.chosen if one.target not in known]
    if missing:
        yield errors.MaskingUndefined(place, names=", ".join(missing))
    work = draft.spec.work
    if not work.volumes or len(work.hlq) > LONGEST_HLQ:
        yield errors.MaskingWithoutRoom(draft.spec.place("work"), longest=LONGEST_HLQ)
    try:
        policy = load_policy(wanted.policy)
        digest(policy)
        masks = plan_masking(policy, known.values(), NO_KEY)
    except Rejected as refused:
        yield errors.MaskingRefused(place, said=refused.message)
        return
    except FileUnusable as error:
        yield errors.MaskingRefused(place, said=error.message)
        return
    yield from _left_alone(draft, masks, known)


def _left_alone(
    draft: RefreshDraft, masks: Mapping[str, DatabaseMask], known: Mapping[str, Database]
) -> Iterator[PlanProblem]:
    """Tell what cannot be masked, and what reaches the target as it is."""
    place = draft.spec.place("masking", "policy")
    if not masks:
        yield errors.MaskingOfNothing(place, names=", ".join(known))
    numbered = [name for name, one in masks.items() if one.database.access in HALDB]
    if numbered:
        yield errors.MaskingRenumbers(place, names=", ".join(numbered))
    holders = [name for name, one in known.items() if one.access not in ("INDEX", "PSINDEX") and name not in masks]
    fields = [f"{name} {field}" for name, one in masks.items() for field in one.unmentioned]
    scanned = draft.spec.masking.not_scanned if draft.spec.masking else ()
    for what, names in (("databases", holders), ("fields", fields), ("data sets are not scanned, those of", scanned)):
        if names:
            yield errors.NotMasked(place, what=what, names=", ".join(names))


def definitions(draft: RefreshDraft) -> dict[str, Database]:
    """Return the target's definitions of the chosen databases, as far as there are any."""
    known = draft.facts.target.dbds
    return {one.target: known[one.target] for one in draft.chosen if one.target in known}


def masking_plan(draft: RefreshDraft) -> MaskingPlan | None:
    """Decide what is masked; the checks have found nothing against it."""
    wanted = draft.spec.masking
    if wanted is None:
        return None
    policy = load_policy(wanted.policy)
    masks = plan_masking(policy, definitions(draft).values(), NO_KEY)
    return MaskingPlan(
        policy=str(Path(wanted.policy)),
        digest=digest(policy),
        key=wanted.key,
        databases=tuple(
            MaskedDatabase(
                name=DatabaseName(name),
                indexes=tuple(map(DatabaseName, one.database.index_databases)),
                builds=tuple(_builds(one.database)),
            )
            for name, one in masks.items()
        ),
        not_scanned=tuple(wanted.not_scanned),
        cylinders=wanted.cylinders,
        volume=draft.spec.work.volumes[0],
        hlq=draft.spec.work.hlq,
    )


def _builds(database: Database) -> Iterator[str]:
    """Yield the operands of PROC statements of IMS Index Builder."""
    if database.primary_index:
        yield f"BLD_PRIMARY,{database.name}"
    if database.indexes:
        yield f"BLD_SECONDARY,{database.name},ALL"
