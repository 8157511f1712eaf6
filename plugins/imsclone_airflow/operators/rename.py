"""Rename the data sets on the copied volumes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.operators.group import VolumeGroupOperator
from imsclone_airflow.operators.reconditioning import RECONDITIONING, Reconditioning

if TYPE_CHECKING:
    from imsclone_airflow.jobs import JobOutput


class RenameOperator(VolumeGroupOperator):
    """Give the data sets on the copied volumes their new names, in the way the plan says.

    In place: VTOC, VTOC index, VVDS, and the catalogs that are on the volumes; a site with a product of its own puts
    that product's program and statements into ``rename.jcl``. Or by physical data set copy from staging volumes. Run
    again after a failure, either goes on where it was.
    """

    letters = "RENAM"

    @property
    def way(self) -> Reconditioning:
        """The way the plan says."""
        return RECONDITIONING[self.the_plan.reconditioning]

    @property
    def steps(self) -> Mapping[str, Collection[int]]:  # type: ignore[override]
        """What the way's steps may end with."""
        return self.way.rename_steps

    def template(self) -> str:
        return self.jcl_template or self.way.rename_template

    def values(self) -> Mapping[str, Any]:
        return self.way.rename_values(self.the_plan, self.volume_group)

    def read(self, output: JobOutput) -> Mapping[str, int]:
        return self.way.renamed(output)

    def finish(self, found: Mapping[str, int]) -> int:
        self.evidence.counts.update(found)
        return found["data sets renamed"]
