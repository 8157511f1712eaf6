"""What COPY DATASET works on: the options of the statement, and a data set that was selected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from zoslab.dasd.devices import Device
from zoslab.dasd.errors import DuplicateDataSet, NoSpace
from zoslab.dasd.volume import Volume
from zoslab.programs.adrdssu import data_set_copy
from zoslab.programs.adrdssu.fast_replication import FastReplication
from zoslab.programs.adrdssu.messages import Task
from zoslab.programs.adrdssu.selection import Candidate
from zoslab.programs.statements import Statement

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@dataclass(frozen=True)
class Options:
    """The statement's options.

    :ivar targets: output volumes, tried in this order. :ivar catalog: the catalog to use, an empty text for the one
        the search order gives; None without CATALOG and RECATALOG.
    """

    targets: Sequence[Volume]
    rename: Callable[[str], str]
    replace: bool
    catalog: str | None
    everything: bool
    tolerate: bool
    catalog_of: Callable[[str], str]
    fast: FastReplication

    @classmethod
    def of(
        cls, step: Step, statement: Statement, task: Task, out: Sequence[Device], rename: Callable[[str], str]
    ) -> Options:
        """Take the options of a statement."""
        catalogs = step.system.catalogs
        catalog = statement.text("RECATALOG") if statement.has("RECATALOG") else None
        if statement.has("CATALOG"):
            catalog = ""
        return cls(
            targets=[Volume(device) for device in out],
            rename=rename,
            replace=statement.has("REPLACE") or statement.has("REPLACEUNCONDITIONAL"),
            catalog=catalog,
            everything=statement.has("ALLDATA") or statement.has("ALLEXCP"),
            tolerate=statement.has("TOLERATE"),
            catalog_of=lambda dsname: catalog or catalogs.catalog_for(dsname).name,
            fast=FastReplication(step, task, statement.text("FASTREPLICATION", "NONE")),
        )

    def with_room(self, names: Sequence[str], tracks: int, taken: Sequence[str] = ()) -> Volume:
        """Return the first output volume that has so many free tracks; what is to be replaced there counts as free.

        :raises DuplicateDataSet: a name is there and is not to be replaced. :raises NoSpace: none has room.
        """
        for volume in self.targets:
            if volume.volser in taken:
                continue
            entries = [entry for name in names if (entry := volume.vtoc.find(name)) is not None]
            if entries and not self.replace:
                raise DuplicateDataSet(f"{entries[0].dsname} is on volume {volume.volser}; REPLACEUNCONDITIONAL")
            free = sum(extent.tracks for extent in volume.vtoc.free_space)
            if free + sum(entry.tracks for entry in entries) >= tracks:
                return volume
        raise NoSpace("ADR472E", f"no output volume has {tracks} free tracks")

    def make_room(self, volume: Volume, names: Sequence[str]) -> None:
        """Scratch what is replaced."""
        for name in names:
            if volume.vtoc.find(name) is not None:
                data_set_copy.scratch(volume, name)


class Selected(Protocol):
    """A data set that was found, of either kind."""

    dsname: str
    candidate: Candidate
    warnings: list[str]

    def copy(self, step: Step, options: Options, new: str) -> None:
        """Copy it under the name ``new``."""
