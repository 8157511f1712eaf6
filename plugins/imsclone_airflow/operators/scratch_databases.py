"""Delete database data sets that came along with system data sets."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from imsclone_airflow.errors import MessagesFound
from imsclone_airflow.operators.job import ZosJobOperator

if TYPE_CHECKING:
    from imsclone.listings.idcams import Run
    from imsclone_airflow.jobs import JobOutput

NOT_FOUND = "IDC3012I"


class ScratchDatabasesOperator(ZosJobOperator):
    """Delete from a skeleton the database data sets that share a volume with its system data sets (IDCAMS DELETE).

    They are those that the plan names; with none, nothing is done. One that is gone already is not missed.
    """

    jcl_template = "scratch_databases.jcl"
    letters = "SCRAT"
    steps: ClassVar[Mapping[str, Collection[int]]] = {"SCRATCH": (0, 8)}

    def is_needed(self) -> bool:
        return bool(self.the_plan.databases.copied)

    def values(self) -> Mapping[str, Any]:
        return {"databases": self.the_plan.databases.copied}

    def read(self, output: JobOutput) -> Run:
        from imsclone.listings import idcams

        return idcams.run(output.sysprint("SCRATCH"))

    def check(self, found: Run) -> None:
        failed = [one for one in found.functions if one.rc and not one.has(NOT_FOUND)]
        if failed:
            said = "; ".join(str(message) for one in failed for message in one.messages)
            raise MessagesFound(what="Database data sets were not deleted", said=said)

    def finish(self, found: Any) -> int:
        count = sum(one.rc == 0 for one in found.functions) if found else 0
        self.evidence.counts["database data sets deleted"] = count
        return count
