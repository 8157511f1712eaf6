"""Define databases on the target that it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.refresh.errors import DatabasesNotDefined, MemberNotAsPlanned
from imsclone_airflow.refresh.step import SPOC_CODES, TargetStep, spoc_values

if TYPE_CHECKING:
    from imsclone.listings.type2 import Answer
    from imsclone_airflow.jobs import JobOutput

COPIED = (0, 4)
"""IEBCOPY ends with 4 when a member was there: what the members hold is compared afterwards."""


class DefineDatabasesOperator(TargetStep):
    """Define what the plan says the target lacks: members of its libraries, and the database in the running IMS.

    DBD, control block and DFSMDA member come from the source's libraries, the last with the target's data set names,
    which it gets in a temporary library. ``CREATE DB`` makes the databases known, and they are stopped until the data
    is there. Registration follows in ``dbrc_init``. Run again, it leaves what is there; what members hold and what IMS
    knows is read afterwards, and decides.
    """

    jcl_template = "define_databases.jcl"
    letters = "DEFIN"

    @property
    def steps(self) -> Mapping[str, Any]:  # type: ignore[override]
        from imsclone.refresh.define_statements import values

        jobs = values(self.aim)
        copied = [f"C{number}" for number, _ in enumerate(jobs["member_copies"], 1)]
        copied += [f"{letter}{number}" for number, _ in enumerate(jobs["module_copies"], 1) for letter in "MP"]
        return {**dict.fromkeys(copied, COPIED), "SPOC": SPOC_CODES}

    def is_needed(self) -> bool:
        return bool(self.aim.defined)

    def preview(self) -> None:
        if self.is_needed():
            super().preview()

    def values(self) -> Mapping[str, Any]:
        from imsclone.refresh.define_statements import values

        return {**spoc_values(self.aim.side), **values(self.aim)}

    def read(self, output: JobOutput) -> tuple[Answer, ...]:
        from imsclone.listings import type2

        return type2.answers(output.sysprint("SPOC"))

    def check(self, found: tuple[Answer, ...]) -> None:
        from imsclone.refresh.define_statements import unknown

        said = unknown(found, [str(one.name) for one in self.aim.defined])
        if said:
            raise DatabasesNotDefined(imsid=self.aim.side.imsid, said=said)
        for problem in self.wrong_members():
            raise problem

    def wrong_members(self) -> list[MemberNotAsPlanned]:
        """Read what the members hold now, and return those that are not what the plan says."""
        from imsclone.refresh.define_statements import not_as_planned
        from imsclone.refresh.parts_read import digest

        members = [(copy.target, one.name) for one in self.aim.defined for copy in one.members]
        there = {library: set(self.client.members(library)) for library, _ in members}
        digests = {
            (str(library), str(name)): digest(self.client, library, name)
            for library, name in members
            if name in there[library]
        }
        wrong = not_as_planned(self.aim.defined, digests, self.allocated())
        return [MemberNotAsPlanned(library=library, member=name, said=said) for library, name, said in wrong]

    def allocated(self) -> dict[str, tuple[str, ...]]:
        """Dump the target's dynamic allocation members, and return the data set names in them."""
        from imsclone.listings import amaspzap
        from imsclone.refresh.read import allocations

        found: dict[str, tuple[str, ...]] = {}
        libraries = dict.fromkeys(one.module.target for one in self.aim.defined if one.module)
        for number, library in enumerate(libraries, 1):
            there = set(self.client.members(library))
            members = [one.name for one in self.aim.defined if one.module and one.module.target == library]
            values = {"library": library, "members": [name for name in members if name in there]}
            label = f"dump{number}a{self.desk.attempt()}"
            output = self.auxiliary(label, "dump_members.jcl", values, f"{self.letters[:4]}D")
            found |= allocations(amaspzap.dumps(output.sysprint("DUMP")))
        return found

    def finish(self, found: tuple[Answer, ...] | None) -> int:
        asked = {row.member for one in found or () for row in one.rows}
        for member in self.aim.side.members if found else ():
            if member not in asked:
                self.evidence.messages.append(f"{member} does not run: give it CREATE DB when it does")
        for one in found or ():
            if one.command.startswith("CREATE"):
                told = [f"{row.name} on {row.member}: {row.text or 'created'}" for row in one.rows]
                self.evidence.messages.extend(told)
        self.evidence.counts["databases defined"] = len(self.aim.defined)
        return len(self.aim.defined)
