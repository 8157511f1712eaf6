"""Rename the data sets on the copied volumes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.errors import MessagesFound
from imsclone_airflow.operators.group import VolumeGroupOperator

if TYPE_CHECKING:
    from imsclone.listings.volrcond import Run
    from imsclone_airflow.jobs import JobOutput


class RenameOperator(VolumeGroupOperator):
    """Rename in place on the copied volumes: VTOC, VTOC index, VVDS, and the catalogs that are on them.

    A site with a product of its own puts that product's program and statements into ``rename.jcl``. Run again after
    a failure, the program goes on where it was.
    """

    jcl_template = "rename.jcl"
    letters = "RENAM"

    def values(self) -> Mapping[str, Any]:
        plan = self.the_plan
        return {
            "pairs": self.pairs,
            "all_pairs": plan.volume_pairs,
            "masks": plan.masks,
            "catalogs": self.volume_group.catalogs,
            "all_catalogs": (),
            "policies": plan.policies,
            "simulate": False,
            "steplib": (),
        }

    def read(self, output: JobOutput) -> Run:
        from imsclone.listings import volrcond

        return volrcond.run(output.sysprint("RENAME"))

    def check(self, found: Run) -> None:
        if found.rc or found.problems:
            said = "; ".join(map(str, found.problems)) or f"return code {found.rc}"
            raise MessagesFound(what="Renaming was not completed", said=said)

    def finish(self, found: Run) -> int:
        self.evidence.counts["data sets renamed"] = found.renamed
        self.evidence.counts["catalog records renamed"] = sum(one.renamed for one in found.catalogs)
        return found.renamed
