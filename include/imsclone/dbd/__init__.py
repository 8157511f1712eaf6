"""Database definitions: DBD source read as shops write it, and two of them compared."""

from imsclone.dbd.differences import Aspect, Difference, differences
from imsclone.dbd.model import (
    Area,
    Database,
    DataSetGroup,
    Field,
    LogicalChild,
    Randomizer,
    SecondaryIndex,
    Segment,
)
from imsclone.dbd.reader import load_dbd, read_dbd

__all__ = [
    "Area",
    "Aspect",
    "DataSetGroup",
    "Database",
    "Difference",
    "Field",
    "LogicalChild",
    "Randomizer",
    "SecondaryIndex",
    "Segment",
    "differences",
    "load_dbd",
    "read_dbd",
]
