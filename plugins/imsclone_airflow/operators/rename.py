"""Rename the data sets on the copied volumes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.errors import MessagesFound
from imsclone_airflow.operators.group import VolumeGroupOperator

if TYPE_CHECKING:
    from imsclone.listings.volrcond import Run
    from imsclone_airflow.jobs import JobOutput

TEMPLATES = {"volrcond": "rename.jcl", "dss": "rename_dss.jcl"}


class RenameOperator(VolumeGroupOperator):
    """Rename in place on the copied volumes: VTOC, VTOC index, VVDS, and the catalogs that are on them.

    A site with a product of its own puts that product's program and statements into ``rename.jcl``. Run again after
    a failure, the program goes on where it was.
    """

    letters = "RENAM"

    def template(self) -> str:
        return self.jcl_template or TEMPLATES[self.the_plan.reconditioning]

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
            "clusters": (),
        }

    def read(self, output: JobOutput) -> Run | None:
        from imsclone.listings import volrcond

        if output.job.step("RENAME") is None:
            return None
        return volrcond.run(output.sysprint("RENAME"))

    def check(self, found: Run | None) -> None:
        if found is not None and (found.rc or found.problems):
            said = "; ".join(map(str, found.problems)) or f"return code {found.rc}"
            raise MessagesFound(what="Renaming was not completed", said=said)

    def finish(self, found: Run | None) -> int:
        renamed = found.renamed if found else 0
        self.evidence.counts["data sets renamed"] = renamed
        self.evidence.counts["catalog records renamed"] = sum(one.renamed for one in found.catalogs) if found else 0
        return renamed
