"""Bring the copied RECON to the clone's names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from imsclone_airflow.operators.job import ZosJobOperator

if TYPE_CHECKING:
    from imsclone.listings.recon_types import Recon
    from imsclone.plan import Plan
    from imsclone_airflow.jobs import JobOutput


class UpdateReconOperator(ZosJobOperator):
    """Change the copied RECON by DBRC commands derived from its listing, then list it again and compare.

    The RECON data sets are allocated by name in the job, so that the source's are never opened. A RECON that is
    converted already gives no commands.
    """

    jcl_template = "update_recon.jcl"
    letters = "RECON"
    derived = True

    @cached_property
    def listed(self) -> Recon:
        """The copied RECON before the job that changes it; listed anew for a job that runs again after it was lost."""
        from imsclone.listings import recon

        output = self.auxiliary(f"list{self.desk.attempt()}", "list_recon.jcl", recon_values(self.the_plan))
        return recon.read(output.sysprint("LIST"))

    def values(self) -> Mapping[str, Any]:
        from imsclone.recon import commands
        from imsclone_airflow import rules

        derived = commands(self.listed, rules.for_recon(self.the_plan))
        self.evidence.counts["DBRC commands"] = len(derived)
        return recon_values(self.the_plan) | {"commands": derived}

    def read(self, output: JobOutput) -> Recon:
        from imsclone.listings import recon

        return recon.read(output.sysprint("LIST"))

    def check(self, found: Recon) -> None:
        from imsclone.recon import compare
        from imsclone_airflow import rules
        from imsclone_airflow.errors import ReconNotConverted

        problems = compare(self.listed, found, rules.for_recon(self.the_plan))
        if problems:
            raise ReconNotConverted(problems=problems)

    def finish(self, found: Recon) -> int:
        from imsclone.recon import changed, changes, unforeseen
        from imsclone_airflow import rules

        known = rules.for_recon(self.the_plan)
        count = changed(self.listed, known)
        self.evidence.counts["RECON records changed"] = count
        self.evidence.before = records_by_kind(self.listed)
        self.evidence.after = records_by_kind(found)
        self.evidence.changes = changes(self.listed, found, known)
        self.evidence.messages += map(str, unforeseen(self.evidence.changes, known))
        return count


def recon_values(plan: Plan) -> dict[str, Any]:
    """Return what a DBRC job on the clone's RECON needs."""
    return {
        "steplib": plan.target.steplib,
        "recon": tuple(pair.target for pair in plan.recon.data_sets),
        "dbdlib": plan.target.dbdlib,
    }


def records_by_kind(recon: Recon) -> dict[str, int]:
    """Count the records of a RECON by kind."""
    from collections import Counter

    return dict(sorted(Counter(record.kind for record in recon.listing.records).items()))
