"""Prove the refreshed databases, before they are started."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.errors import RefreshNotProven
from imsclone_airflow.refresh.step import TargetStep, recon_values

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.errors import CloneError
    from imsclone_airflow.jobs import JobOutput


class VerifyRefreshOperator(TargetStep):
    """Compare what catalog and RECON of the target say with the plan; everything that is wrong is reported at once.

    Reads only, in each try anew.
    """

    jcl_template = "refresh_verify.jcl"
    letters = "VERIF"
    steps = {"LISTCAT": (0, 4)}  # noqa: RUF012

    def values(self) -> Mapping[str, Any]:
        names = tuple(one.target for one in self.aim.copies)
        return {**recon_values(self.aim.side), "names": names}

    def work(self, context: Context) -> Any:
        label = f"verify{context['ti'].try_number}"
        output = self.desk.run(label, self.job_jcl)
        return self.finish(self.judge(output))

    def read(self, output: JobOutput) -> list[CloneError]:
        from imsclone.listings import idcams, recon
        from imsclone.refresh.verify import catalog_problems, recon_problems

        entries = {one.name: one for one in idcams.listcat(output.sysprint("LISTCAT"))}
        layers = {
            "catalog": list(catalog_problems(self.aim, entries)),
            "RECON": list(recon_problems(self.aim, recon.read(output.sysprint("LIST")))),
        }
        for name, problems in layers.items():
            self.evidence.after[name] = f"{len(problems)} problems" if problems else "agrees"
        return [problem for problems in layers.values() for problem in problems]

    def check(self, found: list[CloneError]) -> None:
        if found:
            raise RefreshNotProven(imsid=self.aim.side.imsid, problems=found)

    def finish(self, found: list[CloneError]) -> int:
        self.evidence.counts["data sets verified"] = len(self.aim.copies)
        return len(self.aim.copies)
