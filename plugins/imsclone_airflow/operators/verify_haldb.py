"""The partitions of HALDBs: what their data sets say of themselves is what the clone's RECON says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from imsclone.listings import idcams, recon
from imsclone.names import DataSetName
from imsclone_airflow.errors import LayersDiffer
from imsclone_airflow.operators.verify_layers import Layer
from imsclone_airflow.operators.verify_layers import Recon as ReconLayer

if TYPE_CHECKING:
    from imsclone.errors import CloneError
    from imsclone.listings.recon_types import Partition, Recon
    from imsclone_airflow.operators.verify import VerifyOperator

BEFORE = {"OSAM": 0, "VSAM": 1}
"""Records before the one that holds the numbers: IMS keeps the first control interval of an ESDS to itself."""
PRINT_CODES = {0, 4, 8, 12}


class Held(NamedTuple):
    """A data set of a partition and its partition."""

    dsname: str
    before: int
    part: Partition


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
        yield from differing(held, found, verified=reorganizations_count(listed))
        step.evidence.counts["HALDB data sets verified"] = len(held)


def in_use(listed: Recon) -> Iterator[Held]:
    """Yield the data sets that hold the segments of initialised partitions."""
    parts = {part.name: part for part in listed.partitions if not part.init_needed and not part.disabled}
    for one in listed.data_sets:
        part = parts.get(one.dbd)
        if part is None:
            continue
        first, last = part.active
        if first <= one.ddname[-1] <= last:
            yield Held(one.dsname, BEFORE.get(one.organization, 0), part)


def reorganizations_count(listed: Recon) -> bool:
    """Whether the RECON keeps and verifies reorganization numbers."""
    return listed.header is not None and listed.header.record.get("REORG NUMBER VERIFICATION") == "YES"


def differing(held: list[Held], found: Mapping[str, bytes], *, verified: bool) -> Iterator[CloneError]:
    """Yield what is wrong in each data set."""
    for one in held:
        block = found.get(one.dsname, b"")
        if len(block) < 4:
            yield LayersDiffer(layer=Haldb.name, where=one.dsname, said="cannot be read")
            continue
        numbers = int.from_bytes(block[:2], "big"), int.from_bytes(block[2:4], "big")
        if numbers[0] != one.part.partition_id:
            said = f"holds partition ID {numbers[0]}, the RECON says {one.part.partition_id}"
            yield LayersDiffer(layer=Haldb.name, where=one.dsname, said=said)
        if verified and numbers[1] != one.part.reorg_number:
            said = f"holds reorganization number {numbers[1]}, the RECON says {one.part.reorg_number}"
            yield LayersDiffer(layer=Haldb.name, where=one.dsname, said=said)
