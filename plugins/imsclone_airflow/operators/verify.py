"""Prove the clone, before it is started."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from imsclone_airflow.errors import CloneNotProven
from imsclone_airflow.operators.job import LETTERS, ZosJobOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.errors import CloneError
    from imsclone.zosmf import Job
    from imsclone_airflow.jobs import JobOutput

Layer = Callable[["VerifyOperator"], "Iterator[CloneError]"]


class VerifyOperator(ZosJobOperator):
    """Compare every layer of the clone with the plan, and with each other; nothing may still name the source.

    Labels, VTOCs, catalogs and VVDSs, RECON, libraries, dynamic allocation, resource definitions, nucleus,
    databases that must not be there, partition IDs and reorganization numbers. All that is wrong is reported at once,
    by layer and name, and the clone is not started. Reads only, in each try anew.
    """

    derived = True

    def work(self, context: Context) -> int:
        from imsclone_airflow.operators.verify_databases import Databases
        from imsclone_airflow.operators.verify_haldb import Haldb
        from imsclone_airflow.operators.verify_layers import LAYERS

        layers = {**LAYERS, Databases.name: Databases(), Haldb.name: Haldb()}
        self.try_number = int(context["ti"].try_number)
        problems: list[CloneError] = []
        begun = {name: layer.begin(self) for name, layer in layers.items()}
        for name, layer in layers.items():
            found = list(self.checked(partial(layer.check, self, begun[name])))
            self.evidence.after[name] = f"{len(found)} problems" if found else "agrees"
            problems += found
        if problems:
            raise CloneNotProven(imsid=self.the_plan.target.imsid, problems=problems)
        return len(layers)

    def checked(self, check: Callable[[], Iterator[CloneError]]) -> Iterator[CloneError]:
        """Yield a layer's problems; that a layer cannot be read is one, unless reading it again may help."""
        from imsclone.errors import CloneError

        try:
            yield from check()
        except CloneError as error:
            if getattr(error, "retry", False):
                raise
            yield error

    def start(self, label: str, template: str, values: Mapping[str, Any]) -> Job:
        """Submit one of the jobs; they run side by side, as their names differ."""
        letters = f"V{label.upper()}"[:LETTERS]
        return self.desk.submit(f"{label}{self.try_number}", self.maker(template, letters, values))

    def ended(self, job: Job, steps: Mapping[str, Any] | None = None) -> JobOutput:
        """Wait for a job, and require that its steps ended as they may."""
        from imsclone.zosmf import gate

        output = self.desk.wait(job)
        self.keep(output)
        gate(output.job, steps)
        return output
