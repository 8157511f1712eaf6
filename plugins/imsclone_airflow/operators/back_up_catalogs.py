"""Copy the source's user catalogs before anything is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imsclone_airflow.operators.job import ZosJobOperator

if TYPE_CHECKING:
    from imsclone.names import DataSetName


@dataclass(frozen=True)
class Backup:
    """A catalog, and the data set its copy goes to."""

    catalog: DataSetName
    dsname: DataSetName


class BackUpCatalogsOperator(ZosJobOperator):
    """Copy the source's user catalogs to work data sets (IDCAMS EXPORT TEMPORARY, which leaves them as they are)."""

    jcl_template = "back_up_catalogs.jcl"
    letters = "BCKUP"
    side = "source"

    def values(self) -> Mapping[str, Any]:
        volumes = self.the_plan.work.volumes
        return {"backups": self.backups(), "work_volume": volumes[0] if volumes else None}

    def backups(self) -> tuple[Backup, ...]:
        """Return where each catalog goes."""
        from imsclone.names import DataSetName

        plan = self.the_plan
        return tuple(
            Backup(catalog.source, DataSetName(f"{plan.work.hlq}.{plan.target.imsid}.CATALOG{number}"))
            for number, catalog in enumerate(plan.catalogs, 1)
        )

    def finish(self, found: Any) -> list[str]:
        backups = self.backups()
        self.evidence.counts["catalogs backed up"] = len(backups)
        return [backup.dsname for backup in backups]
