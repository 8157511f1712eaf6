"""The partitions of HALDBs: what their data sets say of themselves is what the clone's RECON says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from imsclone.haldb.numbering import verifies
from imsclone.haldb.numbers import PRINT_CODES, Held, in_use, wrong
from imsclone.listings import idcams, recon
from imsclone.names import DataSetName
from imsclone_airflow.errors import LayersDiffer
from imsclone_airflow.operators.verify_layers import Layer
from imsclone_airflow.operators.verify_layers import Recon as ReconLayer

if TYPE_CHECKING:
    from imsclone.errors import CloneError
    from imsclone_airflow.operators.verify import VerifyOperator


class Haldb(Layer):
    """Partition ID and reorganization number in the first block of each data set that a partition uses now.

    The RECON's reorganization number counts only where it verifies these. Databases that the plan says are absent,
    and partitions that need initialization, hold nothing.
    """

    name = "HALDB"

    def begin(self, step: VerifyOperator) -> Any:
        return ReconLayer().begin(step)

    def check(self, step: VerifyOperator, begun: Any) -> Iterator[CloneError]:
        listed = recon.read(step.desk.wait(begun).sysprint("LIST"))
        absent = {pair.target for pair in step.the_plan.databases.absent}
        held = [one for one in in_use(listed) if one.dsname not in absent]
        if not held:
            return
        values = {"data_sets": [(DataSetName(one.dsname), one.before) for one in held]}
        job = step.start("haldb", "verify_haldb.jcl", values)
        found = idcams.printed(step.ended(job, {"HALDB": PRINT_CODES}).sysprint("HALDB"))
        yield from differing(held, found, verified=verifies(listed))
        step.evidence.counts["HALDB data sets verified"] = len(held)


def differing(held: list[Held], found: Mapping[str, bytes], *, verified: bool) -> Iterator[CloneError]:
    """Yield what is wrong in each data set."""
    expected = [(one.dsname, one.part.partition_id, one.part.reorg_number if verified else 0) for one in held]
    for dsname, said in wrong(expected, found, "the RECON"):
        yield LayersDiffer(layer=Haldb.name, where=dsname, said=said)
