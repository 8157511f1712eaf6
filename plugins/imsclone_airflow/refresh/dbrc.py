"""Make the target's RECON forget the old databases and know the new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from imsclone_airflow.refresh.step import COMMAND, TargetStep, recon_values, spoc_values

if TYPE_CHECKING:
    from imsclone.listings.recon_types import Recon
    from imsclone.recon.command import Command
    from imsclone_airflow.jobs import JobOutput


class DbrcStep(TargetStep):
    """DBRC commands on the target's RECON, then a listing. The commands depend on what is there: run again, none.

    A target that has started its databases already, because this task was cleared after that, stops them again.
    """

    jcl_template = "update_recon.jcl"
    derived = True

    def prepare(self) -> None:
        from imsclone.refresh.statements import stop_target

        known = [one for one in self.listed.databases if one.dbd in self.aim.refreshed]
        if self.aim.side.active and any(one.authorized for one in known):
            self.auxiliary(f"stop{self.desk.attempt()}", COMMAND, spoc_values(self.aim.side, stop_target(self.aim)))

    @cached_property
    def listed(self) -> Recon:
        """The RECON before the job that changes it; listed anew for a job that runs again after it was lost."""
        from imsclone.listings import recon

        output = self.auxiliary(f"list{self.desk.attempt()}", "list_recon.jcl", recon_values(self.aim.side))
        return recon.read(output.sysprint("LIST"))

    def commands(self) -> Sequence[Command]:
        """Return the commands."""
        raise TypeError("a concrete step has commands")

    def values(self) -> Mapping[str, Any]:
        found = self.commands()
        self.evidence.counts["DBRC commands"] = len(found)
        return {**recon_values(self.aim.side), "commands": found}

    def read(self, output: JobOutput) -> Recon:
        from imsclone.listings import recon

        return recon.read(output.sysprint("LIST"))

    def finish(self, found: Recon) -> int:
        from imsclone.masks import RenameMasks
        from imsclone.recon import ReconRules, changes

        wanted = set(self.aim.refreshed)
        self.evidence.changes = changes(self.listed, found, ReconRules(RenameMasks(()), {}, {}))
        return sum(one.dbd in wanted for one in found.databases)


class DbrcDeleteOperator(DbrcStep):
    """List all that the target's RECON knows of the databases, which is the undo record, then delete them.

    What is deleted tells how to recover data that is not there any more: image copies, logs, allocations. Of a HALDB
    only the image copies are deleted, because its partition numbers would be lost, unless the plan has them begin anew.
    """

    letters = "DBDEL"

    def commands(self) -> Sequence[Command]:
        from imsclone.refresh.definitions import deletions, undo_record

        names = [name for name in self.aim.refreshed if name in {one.dbd for one in self.listed.databases}]
        return [*undo_record(names), *deletions(self.listed, names, self.aim.haldbs)]

    def check(self, found: Recon) -> None:
        from imsclone.refresh.draft import HALDB
        from imsclone_airflow.errors import LayersDiffer

        for one in found.databases:
            if one.dbd in self.aim.refreshed and one.kind != HALDB:
                raise LayersDiffer(layer="RECON", where=one.dbd, said="is still registered")


class DbrcInitOperator(DbrcStep):
    """Define the databases as the source's are, under the target's names, without any history.

    DBRC notes by itself that an image copy is recommended; the plan may say that it is needed. A HALDB gets the
    source's partition IDs, from wherever its numbering stands.
    """

    letters = "DBINI"

    def commands(self) -> Sequence[Command]:
        from imsclone.haldb import numbering

        there = {one.dbd for one in self.listed.databases}
        haldbs = [made for one in self.aim.haldbs for made in numbering.commands(one, self.listed)]
        wanted = [one.command for one in self.aim.definitions]
        if there >= set(self.aim.refreshed) - {one.name for one in self.aim.haldbs}:
            return haldbs + [one for one in wanted if one.verb == "CHANGE.DBDS"]
        return haldbs + wanted

    def check(self, found: Recon) -> None:
        from imsclone.haldb.verify import recon_problems as haldb_problems
        from imsclone.refresh.verify import recon_problems

        for problem in [*recon_problems(self.aim, found), *haldb_problems(self.aim.haldbs, found)]:
            raise problem
