"""The data sets of a database, found as IMS allocates them. Source: IMS System Definition, DFSMDA; those of a HALDB are
named in the RECON alone, those of areas are allocated by ``zoslab.ims.dedb.areas``.
"""

from __future__ import annotations

from collections.abc import Iterable

from zoslab.ims.assemble import Allocated, letters
from zoslab.ims.configuration import Configuration
from zoslab.ims.dbd import Dbd
from zoslab.ims.dbrc import Dbrc
from zoslab.ims.errors import DatabaseDisputed, DatabaseUnavailable
from zoslab.ims.host import ImsDataSet
from zoslab.ims.partitions import PartitionDefinition


def allocate(
    configuration: Configuration, dbrc: Dbrc, dbd: Dbd, partitions: Iterable[PartitionDefinition]
) -> list[Allocated]:
    """Return the data sets of a database, or of the partitions of a HALDB that are not stopped.

    :raises DatabaseUnavailable: one is not there. :raises DatabaseDisputed: DFSMDA member and RECON differ.
    """
    if not dbd.partitioned:
        return [
            Allocated(dbd.name, one.ddname, _data_set(configuration, dbrc, dbd, one.ddname)) for one in dbd.data_sets
        ]
    found = []
    for partition in partitions:
        for letter in () if partition.disabled or partition.stopped else letters(dbd):
            dsname = partition.dsname(letter)
            data_set = configuration.host.allocate(dsname)
            if data_set is None:
                raise DatabaseUnavailable(
                    f"DFS2503W DYNAMIC ALLOCATION FAILED FOR PARTITION {partition.name}: {dsname} NOT FOUND"
                )
            found.append(Allocated(partition.name, partition.ddname(letter), data_set))
    return found


def _data_set(configuration: Configuration, dbrc: Dbrc, dbd: Dbd, ddname: str) -> ImsDataSet:
    """Return a data set of a database, which DFSMDA member and RECON must agree on."""
    member = configuration.mda_member(dbd.name)
    named = next((one.dsname for one in member.allocations if one.ddname == ddname), "") if member else ""
    if not named:
        raise DatabaseUnavailable(
            f"DFS2503W DYNAMIC ALLOCATION FAILED FOR DATABASE {dbd.name} DD {ddname}: NO DFSMDA MEMBER"
        )
    recorded = next((one.dsn for one in dbrc.dbds(dbd.name) if one.ddname == ddname), "")
    if recorded != named:
        raise DatabaseDisputed(
            f"DFS2503W DYNAMIC ALLOCATION FAILED FOR DATABASE {dbd.name} DD {ddname}: "
            f"DFSMDA MEMBER SAYS {named}, RECON SAYS {recorded or 'NOTHING'}"
        )
    found = configuration.host.allocate(named)
    if found is None:
        raise DatabaseUnavailable(f"DFS2503W DYNAMIC ALLOCATION FAILED FOR DATABASE {dbd.name}: {named} NOT FOUND")
    return found
