"""DBRC commands for subsystem and backout records.

A clone's RECON says that the source's IMS runs and holds the databases. The order to release them is IBM's: STARTRCV,
ENDRECOV (drops the authorizations), DELETE.SUBSYS. The clone's own IMS is recorded as failed, which it is: its logs
were cut off by the copy. It keeps the name of its IRLM: what it had in flight is then known to be in shared databases,
and no other member uses those before it was restarted. Records of batch jobs and of members that are not cloned go.
"""

from __future__ import annotations

from collections.abc import Iterator

from imsclone.listings.recon_types import Backout, Recon, UnitOfRecovery
from imsclone.recon.command import Command, command
from imsclone.recon.rules import ReconRules


def release(recon: Recon, rules: ReconRules) -> Iterator[Command]:
    """Yield the commands that free the databases of the source's subsystems and forget those."""
    gone = [one.ssid for one in recon.subsystems if not rules.is_target(one.ssid)]
    for ssid in gone:
        yield command("CHANGE.SUBSYS", SSID=ssid, STARTRCV=True)
        yield command("CHANGE.SUBSYS", SSID=ssid, ENDRECOV=True)
        yield command("DELETE.SUBSYS", SSID=ssid)
    for database in recon.databases:
        for ssid in database.authorized:
            if ssid not in gone and not rules.is_target(ssid):
                yield command("CHANGE.DB", DBD=database.dbd, UNAUTH=True, SSID=ssid)


def record_failed(recon: Recon, rules: ReconRules) -> Iterator[Command]:
    """Yield the commands that record the clone's subsystems as failed: only an emergency restart starts them."""
    there = {one.ssid for one in recon.subsystems}
    for one in recon.subsystems:
        target = rules.ssids.get(one.ssid)
        if target and target not in there:
            start = one.log_start if int(one.log_start[:4] or "0") else ""
            irlm = one.record.get("IRLMID")
            yield command("NOTIFY.SUBSYS", SSID=target, ONLINE=True, ABNORMAL=True, STARTIME=start, IRLMID=irlm)


def backouts(recon: Recon, rules: ReconRules) -> Iterator[Command]:
    """Yield the commands that move backout records to the clone's subsystems."""
    for backout in recon.backouts:
        target = rules.ssids.get(backout.ssid)
        if target:
            yield command("DELETE.BKOUT", SSID=backout.ssid)
            yield from _units(backout, target)


def _units(backout: Backout, target: str) -> Iterator[Command]:
    for number, unit in enumerate(backout.units):
        yield _unit("CHANGE.BKOUT" if number else "NOTIFY.BKOUT", target, unit)


def _unit(verb: str, ssid: str, unit: UnitOfRecovery) -> Command:
    flags = {flag: True for flag in unit.flags}
    return command(
        verb,
        SSID=ssid,
        UOR=unit.token,
        UORTIME=unit.time,
        PSB=unit.psb,
        DBD=unit.databases,
        BKO=unit.backed_out,
        **flags,
    )
