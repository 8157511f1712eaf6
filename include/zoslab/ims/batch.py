"""A batch DL/I region: a program that reads databases without a control region, under its own DBRC sign-on.

Supported: programs that read only; a batch region that updates would need a log of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from zoslab.ims.configuration import Configuration
from zoslab.ims.dbrc import Dbrc, DbrcError, ReconDataSet
from zoslab.ims.dli import Pcb
from zoslab.ims.engine import Engine
from zoslab.ims.errors import UserAbend
from zoslab.ims.host import Host
from zoslab.ims.open_databases import OpenDatabases
from zoslab.ims.parameters import RegionParameters, StorageParameters, SystemParameters
from zoslab.ims.rdds import Resource, ResourceDefinitions


def run_batch(host: Host, ssid: str, psb_name: str, work: Callable[[Sequence[Pcb]], int]) -> int:
    """Run a program in a batch region; ``ssid`` is the job's name.

    :raises UserAbend: U0047 DBRC refuses, U3303 a database is not available.
    """
    bare = Configuration(
        host, ssid, RegionParameters(), StorageParameters(), SystemParameters(), ResourceDefinitions(ssid, "", ())
    )
    psb = bare.psb(psb_name)
    if any(pcb.updates for pcb in psb.pcbs):
        raise UserAbend(47, f"PSB {psb_name} UPDATES; ONLY READING IS SUPPORTED IN A BATCH REGION")
    resources = ResourceDefinitions(ssid, "", tuple(Resource("DB", pcb.dbd) for pcb in psb.pcbs))
    configuration = Configuration(host, ssid, bare.region, bare.storage, bare.system, resources)
    data_sets = [configuration.data_set(f"RECON{number}") for number in (1, 2, 3)]
    try:
        dbrc = Dbrc.open([ReconDataSet(one.dsname, one.ksds()) for one in data_sets], host.clock, host.message)
        dbrc.sign_on(ssid)
    except DbrcError as refused:
        raise UserAbend(47, refused.message) from None
    try:
        engine = Engine.unlogged()
        databases = OpenDatabases(configuration, engine, dbrc, "READ")
        unit = engine.recovery.begin(psb.name, 1)
        return work([Pcb(pcb, databases.get(pcb.dbd, updates=False), unit) for pcb in psb.pcbs])
    finally:
        with suppress(DbrcError):
            dbrc.sign_off(ssid)
