"""Connect the clone's catalogs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.errors import MessagesFound
from imsclone_airflow.operators import catalogs
from imsclone_airflow.operators.job import ZosJobOperator
from imsclone_airflow.operators.reconditioning import RECONDITIONING, Reconditioning

if TYPE_CHECKING:
    from imsclone.listings.idcams import Diagnosis
    from imsclone_airflow.jobs import JobOutput


class RecatalogOperator(ZosJobOperator):
    """Connect the clone's user catalogs to the master catalog, and let its high-level qualifiers lead to them.

    Then each is compared with the VVDSs of the clone's volumes (IDCAMS DIAGNOSE). Catalogs that an earlier try
    connected are let go of first. After a physical data set copy they are defined and filled, by DEFINE RECATALOG.
    """

    letters = "RECAT"

    @property
    def way(self) -> Reconditioning:
        """The way the plan says."""
        return RECONDITIONING[self.the_plan.reconditioning]

    def template(self) -> str:
        return self.jcl_template or self.way.recatalog_template

    @property
    def steps(self) -> Mapping[str, Any]:  # type: ignore[override]
        """A warning of DIAGNOSE is no disagreement: it may name volumes that have no VVDS."""
        diagnoses = {f"DIAG{number}": {0, catalogs.WARNING} for number, _ in enumerate(self.the_plan.catalogs, 1)}
        return {**diagnoses, **self.way.recatalog_steps(self.the_plan)}

    def values(self) -> Mapping[str, Any]:
        plan = self.the_plan
        return {
            "catalogs": plan.catalogs,
            "device_type": int(plan.volume_pairs[0].device_type),
            "volsers": plan.vvds_volsers,
            **self.way.recatalog_values(plan),
        }

    def prepare(self) -> None:
        connected = catalogs.connected(self.client, self.the_plan.catalogs)
        if connected:
            self.way.let_go(self, connected)

    def read(self, output: JobOutput) -> dict[str, Diagnosis]:
        from imsclone.listings import idcams

        self.evidence.counts.update(self.way.recataloged(self.the_plan, output))
        names = [catalog.target for catalog in self.the_plan.catalogs]
        return {name: idcams.diagnose(output.sysprint(f"DIAG{number}")) for number, name in enumerate(names, 1)}

    def check(self, found: dict[str, Diagnosis]) -> None:
        for name, diagnosis in found.items():
            if diagnosis.errors or diagnosis.rc > catalogs.WARNING:
                said = "; ".join(map(str, diagnosis.errors)) or f"condition code {diagnosis.rc}"
                raise MessagesFound(what=f"Catalog {name} and the VVDSs do not agree", said=said)

    def finish(self, found: Any) -> int:
        self.evidence.counts["catalogs connected"] = len(self.the_plan.catalogs)
        return len(self.the_plan.catalogs)
