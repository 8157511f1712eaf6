"""What a utility's step has: its data sets, its database definitions, DBRC."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from zoslab.dasd import loadmodule
from zoslab.dasd.subsystem import VolumeNotMounted
from zoslab.datasets import DataSetNotFound
from zoslab.ims import acb, mda
from zoslab.ims.dbd import Dbd
from zoslab.ims.dbrc import Dbrc, DbrcError, ReconDataSet, stamps
from zoslab.ims.dbrc.processor import execute
from zoslab.ims.errors import ImsError, StartupFailed
from zoslab.ims.step_host import StepHost
from zoslab.ims.utilities.errors import UtilityFailed

if TYPE_CHECKING:
    from zoslab.dataset import DataSet
    from zoslab.jes.step import Step

RECONS = ("RECON1", "RECON2", "RECON3")


def recon_data_set(step: Step, ddname: str) -> ReconDataSet:
    """Return what is allocated to a ddname; a data set that the DFSMDA member names may not be there.

    :raises StartupFailed: there is neither a DD statement nor a member.
    """
    if step.has(ddname):
        dataset = step.dd(ddname).dataset
        if dataset is None:
            raise StartupFailed(f"DSP0901I  {ddname} IS NOT ALLOCATED TO A DATA SET")
        return ReconDataSet(dataset.dsname, dataset.ksds())
    library = step.find_module(ddname)
    if library is None:
        raise StartupFailed(f"DSP0901I  {ddname} CANNOT BE USED: NO DD STATEMENT AND NO DFSMDA MEMBER IN STEPLIB")
    text = loadmodule.parse(library.pds().blocks(ddname)).text("")
    dsname = mda.parse(text, ddname).allocations[0].dsname
    try:
        return ReconDataSet(dsname, step.allocate(dsname).ksds())
    except (DataSetNotFound, VolumeNotMounted):
        return ReconDataSet(dsname, None)


class Environment:
    """A utility's step. DBRC is used unless PARM says DBRC=N."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.listing = step.print("SYSPRINT")
        self.start: datetime = stamps.aware(step.system.clock.now())
        self.dbrc = None if "DBRC=N" in step.parm.split(",") else self._open_dbrc()

    def _open_dbrc(self) -> Dbrc:
        datasets = [recon_data_set(self.step, ddname) for ddname in RECONS]
        for dataset in datasets:
            self.step.authorise(dataset.dsname, "UPDATE")
        return Dbrc.open(datasets, self.step.system.clock, self.say)

    def say(self, text: str) -> None:
        """Write a line of the listing."""
        self.listing.line(text)

    def now(self) -> datetime:
        """Return the time."""
        return stamps.aware(self.step.system.clock.now())

    def tell(self, command: str) -> None:
        """Have DBRC run a command, if DBRC is used.

        :raises DbrcError: it is refused.
        """
        if self.dbrc is not None:
            execute(self.dbrc, command)

    def definition(self, dbname: str) -> Dbd:
        """Return a database's definition from ACBLIB.

        :raises UtilityFailed: there is none.
        """
        name = dbname
        if self.dbrc is not None and (part := self.dbrc.partition(dbname)) is not None:
            name = part.master
        raw = StepHost(self.step).control_block(name)
        if raw is None:
            raise UtilityFailed(f"DFS929I {name} IS NOT IN THE LIBRARIES OF DD IMSACB")
        return acb.parse_dmb(raw)

    def dataset(self, ddname: str, dbname: str = "") -> DataSet:
        """Return the data set of a DD statement; a database data set without one is the one the RECON names.

        :raises UtilityFailed: there is neither.
        """
        if self.step.has(ddname):
            found = self.step.dd(ddname).dataset
            if found is not None:
                return found
        recorded = self.dbrc.dbds(dbname) if self.dbrc is not None and dbname else []
        for one in recorded:
            names = {ads.ddname: ads.dsn for ads in one.ads} if one.ads else {one.ddname: one.dsn}
            if ddname in names or (one.ads and ddname == one.ddname):
                try:
                    dsname = names.get(ddname, one.ads[0].dsn if one.ads else one.dsn)
                    self.step.authorise(dsname, "UPDATE")
                    return self.step.allocate(dsname)
                except (DataSetNotFound, VolumeNotMounted) as error:
                    raise UtilityFailed(f"DFS302A UNABLE TO OPEN DDNAME {ddname}: {error}") from error
        raise UtilityFailed(f"DFS302A UNABLE TO OPEN DDNAME {ddname}: THERE IS NO SUCH DD STATEMENT")

    @contextmanager
    def authorized(self, dbname: str, access: str, area: str = "") -> Iterator[None]:
        """Hold a database for the block as a batch subsystem named like the job.

        :raises UtilityFailed: DBRC refuses.
        """
        if self.dbrc is None:
            yield
            return
        ssid = self.step.job.jobname
        try:
            self.tell(f"NOTIFY.SUBSYS SSID({ssid}) BATCH")
            try:
                self.dbrc.authorize(ssid, dbname, access, area)
                yield
            finally:
                self.dbrc.sign_off(ssid)
        except DbrcError as refused:
            raise UtilityFailed(f"DFS047A UNABLE TO OBTAIN AUTHORIZATION FOR DATA BASE {dbname}. {refused}") from None


def run(step: Step, name: str, work: Callable[[Environment], int]) -> int:
    """Run a utility: its condition code, or that of the message it ends with."""
    listing = step.print("SYSPRINT")
    try:
        environment = Environment(step)
        code = work(environment)
    except UtilityFailed as failed:
        listing.line(str(failed))
        code = failed.code
    except (ImsError, DbrcError) as error:
        listing.line(error.message if isinstance(error, DbrcError) else str(error))
        code = 12
    listing.line(f"{name} ENDED, CONDITION CODE {code:02}")
    return code


def stamp(moment: datetime) -> str:
    """Return a time as DBRC commands take it."""
    return f"'{stamps.text(moment)}'"
