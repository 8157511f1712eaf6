"""Where procedures and INCLUDE members come from: JCLLIB data sets, then the PROC00 concatenation.

SYS1.PARMLIB(JES2PARM) names the concatenation as JES2 initialisation statements do:
``PROCLIB(PROC00) DD(1)=(DSN=IMSP.PROCLIB), DD(2)=...`` on one line or several. A data set that does not exist is
skipped, so that a library can be listed before it is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from zoslab import ebcdic
from zoslab.dasd.subsystem import VolumeNotMounted
from zoslab.datasets import DataSetNotFound

if TYPE_CHECKING:
    from zoslab.datasets import DataManagement

DEFAULT = ("SYS1.PROCLIB",)


class Procedures:
    """Finds members; the concatenation is read anew for every search, as after a $T PROCLIB command."""

    def __init__(self, datasets: DataManagement, parmlib: Callable[[str], list[str] | None]) -> None:
        self._datasets, self._parmlib = datasets, parmlib

    def concatenation(self) -> tuple[str, ...]:
        """Return the data set names of PROC00 in order."""
        lines = self._parmlib("JES2PARM")
        return proclib(lines) if lines is not None else DEFAULT

    def member(self, name: str, order: tuple[str, ...] = ()) -> str | None:
        """Return the text of a member from ``order``, then PROC00, or None."""
        for dsname in (*order, *self.concatenation()):
            try:
                pds = self._datasets.find(dsname).pds()
            except (DataSetNotFound, VolumeNotMounted):
                continue
            if name in pds:
                return "\n".join(ebcdic.decode(record) for record in pds.read(name))
        return None


def proclib(lines: list[str]) -> tuple[str, ...]:
    """Return the PROC00 data sets of JES2PARM, by DD number."""
    found: dict[int, str] = {}
    inside = False
    for line in lines:
        text = re.sub(r"/\*.*?\*/", "", line[:72])
        named = re.search(r"PROCLIB\((\w+)\)", text)
        if named:
            inside = named[1] == "PROC00"
        if inside:
            for number, dsname in re.findall(r"DD\((\d+)\)=\((?:DSN|DSNAME)=([A-Z0-9@#$.-]+)\)", text):
                found[int(number)] = dsname
    return tuple(found[number] for number in sorted(found)) or DEFAULT
