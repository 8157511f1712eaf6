"""RECON records about HALDBs: the master and its partitions. A partition also has a DB record of its own (TYPE=PART).

Source: ims.md sections 1.3 and 2.4 (partition ID: last assigned + 1, never reused; names of ddnames and data sets).
Own layout, see `zoslab.ims.dbrc.records`.
"""

from __future__ import annotations

from dataclasses import dataclass

from zoslab.ims.dbrc.layout import content, flag, number, text, texts
from zoslab.ims.dbrc.records import Record

DATA, INDEX, INDIRECT = "ABCDEFGHIJ", "X", "L"


@dataclass(frozen=True)
class HaldbMaster(Record):
    """What a HALDB's master holds beyond its DB record. ``last_partition_id`` is never lowered."""

    NAME, TYPE, KEY = "HALDB", 0x19, ("dbname", "", "")
    dbname: str = text(8)
    psname: str = text(8)
    dborg: str = text(8, "PHDAM")
    dsorg: str = text(8, "OSAM")
    last_partition_id: int = number(2)
    data_set_groups: int = number(2, 1)

    @property
    def letters(self) -> str:
        """The letters of the data sets each partition has."""
        if self.dborg == "PSINDEX":
            return "A"
        index = INDEX if self.dborg == "PHIDAM" else ""
        return DATA[: self.data_set_groups] + index + INDIRECT


@dataclass(frozen=True)
class Partition(Record):
    """PART: a partition of a HALDB."""

    NAME, TYPE, KEY = "PART", 0x1A, ("master", "name", "")
    master: str = text(8)
    name: str = text(8)
    partition_id: int = number(2)
    dsn_prefix: str = text(37)
    high_key: bytes = content()
    reorg_number: int = number(2)
    change_count: int = number(4, 1)
    randomizer: str = text(8)
    anchors: int = number(2, 1)
    high_block: int = number(4)
    max_bytes: int = number(4)
    fbff: int = number(2)
    fspf: int = number(2)
    block_sizes: tuple[str, ...] = texts(5)
    init_needed: bool = flag(True)
    disabled: bool = flag()
    active: str = text(3, "A-J")
    olrimsid: str = text(8)

    def ddname(self, letter: str) -> str:
        """The ddname of one of its data sets."""
        return self.name + letter

    def dsname(self, letter: str) -> str:
        """The name of one of its data sets."""
        return f"{self.dsn_prefix}.{letter}{self.partition_id:05}"


def is_recoverable(ddname: str, db_type: str) -> bool:
    """Whether changes of a partition's data set are logged: not those of its primary index and its ILDS."""
    return db_type != "PART" or ddname[-1:] in DATA
