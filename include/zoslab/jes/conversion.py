"""A job goes through the converter: what comes of it is told in its log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.catalog.errors import CatalogError
from zoslab.dasd.errors import DasdError
from zoslab.jes import converter
from zoslab.jes.converter import ConversionError
from zoslab.jes.job import Job
from zoslab.jes.joblog import JobLog
from zoslab.jes.model import JobDefinition

if TYPE_CHECKING:
    from zoslab.zos import Zos


class NotConverted(Exception):
    """A job that is not run; ``retcode`` is how it ends."""

    def __init__(self, retcode: str) -> None:
        super().__init__(retcode)
        self.retcode = retcode


def converted(system: Zos, job: Job, jcl: str, log: JobLog) -> JobDefinition:
    """Convert a job.

    :raises NotConverted: there are errors in its JCL, or procedures cannot be read.
    """
    log.header(system.sysname)
    symbols = {"SYSUID": job.owner, "SYSNAME": system.sysname, **job.symbols}
    try:
        definition = converter.convert(jcl, system.procedures, symbols)
        log.jcl(definition.listing)
        return definition
    except ConversionError as error:
        log.jcl(error.listing)
        log.system("STMT NO. MESSAGE", *(str(finding) for finding in error.findings))
        log.message(f"IEFC452I {job.jobname} - JOB NOT RUN - JCL ERROR")
        raise NotConverted("JCL ERROR") from error
    except (DasdError, CatalogError) as error:
        log.message(f"$HASP119 {job.jobname} -- CONVERTER CANNOT READ ITS LIBRARIES: {error}")
        raise NotConverted("CONV ERROR") from error
    finally:
        log.close()
