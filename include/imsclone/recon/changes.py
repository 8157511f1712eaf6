"""What differs between two listings of a RECON, record by record and field by field: everything that is printed. Pure.

Records are brought together by what no conversion changes in their keys; a subsystem's by its id on the clone. A row of
a table in a record is a field named by its first word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import NamedTuple

from imsclone.listings.recon_records import ReconRecord
from imsclone.listings.recon_types import Recon
from imsclone.recon.rules import ReconRules

Fields = Mapping[str, str]
RECORD, ABSENT = "record", "-"

IDENTITY: Mapping[str, tuple[str, ...]] = {
    "RECON": (),
    "DB": ("DBD",),
    "DBDS": ("DBD", "DDN"),
    "AREA": ("DBD", "AREA"),
    "ALLOC": ("ALLOC",),
    "IMAGE": ("RUN", "CREATE"),
    "REORG": ("RUN",),
    "RECOV": ("RUN",),
    "CAGRP": ("GRPNAME",),
    "CA": ("CAGRP", "RUN"),
    "DBDSGRP": ("GRPNAME",),
    "GSG": ("GSGNAME",),
    **{kind: ("SSID", "START") for kind in ("PRILOG", "SECLOG", "PRISLD", "SECSLD", "LOGALL")},
}
"""The fields that tell records of a kind apart; of kinds that are not here, the subsystem."""
SUBSYSTEM = ("SSID",)
HEADING = re.compile(r"-.*|ENCODED|ASSOCIATED")
UNDER_A_DATA_SET = frozenset({"ALLOC", "IMAGE", "REORG", "RECOV"})


class Change(NamedTuple):
    """One field before and after. A record that came or went is one change of the field ``record``."""

    record: str
    field: str
    before: str
    after: str

    @property
    def kind(self) -> str:
        """The kind of the record."""
        return self.record.partition(" ")[0]


def changes(before: Recon, after: Recon, rules: ReconRules) -> tuple[Change, ...]:
    """Return every difference, in the order of the listing before."""
    old, new = _grouped(before, rules), _grouped(after, rules)
    return tuple(
        change
        for record in {**old, **new}
        for pair in zip_longest(old.get(record, ()), new.get(record, ()))
        for change in _differences(record, *pair)
    )


def identity(record: ReconRecord, rules: ReconRules) -> str:
    """Return kind and key of a record, in the clone's names."""
    found = [record.get(name).rstrip("*") for name in IDENTITY.get(record.kind, SUBSYSTEM)]
    above = record.dbds if record.kind in UNDER_A_DATA_SET else ()
    return " ".join(word for word in (record.kind, *above, *map(rules.ssid, found)) if word)


def _grouped(recon: Recon, rules: ReconRules) -> dict[str, list[Fields]]:
    found: dict[str, list[Fields]] = {}
    for record in recon.listing.records:
        found.setdefault(identity(record, rules), []).append(_fields(record))
    return found


def _fields(record: ReconRecord) -> Fields:
    """Return fields and rows; those of a name that is there before are numbered."""
    seen: Counter[str] = Counter()
    fields: dict[str, str] = {}
    for name, value in (*_named(record), *_rows(record)):
        seen[name] += 1
        fields[name if seen[name] == 1 else f"{name} {seen[name]}"] = value
    return fields


def _named(record: ReconRecord) -> Iterator[tuple[str, str]]:
    return ((one.name, " ".join((one.value, *one.words))) for one in record.fields)


def _rows(record: ReconRecord) -> Iterator[tuple[str, str]]:
    for line in record.lines[1:]:
        name, *rest = line.split() or [""]
        if name and "=" not in line and not HEADING.fullmatch(name):
            yield name, " ".join(rest)


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
    named = [f"{name}={fields[name]}" for name in ("SSID", "DSN", "VOLSER") if name in fields]
    return " ".join(named) or "there"
