"""A DD statement's hold on what it names, between allocation and disposition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoslab.jes.model import DdDefinition
from zoslab.jes.spool import SysoutWriter

if TYPE_CHECKING:
    from zoslab.datasets import DataSet


@dataclass
class Allocation:
    """One DD, or one part of a concatenation, of a running step.

    :ivar dsname: the real name: generations and temporary names resolved.
    :ivar status: NEW, OLD, SHR or MOD as it turned out: MOD of a data set that was not there is NEW.
    :ivar created: the data set was made by this allocation.
    """

    definition: DdDefinition
    dsname: str = ""
    member: str = ""
    dataset: DataSet | None = None
    status: str = ""
    created: bool = False
    cataloged: bool = False
    sysout: SysoutWriter | None = None

    @property
    def temporary(self) -> bool:
        return self.definition.dsname.startswith("&&")

    @property
    def volsers(self) -> tuple[str, ...]:
        """The volumes that are allocated with it."""
        return tuple(self.dataset.volsers) if self.dataset is not None else self.definition.volumes

    def write(self, records: Iterable[bytes]) -> None:
        """Write a member, or the data set from its start, or behind its last record for MOD."""
        assert self.dataset is not None
        if self.member:
            self.dataset.pds().write(self.member, list(records))
        elif self.status == "MOD":
            self.dataset.append(records)
        else:
            self.dataset.write(records)
