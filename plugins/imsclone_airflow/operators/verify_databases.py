"""The databases of a skeleton: defined, and nowhere allocated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from imsclone.listings import idcams, iehlist, recon
from imsclone_airflow.errors import LayersDiffer
from imsclone_airflow.operators.verify_layers import Catalogs, Layer, Recon, Vtocs

if TYPE_CHECKING:
    from imsclone.errors import CloneError
    from imsclone_airflow.operators.verify import VerifyOperator


class Databases(Layer):
    """Database data sets that the plan says are absent: RECON names them, no catalog and no VTOC does.

    Reads the listings that the layers before it had made.
    """

    name = "databases"

    def begin(self, step: VerifyOperator) -> Any:
        if not step.the_plan.databases.absent:
            return None
        return Recon().begin(step), Catalogs().begin(step), Vtocs().begin(step)

    def check(self, step: VerifyOperator, begun: Any) -> Iterator[CloneError]:
        if begun is None:
            return
        recon_job, catalog_job, vtoc_job = (step.desk.wait(job) for job in begun)
        listed = recon.read(recon_job.sysprint("LIST"))
        defined = {name for one in listed.data_sets for name in one.dsnames}
        there: dict[str, str] = {}
        for number, catalog in enumerate(step.the_plan.catalogs, 1):
            for entry in idcams.listcat(catalog_job.sysprint(f"LIST{number}")):
                there[entry.name] = there[entry.owner] = f"is in catalog {catalog.target}"
        for found in iehlist.entries(vtoc_job.sysprint("VTOC")):
            there.setdefault(found.name, f"is on volume {found.volser}")
        for pair in step.the_plan.databases.absent:
            if pair.target not in defined:
                yield LayersDiffer(layer=self.name, where=pair.target, said="is not defined in the RECON")
            if pair.target in there:
                yield LayersDiffer(
                    layer=self.name, where=pair.target, said=f"must not be there, and {there[pair.target]}"
                )
        step.evidence.counts["database data sets without data verified"] = len(step.the_plan.databases.absent)
