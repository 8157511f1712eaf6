"""The content of a data set or member: its records, its ETag, and how it is replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from zoslab.dasd.ispf_statistics import Statistics
from zoslab.dasd.pds import Pds
from zoslab.dasd.record_format import RecordFormat
from zoslab.datasets import DataManagement, DataSet
from zoslab.zosmf.data_type import encode_records
from zoslab.zosmf.names import Place


@dataclass(frozen=True)
class Content:
    """Records and the format they are stored in."""

    records: list[bytes]
    form: RecordFormat


def find(datasets: DataManagement, place: Place) -> DataSet:
    """Find the data set of a place.

    :raises DataSetNotFound: it is not there.
    """
    return datasets.find(place.dsname, place.volser or None)


def read(datasets: DataManagement, place: Place) -> Content:
    """Read all records.

    :raises MemberNotFound: the member is not there. :raises WrongOrganisation: only a member can be read.
    """
    found = find(datasets, place)
    records = found.pds().read(place.member) if place.member else list(found.records())
    return Content(records, RecordFormat.of(found.dscb))


def etag(records: Iterable[bytes]) -> str:
    """Return the tag of a content: the same for the same records, however they are transferred."""
    return hashlib.sha256(encode_records(records, "record")).hexdigest()[:32].upper()


def matches(header: str, tag: str | None) -> bool:
    """Say whether a list of tags (bare, quoted or weak) names this one; ``*`` is any content that exists."""
    offered = {one.strip().removeprefix("W/").strip('"') for one in header.split(",")}
    return tag is not None and ("*" in offered or tag in offered)


def replace(found: DataSet, member: str, records: list[bytes], user: str, now: datetime) -> None:
    """Make ``records`` the content. A member gets ISPF statistics, but not in a library of load modules."""
    if not member:
        found.write(records)
        return
    pds = found.pds()
    pds.write(member, records, b"" if pds.format.kind == "U" else _statistics(pds, member, len(records), user, now))


def _statistics(pds: Pds, member: str, lines: int, user: str, now: datetime) -> bytes:
    kept = Statistics.of(pds.member(member).user_data) if member in pds else None
    found = kept.saved(lines, lines, user, now) if kept else Statistics.first(lines, user, now)
    return found.user_data()
