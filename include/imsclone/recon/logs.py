"""DBRC commands for log records.

The key of a log record holds the subsystem, so a cloned subsystem's records are written anew under the clone's id and
the old ones deleted. A log carries all of its data sets or none: with a gap in the middle, the next data set would
seem to start where the one before the gap stopped. Logs of batch jobs keep their id; only names and volumes change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imsclone.listings.recon_types import Log, LogDataSet, OnlineLog, Recon
from imsclone.recon.command import Command, Operand, command
from imsclone.recon.rules import Fate, ReconRules

FORMS = {
    "PRILOG": ("PRILOG", "RLDS"),
    "PRISLD": ("PRILOG", "SLDS"),
    "SECLOG": ("SECLOG", "RLDS"),
    "SECSLD": ("SECLOG", "SLDS"),
}
"""How NOTIFY and CHANGE name each kind of log."""
OLDS = {"PRIOLD": "PRILOG", "SECOLD": "SECLOG"}
"""How they name each kind of online log."""


def fate(log: Log, rules: ReconRules) -> Fate:
    """Return what becomes of a log's data sets, all together."""
    carried = rules.switches.slds if log.kind in ("PRISLD", "SECSLD") else rules.switches.rlds
    fates = {rules.fate(one.dsname, one.volsers, carried) for one in log.data_sets}
    if Fate.DROP in fates:
        return Fate.DROP
    return Fate.CONVERT if Fate.CONVERT in fates else Fate.KEEP


def is_carried(log: Log, recon: Recon, rules: ReconRules) -> bool:
    """Whether a cloned subsystem's log is written anew: it is open, has data sets, or online logs belong to it."""
    if log.kind not in FORMS:
        return False
    times = {olds.prilog_time for one in recon.online_logs if one.ssid == log.ssid for olds in one.olds}
    return log.stopped is None or (bool(log.data_sets) and fate(log, rules) is not Fate.DROP) or log.start in times


def data_sets(log: Log, rules: ReconRules) -> tuple[LogDataSet, ...]:
    """Return the data sets a log takes along."""
    return () if fate(log, rules) is Fate.DROP else log.data_sets


def commands(recon: Recon, rules: ReconRules) -> Iterator[Command]:
    """Yield the commands for all logs, then for the online logs, whose PRILOG TIME is taken from the new logs."""
    ours = sorted((log for log in recon.logs if log.ssid in rules.ssids), key=lambda log: (log.start, log.kind))
    for ssid, start in dict.fromkeys((log.ssid, log.start) for log in ours):
        yield command("DELETE.LOG", STARTIME=start, SSID=ssid)
    for log in ours:
        if is_carried(log, recon, rules):
            yield from _written_anew(log, rules)
    for log in recon.logs:
        if log.ssid not in rules.ssids and log.kind in FORMS:
            yield from _changed(log, rules)
    for one in recon.online_logs:
        if one.ssid in rules.ssids and one.kind in OLDS:
            yield from _online_logs(one.ssid, OLDS[one.kind], one.olds, rules)


def _written_anew(log: Log, rules: ReconRules) -> Iterator[Command]:
    ssid = rules.ssid(log.ssid)
    verb, name = FORMS[log.kind]
    form = {name: True}
    yield command(f"NOTIFY.{verb}", **form, SSID=ssid, STARTIME=log.start, FIRSTREC=log.first, VERSION=log.version)
    for one in data_sets(log, rules):
        yield command(
            f"NOTIFY.{verb}",
            **form,
            SSID=ssid,
            STARTIME=log.start,
            DSN=rules.name(one.dsname, log.kind),
            UNIT=one.unit,
            VOLSER=rules.volumes(one.volsers),
            RUNTIME=_time(one.stop),
            FIRSTREC=one.first,
            LASTREC=one.last,
            FILESEQ=one.file_sequence.lstrip("0"),
            CKPTCT=one.checkpoints.lstrip("0"),
            CHKPTID=_time(one.checkpoint),
        )
        if one.error:
            yield command(f"CHANGE.{verb}", **form, STARTIME=log.start, SSID=ssid, DSSTART=one.start, ERROR=True)
    if log.stopped is not None:
        yield command(f"NOTIFY.{verb}", **form, SSID=ssid, STARTIME=log.start, RUNTIME=log.stop)


def _online_logs(source: str, verb: str, olds: Sequence[OnlineLog], rules: ReconRules) -> Iterator[Command]:
    ssid = rules.ssid(source)
    ordered = sorted(olds, key=lambda one: one.start)
    for number, one in enumerate(ordered, 1):
        yield command("DELETE.LOG", OLDS=one.ddname, SSID=source, LASTCLOS=number == len(ordered))
    for one in ordered:
        yield from _online_log(ssid, verb, one, rules)


def _online_log(ssid: str, verb: str, one: OnlineLog, rules: ReconRules) -> Iterator[Command]:
    which: dict[str, Operand] = {"OLDS": one.ddname, "SSID": ssid, "STARTIME": one.start}
    name = rules.name(one.dsname, "PRIOLD")
    yield command(f"NOTIFY.{verb}", **which, DSN=name, FIRSTREC=one.first, VERSION=one.version)
    if one.stopped is not None:
        yield command(f"NOTIFY.{verb}", **which, RUNTIME=one.stop, LASTREC=one.last)
    if one.archived:
        yield command(f"CHANGE.{verb}", OLDS=one.ddname, SSID=ssid, ARCHIVED=True)
    if one.error or not one.available:
        yield command(f"CHANGE.{verb}", OLDS=one.ddname, SSID=ssid, UNAVAIL=not one.available, ERROR=one.error)


def _changed(log: Log, rules: ReconRules) -> Iterator[Command]:
    """Yield the commands for a log that keeps its subsystem's id."""
    what = fate(log, rules)
    if what is Fate.DROP:
        yield command("DELETE.LOG", STARTIME=log.start, SSID=log.ssid)
        return
    for one in log.data_sets if what is Fate.CONVERT else ():
        verb, form = FORMS[log.kind]
        yield command(
            f"CHANGE.{verb}",
            **{form: True},
            SSID=log.ssid,
            STARTIME=log.start,
            DSSTART=one.start,
            DSN=rules.name(one.dsname, log.kind),
            VOLSER=rules.volumes(one.volsers),
        )


def _time(text: str) -> str:
    """Return a time stamp, empty if it is zeros."""
    return text if text.strip("0.: +-") else ""
