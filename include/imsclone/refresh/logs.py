"""Which log data sets forward recovery needs, from a listing of the source's RECON. Pure.

Source: IMS Database Utilities, DFSURDB0; IMS System Administration, "Log data set records". A data set that was being
updated when it was copied may lack on disk what its programs have changed since it was allocated to them (ALLOC), and
not what an emergency restart at that moment would not have read: the logs of that IMS or job from then on are needed,
up to the moment that the databases are to be brought to. Log sequence numbers rise by one, so that what is missing
between two data sets of one log shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from imsclone.errors import CloneError
from imsclone.listings.recon_types import Allocation, Log, LogDataSet, OnlineLog, Recon
from imsclone.listings.stamps import shown, stamp, stamp_or_none
from imsclone.refresh.log_errors import LogDamaged, LogGap, LogMissing, LogNotArchived

PRIMARY = "PRILOG"
COPIES = ("PRILOG", "SECLOG", "PRISLD", "SECSLD")
"""Where the records of one time stand, in the order in which they are taken: RLDS before SLDS, first copy first."""

NOWHERE: Mapping[str, datetime] = {}

Owner = tuple[str, str]
"""Database or partition, ddname or area."""


@dataclass(frozen=True)
class NeededLogs:
    """The log data sets in order of time, and what keeps them from being used.

    ``waiting`` are online logs that are needed and not archived yet.
    """

    names: tuple[str, ...] = ()
    problems: tuple[CloneError, ...] = ()
    waiting: tuple[str, ...] = ()


def needed_logs(
    recon: Recon,
    owners: Collection[Owner],
    copied: datetime,
    until: datetime | None = None,
    there: Collection[str] | None = None,
    restarts: Mapping[str, datetime] = NOWHERE,
    clean: bool = False,
) -> NeededLogs:
    """Return the logs that bring copies of some data sets from when they were made to a later time.

    :param copied: when the first of them was copied.
    :param until: the time to reach; without one, what there is now is looked at.
    :param there: the log data sets that the catalog has; without it that is not checked.
    :param restarts: by subsystem, from when on its restart would have read its log, as known before the copy.
    :param clean: nobody updated the data sets when they were copied.
    """
    names: dict[str, None] = {}
    problems: list[CloneError] = []
    waiting: list[str] = []
    for start, since in _runs(recon, owners, copied, until, restarts).items():
        chain = _Chain(recon, start, max(since, copied) if clean else since, until, there)
        names |= dict.fromkeys(chain.names)
        problems += chain.problems
        waiting += chain.waiting
    return NeededLogs(tuple(names), tuple(problems), tuple(waiting))


def log_names(recon: Recon) -> tuple[str, ...]:
    """Return every log data set that a RECON names."""
    return tuple(dict.fromkeys(one.dsname for log in recon.logs for one in log.data_sets))


def restarts(recon: Recon) -> dict[str, datetime]:
    """Return, by subsystem, from when on a restart would read its log."""
    return {one.ssid: one.restart for one in recon.online_logs if one.kind == "PRIOLD" and one.restart is not None}


def _runs(
    recon: Recon,
    owners: Collection[Owner],
    copied: datetime,
    until: datetime | None,
    floors: Mapping[str, datetime],
) -> dict[datetime, datetime]:
    """Return the start of each log that is needed, and from when on it is."""
    found: dict[datetime, datetime] = {}
    logs = {stamp(log.start): log for log in recon.logs if log.kind == PRIMARY}
    for one in recon.allocations:
        log, since = stamp(one.log_start), stamp(one.time)
        run = logs.get(log)
        if run is not None and floors.get(run.ssid, copied) < copied:
            since = max(since, floors[run.ssid])
        if (one.dbd, one.ddname) in owners and _is_open(one, run.stopped if run else None, copied, until):
            found[log] = min(since, found.get(log, since))
    return dict(sorted(found.items()))


def _is_open(one: Allocation, log_end: datetime | None, copied: datetime, until: datetime | None) -> bool:
    """Whether an update was going on at the copy or begun after it. It ends with its log at the latest: an IMS that
    failed has written everything when its restart is complete, though the record stays open."""
    begun = until is None or stamp(one.time) <= until
    return begun and all(end is None or end >= copied for end in (one.deallocated, log_end))


class _Chain:
    """The data sets of one log, from ``since`` to ``until``."""

    def __init__(
        self, recon: Recon, start: datetime, since: datetime, until: datetime | None, there: Collection[str] | None
    ) -> None:
        self._until, self._there = until, there
        self.names: list[str] = []
        self.problems: list[CloneError] = []
        self.waiting: list[str] = []
        logs = {log.kind: log for log in recon.logs if stamp(log.start) == start}
        if PRIMARY not in logs:
            self.problems.append(LogMissing(dsname=f"PRILOG {shown(start)}", since=shown(since), said="the RECON"))
            return
        self._ssid = logs[PRIMARY].ssid
        self._reached = self._follow(logs, start, since)
        self._online(recon, start)

    def _follow(self, logs: dict[str, Log], start: datetime, since: datetime) -> tuple[datetime, int]:
        """Take the archived data sets; return how far they reach, in time and log sequence number."""
        reached, last = start, 0
        for one in logs[PRIMARY].data_sets:
            begun, ended = stamp_or_none(one.start) or reached, stamp_or_none(one.stop)
            if ended is None or (self._until is not None and begun > self._until):
                break
            if ended > since:
                if self.names or begun > since:
                    self._require_next(last, one, reached)
                self.names.append(self._usable(_copies(logs, one), since))
            reached, last = ended, int(one.last or "0", 16)
        return reached, last

    def _require_next(self, last: int, one: LogDataSet, reached: datetime) -> None:
        first = int(one.first or "0", 16)
        if first and first != last + 1:
            self.problems.append(LogGap(ssid=self._ssid, since=shown(reached), until=one.start, dsname=one.dsname))

    def _usable(self, copies: Sequence[LogDataSet], since: datetime) -> str:
        for one in copies:
            if not one.error and (self._there is None or one.dsname in self._there):
                return one.dsname
        first = copies[0]
        if first.error:
            self.problems.append(LogDamaged(dsname=first.dsname, ssid=self._ssid, since=shown(since)))
        else:
            self.problems.append(LogMissing(dsname=first.dsname, since=shown(since), said="the catalog"))
        return first.dsname

    def _online(self, recon: Recon, start: datetime) -> None:
        """Go on behind the archived data sets with the online logs."""
        reached, last = self._reached
        for one in _online_logs(recon, self._ssid, start):
            if int(one.first or "0", 16) <= last or (self._until is not None and stamp(one.start) > self._until):
                continue
            self.waiting.append(one.dsname)
        if self._until is not None and reached < self._until and not self.waiting and not self._ended(recon, start):
            self.problems.append(LogNotArchived(ssid=self._ssid, reached=shown(reached), until=shown(self._until)))

    def _ended(self, recon: Recon, start: datetime) -> bool:
        """Whether the log itself ended: nothing was written after that."""
        return any(log.stopped is not None for log in recon.logs if log.kind == PRIMARY and stamp(log.start) == start)


def _copies(logs: dict[str, Log], one: LogDataSet) -> list[LogDataSet]:
    """Return the data sets that hold the same records."""
    return [one] + [
        other
        for kind in COPIES[1:]
        if kind in logs
        for other in logs[kind].data_sets
        if (other.start, other.stop) == (one.start, one.stop) and other.dsname != one.dsname
    ]


def _online_logs(recon: Recon, ssid: str, start: datetime) -> Iterator[OnlineLog]:
    for logs in recon.online_logs:
        if logs.kind == "PRIOLD" and logs.ssid == ssid:
            yield from (one for one in logs.olds if not one.archived and stamp_or_none(one.prilog_time) == start)
