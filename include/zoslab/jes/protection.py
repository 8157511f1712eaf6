"""Who may read and change which data sets. Own layout: lines of SYS1.PARMLIB(RACFLAB).

    IMSP.RECON*   READ(*)  UPDATE(IMSP,STCUSER)

The first profile whose mask fits decides; a data set without profile is open to all. ``*`` in a mask stands for
characters of one qualifier, ``**`` for any qualifiers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from zoslab.jes.errors import JesError

_LINE = re.compile(r"(\S+)\s+READ\(([^)]*)\)\s+UPDATE\(([^)]*)\)")


class BadProfile(JesError):
    """A line of RACFLAB is not a profile."""


@dataclass(frozen=True)
class Profile:
    """One data set profile. Who may update may read."""

    mask: str
    readers: frozenset[str]
    updaters: frozenset[str]

    def covers(self, dsname: str) -> bool:
        pattern = re.escape(self.mask).replace(r"\*\*", ".*").replace(r"\*", "[^.]*")
        return re.fullmatch(pattern, dsname) is not None

    def permits(self, user: str, access: str) -> bool:
        allowed = self.updaters if access == "UPDATE" else self.readers | self.updaters
        return user in allowed or "*" in allowed


def parse(lines: Iterable[str]) -> tuple[Profile, ...]:
    """Return the profiles in order.

    :raises BadProfile: naming the line.
    """
    profiles = []
    for number, line in enumerate(lines, 1):
        text = line[:72].strip()
        if not text or text.startswith("/*"):
            continue
        found = _LINE.fullmatch(text)
        if found is None:
            raise BadProfile(f"RACFLAB line {number}: {text!r} is not 'mask READ(users) UPDATE(users)'")
        readers, updaters = (frozenset(users.replace(" ", "").split(",")) for users in found.groups()[1:])
        profiles.append(Profile(found.group(1), readers, updaters))
    return tuple(profiles)


def denied_by(profiles: Iterable[Profile], dsname: str, user: str, access: str) -> Profile | None:
    """Return the profile that denies the access, or None if it is permitted."""
    for profile in profiles:
        if profile.covers(dsname):
            return None if profile.permits(user, access) else profile
    return None
