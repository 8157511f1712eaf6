"""Take the target's databases from its programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.refresh.errors import TargetNotStopped
from imsclone_airflow.refresh.step import TargetCommand, said, spoc_values

if TYPE_CHECKING:
    from imsclone.listings.type2 import Answer


class StopDatabasesOperator(TargetCommand):
    """Stop the target's databases and close their data sets: ``UPDATE DB STOP(ACCESS)``, which is what /DBR does.

    This is done before the source is touched, so that it is held for no longer than the copy takes. A target that
    does not run has nothing to give up; what it lacks is stopped when it is defined. Run again, it finds them stopped.
    """

    letters = "STOP"

    def values(self) -> Mapping[str, Any]:
        from imsclone.refresh.statements import stop_known

        return spoc_values(self.aim.side, stop_known(self.aim))

    def preview(self) -> None:
        if self.aim.known:
            super().preview()

    def is_needed(self) -> bool:
        return super().is_needed() and bool(self.aim.known)

    def check(self, found: Answer) -> None:
        problem = said(found)
        if problem:
            raise TargetNotStopped(imsid=self.aim.side.imsid, said=problem)

    def finish(self, found: Answer | None) -> int:
        count = len({row.name for row in found.rows}) if found else 0
        self.evidence.counts["target databases stopped"] = count
        return count
