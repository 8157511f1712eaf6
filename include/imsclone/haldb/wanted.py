"""What a HALDB must be on the target: its definition, partition IDs, reorganization numbers, as the plan keeps it."""

from __future__ import annotations

from typing import Literal

from imsclone.names import DataSetName
from imsclone.plan.parts import Part
from imsclone.recon.command import Command, command
from imsclone.spec.refresh import DatabaseName

Operands = tuple[tuple[str, tuple[str, ...]], ...]
"""Keywords with their values; one without values stands alone."""


class NumberedDataSet(Part):
    """A data set of the target that holds both numbers. ``before`` are the records before the one that has them."""

    dsname: DataSetName
    before: int


class WantedPartition(Part):
    """A partition. ``reorg`` is the number its data sets hold, 0 if they hold none; ``high_key`` is hexadecimal.

    ``operands`` are those of INIT.PART, behind database and name.
    """

    name: DatabaseName
    id: int
    reorg: int
    high_key: str
    init_needed: bool
    disabled: bool
    operands: Operands
    numbered: tuple[NumberedDataSet, ...]


class GroupMember(Part):
    """A partition data set in a group of the target."""

    kind: Literal["CAGRP", "DBDSGRP"]
    group: str
    owner: DatabaseName
    ddname: str


class WantedHaldb(Part):
    """A HALDB. ``last_id`` is the highest partition ID that the source ever gave; ``operands`` are those of INIT.DB.

    ``redefine`` says that DELETE.DB may be used; ``some`` that only these partitions are copied, and the others stay.
    """

    name: DatabaseName
    kind: str
    last_id: int
    operands: Operands
    partitions: tuple[WantedPartition, ...]
    members: tuple[GroupMember, ...] = ()
    redefine: bool = False
    some: bool = False

    def defined(self) -> Command:
        """The command that defines the master."""
        return command("INIT.DB", DBD=self.name, **_values(self.operands))

    def partition(self, one: WantedPartition) -> Command:
        """The command that defines a partition."""
        return command("INIT.PART", DBD=self.name, PART=one.name, **_values(one.operands))


def _values(operands: Operands) -> dict[str, tuple[str, ...] | bool]:
    return {name: values or True for name, values in operands}
