"""The runtime resource definitions of an IMS with dynamic resource definition: made by CREATE, kept over a restart.

Source: IMS System Definition, "Dynamic resource definition": a type-2 command that changes definitions is logged
(X'22'), and a warm or emergency restart recovers what it made; at a checkpoint all definitions are written to the
system RDDS with the oldest data, if one changed since the last checkpoint and there are two RDDSs or more (AUTOEXPORT
is AUTO by default). A cold start takes what the RDDSs hold. Own layout: the body of X'22' is a record of the RDDS.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from zoslab.ims import rdds
from zoslab.ims.configuration import Configuration
from zoslab.ims.engine import Engine
from zoslab.ims.errors import StartupFailed
from zoslab.ims.host import ImsDataSet
from zoslab.ims.log_records import LogRecord, Type
from zoslab.ims.open_databases import OpenDatabases
from zoslab.ims.rdds import Resource
from zoslab.ims.stamps import long_stamp

EXPORTED = 2
"""So many RDDSs must there be for an automatic export."""


class RuntimeDefinitions:
    """The definitions of one IMS, beginning with those of its RDDSs."""

    def __init__(self, configuration: Configuration, engine: Engine, databases: OpenDatabases) -> None:
        self._configuration, self._engine, self._databases = configuration, engine, databases
        self._latch = threading.Lock()
        self._resources = {(one.kind, one.name): one for one in configuration.resources.resources}
        self._made: dict[tuple[str, str], Resource] = {}
        self._changed = False

    def create(self, resource: Resource) -> None:
        """Define a database, and log it."""
        with self._latch:
            with self._engine.gate.passing():
                self._engine.log.append(_record(resource))
            self._engine.log.force()
            self._define(resource)

    def _define(self, resource: Resource) -> None:
        self._resources[resource.kind, resource.name] = self._made[resource.kind, resource.name] = resource
        self._changed = True
        if resource.kind == "DB" and not self._databases.has(resource.name):
            self._databases.define(resource)
            self._databases.areas.define(resource.name)

    def take_over(self, made: Iterable[Resource]) -> None:
        """Define what the log tells of."""
        with self._latch:
            for one in made:
                self._define(one)

    def checkpoint(self) -> None:
        """Write all definitions to the RDDS with the oldest data; what was made here to the log, if there is one RDDS
        only. Part of a checkpoint, from which a restart reads the log."""
        with self._latch:
            if len(self._configuration.system.rdds) < EXPORTED:
                for one in self._made.values():
                    self._engine.log.append(_record(one))
            elif self._changed:
                imsid, stamp = self._configuration.imsid, long_stamp(self._configuration.host.clock.now())
                records = rdds.build(imsid, stamp, self._resources.values())
                with self._engine.gate.passing():
                    min(self._data_sets(), key=_stamp).write(records)
            self._changed = False

    def _data_sets(self) -> Iterator[ImsDataSet]:
        for dsname in self._configuration.system.rdds:
            found = self._configuration.host.allocate(dsname)
            if found is not None:
                yield found


def _record(resource: Resource) -> LogRecord:
    return LogRecord(Type.DEFINITION, dbd=resource.name, body=rdds.record_of(resource))


def _stamp(data_set: ImsDataSet) -> str:
    """Return when an RDDS was written; empty if it holds nothing that could be imported."""
    try:
        found = rdds.parse(data_set.records(), data_set.dsname)
    except StartupFailed:
        return ""
    return found.stamp if found else ""


def seen(records: Iterable[LogRecord], made: list[Resource]) -> Iterator[LogRecord]:
    """Pass the records of a log on, and keep the definitions that they tell of."""
    for one in records:
        if one.type == Type.DEFINITION:
            made.append(rdds.resource_of(one.body))
        yield one
