"""Delete, rename and copy. Source: z/OSMF Programming Guide, "z/OS data set and member utilities".

Own rule: keys of the request that are not known are ignored, for the Zowe CLI sends several of its own to z/OSMF.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from zoslab.dasd.pds import MemberExists
from zoslab.dasd.record_format import RecordFormat
from zoslab.datasets import DataSet
from zoslab.zos import Zos
from zoslab.zosmf import access, contents
from zoslab.zosmf.data_type import BLANK, fitted
from zoslab.zosmf.errors import FILES_ISPF, FILES_SERVICE, ZosmfError, bad_request
from zoslab.zosmf.names import Place

ALL_MEMBERS = "*"
SOURCE_KEYS = {"dsn", "member", "volser"}
ENQUEUES = ("", "EXCLU", "SHRW")


def delete(system: Zos, user: str, place: Place) -> None:
    """Delete a data set or a member."""
    if place.member:
        with access.writing(system, user, place, FILES_ISPF):
            contents.find(system.datasets, place).pds().delete(place.member)
        return
    with access.changing(system, user, place, category=FILES_ISPF):
        entry = system.catalogs.locate(place.dsname)
        cataloged_there = entry is not None and list(entry.volsers) == [place.volser]
        system.datasets.scratch(place.dsname, None if cataloged_there else place.volser or None)


def request(system: Zos, user: str, target: Place, body: Any) -> None:
    """Carry out the JSON request of a PUT: rename or copy to ``target``.

    :raises ZosmfError: 400, the request is not known.
    """
    if not isinstance(body, dict) or body.get("request") not in ("rename", "copy"):
        wanted = body.get("request") if isinstance(body, dict) else body
        raise bad_request(f"Request {wanted!r} is not supported by this system: rename and copy are")
    source = _source(system, body)
    if body["request"] == "rename":
        _rename(system, user, source, target)
    else:
        _copy(system, user, source, target, bool(body.get("replace", False)))


def _source(system: Zos, body: Mapping[str, Any]) -> Place:
    found = body.get("from-dataset")
    if not isinstance(found, dict) or not isinstance(found.get("dsn"), str):
        raise bad_request('"from-dataset" with a "dsn" is missing')
    if unknown := set(found) - SOURCE_KEYS:
        raise bad_request(f"from-dataset: {', '.join(sorted(unknown))} is not supported by this system")
    if str(body.get("enq", "")).upper() not in ENQUEUES:
        raise bad_request(f"enq {body['enq']!r} is not EXCLU or SHRW")
    member = str(found.get("member") or "").upper()
    volser = str(found.get("volser") or "").upper()
    if member == ALL_MEMBERS:
        return replace(Place.named(found["dsn"].upper(), "", volser), member=ALL_MEMBERS)
    return Place.named(found["dsn"].upper(), member, volser)


def _rename(system: Zos, user: str, source: Place, target: Place) -> None:
    if source.member or target.member:
        _rename_member(system, user, source, target)
        return
    with access.changing(system, user, source, target, category=FILES_ISPF):
        if not system.datasets.exists(source.dsname, source.volser or None):
            raise _not_renamed(f"{source.dsname} is not there")
        if system.catalogs.locate(target.dsname) is not None:
            raise _not_renamed(f"{target.dsname} is cataloged already")
        system.datasets.rename(source.dsname, target.dsname, source.volser or None)


def _rename_member(system: Zos, user: str, source: Place, target: Place) -> None:
    if source.dsname != target.dsname or not (source.member and target.member):
        raise bad_request(f"{source} cannot be renamed to {target}: a member stays in its library")
    with access.writing(system, user, source, FILES_ISPF), access.writing(system, user, target, FILES_ISPF):
        try:
            contents.find(system.datasets, source).pds().rename(source.member, target.member)
        except MemberExists as error:
            raise ZosmfError(500, FILES_ISPF, 8, 0, "LMMREN error", [str(error)]) from error


def _not_renamed(text: str) -> ZosmfError:
    return ZosmfError(500, FILES_SERVICE, 8, 6, "EDC5051I An error occurred when renaming a file.", [text])


def _copy(system: Zos, user: str, source: Place, target: Place, replacing: bool) -> None:
    if source.member == ALL_MEMBERS:
        library = replace(source, member="")
        with access.reading(system, user, library), access.translated():
            names = [member.name for member in contents.find(system.datasets, library).pds().members()]
        pairs = [(replace(source, member=name), replace(target, member=name)) for name in names]
    else:
        pairs = [(source, target)]
    left = [str(to) for one, to in pairs if not _copy_one(system, user, one, to, replacing)]
    if left:
        details = [f"{name} exists and was not replaced" for name in left]
        raise ZosmfError(500, FILES_ISPF, 4, 0, "LMCOPY error", details)


def _copy_one(system: Zos, user: str, source: Place, target: Place, replacing: bool) -> bool:
    """Copy one data set or member; False if it is there and is not to be replaced."""
    with access.reading(system, user, source), access.writing(system, user, target):
        origin, goal = contents.find(system.datasets, source), contents.find(system.datasets, target)
        if target.member and not replacing and target.member in goal.pds():
            return False
        if source.member and target.member and _alike(origin, goal):
            goal.pds().copy_from(origin.pds(), source.member, target.member)
        else:
            _copy_records(system, user, source, target, goal)
    return True


def _copy_records(system: Zos, user: str, source: Place, target: Place, goal: DataSet) -> None:
    """Copy record by record between data sets of different attributes.

    :raises ZosmfError: 500, a record is too long for the target; nothing is written.
    """
    found = contents.read(system.datasets, source)
    form = RecordFormat.of(goal.dscb)
    same = (found.form.kind, found.form.length) == (form.kind, form.length)
    records = found.records if same or found.form.kind != "F" else [one.rstrip(BLANK) for one in found.records]
    stored = fitted(records, form, BLANK)
    if stored.cut:
        text = f"Record {stored.cut} of {source} does not fit {target} ({form})"
        raise ZosmfError(500, FILES_ISPF, 8, 0, "LMCOPY error", [text])
    contents.replace(goal, target.member, stored.records, user, system.clock.now())


def _alike(origin: DataSet, goal: DataSet) -> bool:
    return (origin.recfm, origin.lrecl) == (goal.recfm, goal.lrecl) and origin.blksize <= goal.blksize
