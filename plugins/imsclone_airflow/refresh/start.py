"""Give the refreshed databases to the target's programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.refresh.errors import TargetNotStarted
from imsclone_airflow.refresh.step import TargetCommand, said, spoc_values

if TYPE_CHECKING:
    from imsclone.listings.type2 import Answer


class StartDatabasesOperator(TargetCommand):
    """Start the target's databases: ``UPDATE DB START(ACCESS)``. Run again, it finds them started."""

    letters = "START"

    def values(self) -> Mapping[str, Any]:
        from imsclone.refresh.statements import start_target

        return spoc_values(self.aim.side, start_target(self.aim))

    def check(self, found: Answer) -> None:
        problem = said(found)
        if problem:
            raise TargetNotStarted(imsid=self.aim.side.imsid, said=problem)

    def finish(self, found: Answer | None) -> int:
        count = len({row.name for row in found.rows}) if found else 0
        self.evidence.counts["target databases started"] = count
        return count
