"""The rows of the sample system's tables: a data set, a VSAM cluster, and the kinds that occur often."""

from __future__ import annotations

from dataclasses import dataclass

from zoslab.dasd.allocation import DataSetAttributes, Space
from zoslab.dasd.vsam.component import ClusterAttributes


@dataclass(frozen=True)
class SampleDataSet:
    """One data set that is not VSAM; ``directory`` blocks make it a library."""

    dsname: str
    volsers: tuple[str, ...]
    attributes: DataSetAttributes
    space: Space


@dataclass(frozen=True)
class SampleCluster:
    """One VSAM cluster; data and index are on the same volume."""

    dsname: str
    volser: str
    attributes: ClusterAttributes
    space: Space


def library(dsname: str, volser: str, tracks: int = 15, directory: int = 10) -> SampleDataSet:
    """A library of card images."""
    attributes = DataSetAttributes("PO", "FB", 80, 27920)
    return SampleDataSet(dsname, (volser,), attributes, Space("TRK", tracks, 15, directory))


def load_library(dsname: str, volser: str, tracks: int = 15) -> SampleDataSet:
    """A library of load modules."""
    attributes = DataSetAttributes("PO", "U", 0, 32760)
    return SampleDataSet(dsname, (volser,), attributes, Space("TRK", tracks, 15, 10))


def blocks(dsname: str, volser: str, blksize: int, tracks: int) -> SampleDataSet:
    """A data set of blocks of one size."""
    return SampleDataSet(dsname, (volser,), DataSetAttributes("PS", "F", blksize, blksize), Space("TRK", tracks))


def variable(dsname: str, volsers: tuple[str, ...], lrecl: int, tracks: int, blksize: int = 27998) -> SampleDataSet:
    """A data set of records of variable length."""
    attributes = DataSetAttributes("PS", "VB", lrecl, blksize)
    return SampleDataSet(dsname, volsers, attributes, Space("TRK", tracks, 5))


def cards(dsname: str, volser: str) -> SampleDataSet:
    """A small data set of card images."""
    return SampleDataSet(dsname, (volser,), DataSetAttributes("PS", "FB", 80, 27920), Space("TRK", 1, 1))
