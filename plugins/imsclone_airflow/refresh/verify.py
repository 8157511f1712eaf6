"""Prove the refreshed databases, before they are started."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.refresh.errors import RefreshNotProven
from imsclone_airflow.refresh.step import TargetStep, recon_values

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.errors import CloneError
    from imsclone_airflow.jobs import JobOutput


POINTER_CODES = {0, 4, 8, 12}
"""The report says what is wrong; without its last line it counts as wrong, whatever the code."""


class VerifyRefreshOperator(TargetStep):
    """Compare what catalog and RECON of the target say with the plan; everything that is wrong is reported at once.

    Of HALDBs the numbers in the data sets are compared, too, and where the plan says so every pointer is followed.
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

    def haldb_layers(self) -> dict[str, list[CloneError]]:
        """Read the numbers in the data sets of HALDBs, and follow their pointers."""
        from imsclone.haldb.numbers import PRINT_CODES
        from imsclone.haldb.verify import block_problems, pointer_problems
        from imsclone.listings import idcams

        haldbs = self.aim.haldbs
        found: dict[str, list[CloneError]] = {}
        held = [(one.dsname, one.before) for haldb in haldbs for part in haldb.partitions for one in part.numbered]
        if held:
            printed = self._reads("numbers", "verify_haldb.jcl", {"HALDB": PRINT_CODES}, data_sets=held)
            found["HALDB numbers"] = list(block_problems(haldbs, idcams.printed(printed.sysprint("HALDB"))))
        checked = [one.name for one in haldbs if one.kind != "PSINDEX"]
        if checked and self.refresh.pointer_check:
            side = self.aim.side
            values = {"steplib": side.steplib, "recon": side.recon, "acblib": side.acblib, "checked": checked}
            output = self._reads("pointers", "verify_pointers.jcl", {"CHECK": POINTER_CODES}, **values)
            found["pointers"] = list(pointer_problems(output.sysprint("CHECK")))
        return found

    def _reads(self, label: str, template: str, steps: Mapping[str, Collection[int]], **values: Any) -> JobOutput:
        """Run one job more that only reads, anew in each try."""
        from imsclone.zosmf import gate

        output = self.auxiliary(f"{label}{self.desk.attempt()}", template, values)
        gate(output.job, steps)
        return output

    def read(self, output: JobOutput) -> list[CloneError]:
        from imsclone.haldb.verify import recon_problems as haldb_problems
        from imsclone.listings import idcams, recon
        from imsclone.refresh.verify import catalog_problems, recon_problems

        listed = recon.read(output.sysprint("LIST"))
        entries = {one.name: one for one in idcams.listcat(output.sysprint("LISTCAT"))}
        layers: dict[str, list[CloneError]] = {
            "catalog": list(catalog_problems(self.aim, entries)),
            "RECON": [*recon_problems(self.aim, listed), *haldb_problems(self.aim.haldbs, listed)],
            **self.haldb_layers(),
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
