"""Names in the paths of the files service: DSN, DSN(MEMBER), -(VOLSER)/DSN(MEMBER), and relative generations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zoslab.dasd.allocation import check_dsname
from zoslab.dasd.errors import DasdError
from zoslab.dasd.pds import check_name
from zoslab.zosmf.errors import bad_request

_PLACE = re.compile(r"([^()]+)(?:\(([^()]*)\))?")
_VOLUME = re.compile(r"-\(([A-Z0-9@#$]{1,6})\)")
_GENERATION = re.compile(r"[+-]?\d{1,4}")
INVALID_NAME = 8


@dataclass(frozen=True)
class Place:
    """A data set or a member, found by the catalog or on the volume that is named."""

    dsname: str
    member: str = ""
    volser: str = ""

    def __str__(self) -> str:
        return f"{self.dsname}({self.member})" if self.member else self.dsname

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Place:
        """Return the place in a path whose parts are ``place`` and, if given, ``volume``.

        :raises ZosmfError: 400, a part is no name.
        """
        text = str(params["place"]).upper()
        found = _PLACE.fullmatch(text)
        if found is None:
            raise bad_request(f"'{text}' is not DSN or DSN(MEMBER)", INVALID_NAME)
        return cls.named(found[1], found[2] or "", _volser(params.get("volume")))

    @classmethod
    def named(cls, dsname: str, member: str = "", volser: str = "") -> Place:
        """Return a place after checking its names; a number for a member is a relative generation.

        :raises ZosmfError: 400, one is no name.
        """
        try:
            check_dsname(dsname)
            if _GENERATION.fullmatch(member):
                return cls(f"{dsname}({member})", "", volser)
            if member:
                check_name(member)
        except DasdError as error:
            raise bad_request(str(error), INVALID_NAME) from error
        return cls(dsname, member, volser)


def _volser(text: str | None) -> str:
    if text is None:
        return ""
    found = _VOLUME.fullmatch(text.upper())
    if found is None:
        raise bad_request(f"'{text}' is not -(VOLSER)", INVALID_NAME)
    return found[1]
