"""What IMS and its utilities ask DBRC about HALDBs and record about partitions."""

from __future__ import annotations

from dataclasses import replace

from zoslab.ims.dbrc import commands_haldb
from zoslab.ims.dbrc.errors import NotRegistered
from zoslab.ims.dbrc.haldb_records import HaldbMaster, Partition
from zoslab.ims.dbrc.recon import Recon
from zoslab.ims.dbrc.unit import Unit


class HaldbServices:
    """The part of DBRC's services that is about HALDBs."""

    def __init__(self, recon: Recon) -> None:
        self.recon = recon

    def haldb(self, dbname: str) -> HaldbMaster | None:
        """Return a HALDB's master record."""
        with self.recon.unit() as unit:
            return unit.find(HaldbMaster(dbname))

    def partitions(self, dbname: str) -> list[Partition]:
        """Return a HALDB's partitions in order of their high keys."""
        with self.recon.unit() as unit:
            return commands_haldb.partitions(unit, dbname)

    def partition(self, name: str) -> Partition | None:
        """Return a partition by its name."""
        with self.recon.unit() as unit:
            return next((one for one in unit.all(Partition) if one.name == name), None)

    def partition_initialised(self, name: str) -> int:
        """Record that a partition was initialised; return the reorganisation number its data sets must carry.

        It is 1, or with REORG NUMBER VERIFICATION one more than recorded (ims.md section 2.4).

        :raises NotRegistered: there is no such partition.
        """
        number = self.next_reorg(name)
        self.partition_written(name, number)
        return number

    def next_reorg(self, name: str, least: int = 1) -> int:
        """Return the reorganisation number that a partition's data sets get next, no lower than ``least``.

        :raises NotRegistered: there is no such partition.
        """
        with self.recon.unit() as unit:
            found = self._required(unit, name)
            return max(found.reorg_number + 1 if unit.header.reorgv else 1, least)

    def partition_emptied(self, name: str) -> None:
        """Record that a partition's data sets are being written anew: till that is done it needs initialisation.

        :raises NotRegistered: there is no such partition.
        """
        with self.recon.unit() as unit:
            unit.put(replace(self._required(unit, name), init_needed=True))

    def partition_written(self, name: str, number: int) -> None:
        """Record that a partition was initialised or reloaded with a reorganisation number.

        The RECON keeps the number only with REORG NUMBER VERIFICATION (ims.md section 2.4).

        :raises NotRegistered: there is no such partition.
        """
        with self.recon.unit() as unit:
            found = self._required(unit, name)
            recorded = number if unit.header.reorgv else 0
            unit.put(replace(found, reorg_number=recorded, init_needed=False))

    def partition_updated(self, name: str, number: int) -> None:
        """Record the reorganisation number of a partition that is opened for update, if the RECON has none.

        Source: message DFS3286W, with REORG NUMBER VERIFICATION an update sets the number in the RECON.
        """
        with self.recon.unit() as unit:
            found = self._required(unit, name)
            if unit.header.reorgv and not found.reorg_number:
                unit.put(replace(found, reorg_number=number))

    @staticmethod
    def _required(unit: Unit, name: str) -> Partition:
        found = next((one for one in unit.all(Partition) if one.name == name), None)
        if found is None:
            raise NotRegistered(f"PARTITION {name} IS NOT REGISTERED")
        return found
