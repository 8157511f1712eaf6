"""DFSBBO00: backing out, from the logs, units of recovery that a restart has left to it.

Source: IMS Database Utilities, Batch Backout; its messages by id. It runs in a DL/I region: PARM='DLI,DFSBBO00,psb',
logs in DD IMSLOGR. Own choices: only units with a BACKOUT record in the RECON are backed out, so none of the control
statements is needed or taken; what is done is not logged. The logs are those from the X'4C80' records of the restart
back to where that restart began to read, for a database that it could not use lacks what was committed meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoslab.ims.configuration import Configuration
from zoslab.ims.dbrc import Dbrc
from zoslab.ims.dbrc.log_records import UnitOfRecovery as Recorded
from zoslab.ims.dbrc.processor import execute
from zoslab.ims.engine import Engine
from zoslab.ims.host import Host
from zoslab.ims.log_read import LogImage, survey
from zoslab.ims.log_records import BackoutBody, Change, IndexChange, LogRecord, Type
from zoslab.ims.olds import read_blocks
from zoslab.ims.open_databases import DatabaseEntry, OpenDatabases
from zoslab.ims.osam import BlockFile
from zoslab.ims.parameters import RegionParameters, StorageParameters, SystemParameters
from zoslab.ims.rdds import ResourceDefinitions
from zoslab.ims.recovery_scan import CHANGES, decode_change, to_take_back
from zoslab.ims.step_host import StepHost
from zoslab.ims.uor import UnitOfRecovery, token
from zoslab.ims.utilities.environment import Environment
from zoslab.ims.utilities.errors import UtilityFailed

if TYPE_CHECKING:
    from zoslab.dataset import DataSet
    from zoslab.jes.step import Step

NONE_PENDING, ALREADY_DONE, OTHER_PSB, LOG_NOT_CURRENT = 0, 1, 2, 6
NOTHING_DONE = 8


@dataclass(frozen=True)
class Failure:
    """A X'4C80' record: a database of which restart could not back out a unit. ``redo`` is where changes are missing
    from, 0 if none is."""

    lsn: int
    imsid: str
    dbd: str
    psb: str
    uor: int
    first: int
    redo: int

    @classmethod
    def of(cls, record: LogRecord) -> Failure:
        body = BackoutBody.of(record.body)
        return cls(record.lsn, record.imsid, record.dbd, record.psb, record.uor, body.first, body.redo)

    @property
    def token(self) -> bytes:
        return token(self.imsid, self.first)


class BatchBackout:
    """One run for one PSB; ``ssid`` is the job's name, ``image`` the logs that were given."""

    def __init__(
        self, host: Host, dbrc: Dbrc, ssid: str, psb: str, image: LogImage, say: Callable[[str], None]
    ) -> None:
        self._dbrc, self._ssid, self._psb, self._image, self._say = dbrc, ssid, psb, image, say
        self._engine = Engine.unlogged()
        none = ResourceDefinitions(ssid, "", ())
        configuration = Configuration(host, ssid, RegionParameters(), StorageParameters(), SystemParameters(), none)
        self._databases = OpenDatabases(configuration, self._engine, dbrc, "READ")

    def run(self) -> int:
        """Back out every unit of the PSB that the RECON says is pending.

        :raises UtilityFailed: there is none, or the logs are not the right ones.
        """
        failures = self._failures()
        imsid = failures[-1].imsid
        recorded = self._recorded(imsid)
        pending = [one for one in recorded if one.psb == self._psb and one.dbnames]
        if not pending:
            raise refused(ALREADY_DONE if any(one.psb == self._psb for one in recorded) else OTHER_PSB)
        mine = {one.token: one for one in pending}
        wanted = [one for one in failures if one.token in mine and one.dbd in mine[one.token].dbnames]
        if {one.token for one in wanted} != set(mine):
            raise refused(LOG_NOT_CURRENT)
        missing = self._missing(failures, wanted, {one.token for one in recorded if one.dbnames})
        with self._signed_on():
            units = self._again(wanted, missing)
            for unit in sorted(units, key=lambda one: -one.first_lsn):
                self._engine.recovery.adopt(unit)
                self._engine.recovery.back_out(unit, self._undo)
            self._engine.pool.flush()
            for one in pending:
                execute(self._dbrc, f"CHANGE.BKOUT SSID({imsid}) UOR({one.token.hex().upper()}) DELETE")
        for name in sorted({one.dbd for one in wanted}):
            self._say(f"DFS968I DBD={name} WITHIN PSB={self._psb} SUCCESSFULLY BACKED OUT")
        self._say(f"DFS395I BACKOUT COMPLETE FOR PSB {self._psb}")
        return 0

    def _failures(self) -> list[Failure]:
        first = self._image.data_sets[0].first_lsn if self._image.data_sets else 0
        records = self._image.records(first)
        found = [Failure.of(record) for record in records if record.type == Type.BACKOUT_FAILED]
        if not found:
            raise refused(LOG_NOT_CURRENT)
        return found

    def _recorded(self, imsid: str) -> tuple[Recorded, ...]:
        record = self._dbrc.backouts(imsid)
        if record is None:
            raise refused(NONE_PENDING)
        return record.units

    def _owner(self, dbd: str) -> str:
        return self._databases.parts(dbd)[0]

    def _missing(self, failures: list[Failure], wanted: list[Failure], recorded: set[bytes]) -> dict[str, int]:
        """Return, by database, where changes are missing from; once a unit was backed out they are there."""
        groups: defaultdict[tuple[str, int], set[bytes]] = defaultdict(set)
        for one in failures:
            groups[self._owner(one.dbd), one.redo].add(one.token)
        found = {(self._owner(one.dbd), one.redo) for one in wanted if one.redo}
        return {owner: redo for owner, redo in found if groups[owner, redo] <= recorded}

    @contextmanager
    def _signed_on(self) -> Iterator[None]:
        execute(self._dbrc, f"NOTIFY.SUBSYS SSID({self._ssid}) BATCH")
        try:
            yield
        finally:
            self._dbrc.sign_off(self._ssid)

    def _again(self, wanted: list[Failure], missing: dict[str, int]) -> list[UnitOfRecovery]:
        """Make missing changes again; return the units with what is to be taken back of them."""
        units = {one.token: UnitOfRecovery(one.uor, one.psb, 0, first_lsn=one.first) for one in wanted}
        for one in wanted:
            owner = self._owner(one.dbd)
            self._databases.entries.setdefault(owner, DatabaseEntry(owner))
        end = max(one.lsn for one in wanted)
        for record in self._image.records(min([*missing.values(), *(one.first for one in wanted)])):
            if record.lsn > end:
                break
            if record.type in CHANGES:
                self._one(record, wanted, missing, units)
        return list(units.values())

    def _one(
        self, record: LogRecord, wanted: list[Failure], missing: dict[str, int], units: dict[bytes, UnitOfRecovery]
    ) -> None:
        change = decode_change(record)
        if record.lsn >= missing.get(self._owner(change.dbd), record.lsn + 1):
            self._databases.for_restart(change.dbd).redo(change, record.lsn)
        for one in wanted:
            mine = (one.uor, one.dbd) == (record.uor, record.dbd) and one.first < record.lsn < one.lsn
            if mine and (taken_back := to_take_back(record, change)) is not None:
                units[one.token].changes.append(taken_back)
                break

    def _undo(self, unit: UnitOfRecovery, change: Change | IndexChange) -> None:
        self._databases.for_restart(change.dbd).undo(unit, change)


def refused(reason: int) -> UtilityFailed:
    """Return the message that there is nothing to do, with its reason."""
    return UtilityFailed(f"DFS3290I NO PENDING BACKOUT FITS CRITERIA - RSN= {reason}", NOTHING_DONE)


def log_image(datasets: list[DataSet]) -> LogImage:
    """Return the logs of a concatenation, in their order in time whatever the order of the data sets."""
    found = []
    for dataset in datasets:
        file = BlockFile(dataset.space, dataset.blksize, dataset.dsname)
        held = survey(dataset.dsname, lambda file=file: read_blocks(file))  # type: ignore[misc]
        if held is None:
            raise UtilityFailed(f"DFS315A {dataset.dsname} IS NOT A LOG DATA SET")
        found.append(held)
    return LogImage(found)


def back_out(environment: Environment, step: Step, psb: str) -> int:
    """Run DFSBBO00 in a step.

    :raises UtilityFailed: there is nothing to back out, or a control statement.
    """
    cards = [card.strip() for card in step.dd("SYSIN").records() if card.strip()] if step.has("SYSIN") else []
    if cards:
        raise UtilityFailed(f"DFS3281A CONTROL STATEMENT NOT VALID FOR INPUT LOG: {cards[0]} - ONLINE")
    if environment.dbrc is None:
        raise UtilityFailed("DFS3290I NO PENDING BACKOUT FITS CRITERIA - RSN= 0: DBRC IS NOT USED", NOTHING_DONE)
    image = log_image(step.dd("IMSLOGR").datasets)
    return BatchBackout(StepHost(step), environment.dbrc, step.job.jobname, psb, image, environment.say).run()
