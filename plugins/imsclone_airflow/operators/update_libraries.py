"""Edit the members of the clone's libraries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from imsclone_airflow.errors import LibrariesRejected, VolumeLeftOut
from imsclone_airflow.operators.base import CloneOperator
from imsclone_airflow.operators.job import ZosJobOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.library import EditedMember
    from imsclone.plan import Plan
    from imsclone.plan.parts import LibraryPair
    from imsclone_airflow.jobs import JobOutput


class UpdateLibrariesOperator(ZosJobOperator):
    """Edit PROCLIB, job and JCL libraries of the clone: find by SuperC, read by z/OSMF, edit, write by IEBUPDTE.

    Members whose names hold an id of the source are written under their new names; the old ones are deleted. All
    libraries are edited before the first is written: a line that does not fit is an error and nothing is changed.
    """

    jcl_template = "update_library.jcl"
    letters = "LIBS"
    derived = True

    def work(self, context: Context) -> int:
        from imsclone.library import changed

        plan, self.search_label = self.the_plan, f"search{context['ti'].try_number}"
        if not plan.libraries:
            return 0
        found = {library: self.edited(library, names) for library, names in self.found().items()}
        problems = [one for library, each in found.items() for one in naming_left_out(plan, library.target, each)]
        if problems:
            raise LibrariesRejected(problems=problems)
        edited = {library: changed(members) for library, members in found.items()}
        for number, (library, members) in enumerate(edited.items(), 1):
            self.write(number, library, members)
        count = sum(len(members) for members in edited.values())
        self.evidence.counts["members edited"] = count
        return count

    def found(self) -> Mapping[LibraryPair, Sequence[str]]:
        """Return the members of each library that hold one of the source's words, in text or in name."""
        from imsclone.listings import isrsupc
        from imsclone_airflow import rules

        plan = self.the_plan
        output = self.searched()
        edits = rules.for_libraries(plan)
        found: dict[LibraryPair, Sequence[str]] = {}
        for number, library in enumerate(plan.libraries, 1):
            hits = isrsupc.search(output.listing(f"SRCH{number}", "OUTDD")).members
            renamed = [name for name in self.client.members(library.target) if edits.member(name) != name]
            found[library] = sorted({*hits, *renamed})
        return found

    def searched(self) -> JobOutput:
        """Search all libraries for the source's words, in each try anew."""
        from imsclone.zosmf import gate

        maker = self.maker("search_libraries.jcl", "SRCH", search_values(self))
        output = self.desk.run(self.search_label, maker)
        self.keep(output)
        gate(output.job, {f"SRCH{number}": {0, 1} for number, _ in enumerate(self.the_plan.libraries, 1)})
        return output

    def edited(self, library: LibraryPair, names: Sequence[str]) -> tuple[EditedMember, ...]:
        """Read and edit the members of a library, and return all. Raises LibraryEditRejected."""
        from imsclone.library import edit
        from imsclone_airflow import rules

        members = {name: self.client.read_text(library.target, name).lines for name in names}
        return edit(members, rules.for_libraries(self.the_plan))

    def write(self, number: int, library: LibraryPair, members: Sequence[EditedMember]) -> None:
        """Write the members of one library by one job, and delete those that have a new name."""
        from imsclone.library import deck

        if not members:
            return
        self.evidence.messages.append(f"{library.target}: {' '.join(member.target for member in members)}")
        existing = self.client.members(library.target)
        values = {"library": library.target, "deck": deck(members, existing)}
        self.auxiliary(f"write{number}", self.template(), values)
        for member in members:
            if member.target != member.name and member.name in existing:
                self.client.delete(library.target, member.name)


def naming_left_out(plan: Plan, library: str, members: Sequence[EditedMember]) -> Iterator[VolumeLeftOut]:
    """Yield a problem for each line that names a volume of the source that is not copied."""
    from imsclone.library import words
    from imsclone_airflow import rules

    serials = rules.left_out(plan)
    for member in members if serials else ():
        for number, line in enumerate(member.lines, 1):
            for volser in serials.intersection(words(line)):
                yield VolumeLeftOut(library=library, member=member.name, line=number, volser=volser, shown=line.strip())


def search_values(step: CloneOperator) -> dict[str, Any]:
    """Return what a search of the clone's libraries needs."""
    from imsclone.jcl import Card
    from imsclone_airflow import rules

    plan = step.the_plan
    words = tuple(Card(word) for word in rules.search_words(plan))
    return {"libraries": tuple(library.target for library in plan.libraries), "words": words}
