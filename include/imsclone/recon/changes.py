"""What differs between two listings of a RECON, record by record and field by field. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from imsclone.listings.recon_types import Recon

Fields = Mapping[str, str]
RECORD, ABSENT = "record", "-"


class Change(NamedTuple):
    """One field before and after. A record that came or went is one change of the field ``record``."""

    record: str
    field: str
    before: str
    after: str


def changes(before: Recon, after: Recon) -> tuple[Change, ...]:
    """Return every difference in names, volumes and subsystems, in the order of the listing before."""
    old, new = _grouped(before), _grouped(after)
    return tuple(
        change
        for record in {**old, **new}
        for pair in zip_longest(old.get(record, ()), new.get(record, ()))
        for change in _differences(record, *pair)
    )


def _differences(record: str, old: Fields | None, new: Fields | None) -> Iterator[Change]:
    if old is None or new is None:
        yield Change(record, RECORD, _shown(old), _shown(new))
        return
    for field in {**old, **new}:
        pair = old.get(field, ABSENT), new.get(field, ABSENT)
        if pair[0] != pair[1]:
            yield Change(record, field, *pair)


def _shown(fields: Fields | None) -> str:
    if fields is None:
        return ABSENT
    return " ".join(f"{name}={value}" for name, value in fields.items()) or "there"


def _grouped(recon: Recon) -> dict[str, list[Fields]]:
    """Return the fields of each record by what its key has that no conversion changes."""
    found: dict[str, list[Fields]] = {}
    for record, fields in _records(recon):
        found.setdefault(record, []).append(fields)
    return found


def _records(recon: Recon) -> Iterator[tuple[str, Fields]]:
    if recon.header is not None:
        yield "RECON", {"SSID": recon.header.ssid} | {one.ddname: one.dsname for one in recon.header.data_sets}
    for database in recon.databases:
        yield f"DB {database.dbd}", {"TYPE": database.kind}
    for data_set in recon.data_sets:
        yield f"{data_set.record.kind} {data_set.dbd} {data_set.ddname}", {"DSN": data_set.dsname}
    for allocation in recon.allocations:
        yield f"ALLOC {allocation.dbd} {allocation.ddname} {allocation.time}", {}
    for image in recon.images:
        copies = [(one.dsname, one.volsers) for one in image.data_sets]
        yield f"IMAGE {image.dbd} {image.ddname} {image.time}", _data_sets(copies)
    for ca in recon.change_accumulations:
        yield f"CA {ca.group} {ca.time}", _data_sets([(ca.data_set.dsname, ca.data_set.volsers)])
    yield from _log_records(recon)


def _log_records(recon: Recon) -> Iterator[tuple[str, Fields]]:
    for log in recon.logs:
        used = [(one.dsname, one.volsers) for one in log.data_sets]
        yield f"{log.kind} {log.start}", {"SSID": log.ssid, **_data_sets(used)}
    for several in recon.online_logs:
        for olds in several.olds:
            yield f"{several.kind} {olds.ddname} {olds.start}", {"SSID": several.ssid, "DSN": olds.dsname}
    for subsystem in recon.subsystems:
        yield "SSYS", {"SSID": subsystem.ssid}
    for backout in recon.backouts:
        for unit in backout.units:
            yield f"BACKOUT {unit.token}", {"SSID": backout.ssid}


def _data_sets(several: Sequence[tuple[str, Sequence[str]]]) -> dict[str, str]:
    """Return names and serials of a record's data sets; those of the second on are numbered."""
    fields: dict[str, str] = {}
    for number, (dsname, volsers) in enumerate(several, 1):
        suffix = "" if number == 1 else str(number)
        fields[f"DSN{suffix}"], fields[f"VOLSER{suffix}"] = dsname, " ".join(volsers)
    return fields
