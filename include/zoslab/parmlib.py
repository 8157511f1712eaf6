"""Members of SYS1.PARMLIB that say where new data sets go.

VATLST00 (z/OS MVS Initialization and Tuning Reference): ``volser,mount,use[,device[,N]]``; use 0 is storage, 1 public,
2 private. IGDSMS00 has SMS's own statements in real life; here, own layout, also what a control data set holds:
``STORGRP(name) VOLUMES(volser,...)`` and ``STORCLAS(name) STORGRP(name)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_VOLUME = re.compile(r"([A-Z0-9@#$]{1,6}),([01]),([012])(,.*)?")
_GROUP = re.compile(r"STORGRP\((\w+)\)\s+VOLUMES\(([A-Z0-9@#$, ]*)\)")
_CLASS = re.compile(r"STORCLAS\((\w+)\)\s+STORGRP\((\w+)\)")


class BadParameter(ValueError):
    """A line of a PARMLIB member is not understood."""


@dataclass(frozen=True)
class StorageDefinitions:
    """Storage groups and the storage classes that lead to them."""

    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)


def _statements(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        text = line[:72].strip()
        if text and not text.startswith(("/*", "*")):
            yield number, text


def public_volumes(lines: Iterable[str]) -> list[str]:
    """Return the serials VATLST00 gives the use attribute storage or public.

    :raises BadParameter: naming the line.
    """
    found = []
    for number, text in _statements(lines):
        entry = _VOLUME.fullmatch(text.split(" ")[0])
        if entry is None:
            raise BadParameter(f"VATLST00 line {number}: {text!r} is not volser,mount,use,device")
        if entry[3] != "2":
            found.append(entry[1])
    return found


def storage_definitions(lines: Iterable[str]) -> StorageDefinitions:
    """Return what IGDSMS00 defines.

    :raises BadParameter: naming the line.
    """
    definitions = StorageDefinitions()
    for number, text in _statements(lines):
        if group := _GROUP.fullmatch(text):
            definitions.groups[group[1]] = tuple(group[2].replace(" ", "").split(","))
        elif storage_class := _CLASS.fullmatch(text):
            definitions.classes[storage_class[1]] = storage_class[2]
        else:
            raise BadParameter(f"IGDSMS00 line {number}: {text!r} defines no storage group and no storage class")
    return definitions
