"""Database Recovery Control: the RECON, its commands and the services IMS asks for. IMS Commands, Volume 3."""

from zoslab.ims.dbrc.copies import ReconDataSet
from zoslab.ims.dbrc.database_records import Alloc, Db, Dbds
from zoslab.ims.dbrc.errors import DbrcError
from zoslab.ims.dbrc.log_records import Backout, PriLog, PriOlds, Subsystem
from zoslab.ims.dbrc.services import ArchivedLog, Dbrc

__all__ = [
    "Alloc",
    "ArchivedLog",
    "Backout",
    "Db",
    "Dbds",
    "Dbrc",
    "DbrcError",
    "PriLog",
    "PriOlds",
    "ReconDataSet",
    "Subsystem",
]
