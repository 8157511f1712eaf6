"""A database with all its indexes that a utility opens for itself, as a batch subsystem named like the job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from zoslab.ims.configuration import Configuration
from zoslab.ims.database import Database
from zoslab.ims.dbd import Dbd
from zoslab.ims.engine import Engine
from zoslab.ims.errors import DatabaseUnavailable
from zoslab.ims.open_databases import OpenDatabases
from zoslab.ims.parameters import RegionParameters, StorageParameters, SystemParameters
from zoslab.ims.rdds import Resource, ResourceDefinitions
from zoslab.ims.step_host import StepHost
from zoslab.ims.utilities.environment import Environment
from zoslab.ims.utilities.errors import UtilityFailed


def index_names(dbd: Dbd) -> list[str]:
    """Return the databases that hold the indexes of a database: primary index first."""
    return [one for one in (dbd.index, *(index.database for index in dbd.secondary)) if one]


class OpenForUtility:
    """The databases of a step; they are opened when they are asked for."""

    def __init__(self, environment: Environment, dbd: Dbd, access: str) -> None:
        self._environment, self._dbd = environment, dbd
        self.engine = Engine.unlogged()
        assert environment.dbrc is not None
        ssid = environment.step.job.jobname
        resources = ResourceDefinitions(ssid, "", tuple(Resource("DB", name) for name in (dbd.name, *index_names(dbd))))
        parts = RegionParameters(), StorageParameters(), SystemParameters()
        configuration = Configuration(StepHost(environment.step), ssid, *parts, resources)
        self._databases = OpenDatabases(configuration, self.engine, environment.dbrc, access)

    def require_exclusive(self) -> None:
        """Refuse, before anything is erased, if DBRC does not allow exclusive use of the database and its indexes."""
        assert self._environment.dbrc is not None
        for name in (self._dbd.name, *index_names(self._dbd)):
            self._environment.dbrc.authorize(self._environment.step.job.jobname, name, "REORG")

    def open(self) -> Database:
        """Return the open database."""
        return self._databases.get(self._dbd.name, updates=False)

    def close(self) -> None:
        """Write and close the database."""
        self._databases.close(self._dbd.name)


@contextmanager
def for_utility(environment: Environment, dbd: Dbd, access: str) -> Iterator[OpenForUtility]:
    """Sign on for the block; the caller closes what it opened when all went well.

    :raises UtilityFailed: there is no DBRC, or the database cannot be opened.
    """
    if environment.dbrc is None:
        raise UtilityFailed("DFS301A DBRC IS REQUIRED")
    environment.tell(f"NOTIFY.SUBSYS SSID({environment.step.job.jobname}) BATCH")
    try:
        yield OpenForUtility(environment, dbd, access)
    except DatabaseUnavailable as error:
        raise UtilityFailed(str(error)) from error
    finally:
        environment.dbrc.sign_off(environment.step.job.jobname)
