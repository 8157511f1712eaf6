"""Give the refreshed databases to the target's programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.refresh.errors import TargetNotStarted
from imsclone_airflow.refresh.step import COMMAND, SPOC_CODES, TargetStep, answer, said, spoc_values

if TYPE_CHECKING:
    from imsclone.listings.type2 import Answer
    from imsclone_airflow.jobs import JobOutput


class StartDatabasesOperator(TargetStep):
    """Start the target's databases: ``UPDATE DB START(ACCESS)``. Run again, it finds them started."""

    jcl_template = COMMAND
    letters = "START"
    steps = {"SPOC": SPOC_CODES}  # noqa: RUF012

    def values(self) -> Mapping[str, Any]:
        from imsclone.refresh.statements import start_target

        return spoc_values(self.aim.side, start_target(self.aim))

    def is_needed(self) -> bool:
        return self.aim.side.active

    def read(self, output: JobOutput) -> Answer:
        return answer(output, "SPOC")

    def check(self, found: Answer) -> None:
        problem = said(found)
        if problem:
            raise TargetNotStarted(imsid=self.aim.side.imsid, said=problem)

    def finish(self, found: Answer | None) -> int:
        count = len({row.name for row in found.rows}) if found else 0
        self.evidence.counts["target databases started"] = count
        return count
