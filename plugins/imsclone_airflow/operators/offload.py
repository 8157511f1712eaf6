"""Read the clone's databases, as the work it was made for would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.errors import BankBroken
from imsclone_airflow.operators.job import ZosJobOperator

if TYPE_CHECKING:
    from imsclone_airflow.jobs import JobOutput

HOLDS = "BANK INVARIANT HOLDS"
FIGURES = re.compile(r"ACCOUNTS (\d+)\s+TOTAL (-?\d+)")


class OffloadOperator(ZosJobOperator):
    """Run the program that reads the whole bank in a BMP on the clone, and require that the money adds up.

    :param psb: the program's PSB.
    :param proof: the line its listing must hold.
    """

    jcl_template = "bank_read.jcl"
    letters = "READ"

    def __init__(self, *, psb: str = "BANKPSB", proof: str = HOLDS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.psb = psb
        self.proof = proof

    def values(self) -> Mapping[str, Any]:
        from imsclone.names import MemberName

        return {"steplib": self.the_plan.target.steplib, "psb": MemberName(self.psb), "imsid": None}

    def read(self, output: JobOutput) -> str:
        return output.sysprint("READ")

    def check(self, found: str) -> None:
        if self.proof not in found:
            said = "; ".join(line.strip() for line in found.splitlines() if line.strip())[-300:]
            raise BankBroken(imsid=self.the_plan.target.imsid, said=said)

    def finish(self, found: str) -> str:
        figures = FIGURES.search(found)
        if figures:
            self.evidence.after = {"accounts": int(figures[1]), "total": int(figures[2])}
        return self.proof
