"""What a catalog search gives back, and how entries are chosen by a pattern."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

KINDS = {"C": "CLUSTER", "A": "NONVSAM", "H": "GDS", "B": "GDG", "X": "ALIAS", "U": "UCAT"}
GENERATION = re.compile(r"(.+)\.G(\d{4})V(\d{2})")


@dataclass(frozen=True, slots=True)
class Entry:
    """A catalog entry.

    :ivar kind: NONVSAM CLUSTER DATA INDEX GDG GDS ALIAS UCAT. :ivar catalog: the catalog it is in.
    :ivar associations: (kind, name) of entries that belong to it: components, cluster, generations, alias target.
    :ivar attributes: ``limit``, ``scratch``, ``empty`` of a GDG; ``created`` (DSCB form) of others.
    """

    name: str
    kind: str
    volsers: tuple[str, ...]
    catalog: str
    associations: tuple[tuple[str, str], ...] = ()
    attributes: Mapping[str, object] = field(default_factory=dict)

    def associated(self, kind: str) -> str | None:
        """Return the name of the first associated entry of a kind."""
        return next((name for found, name in self.associations if found == kind), None)


@lru_cache(maxsize=256)
def pattern(text: str) -> re.Pattern[str]:
    """Return the expression for a filter: ``%`` one character, ``*`` within a qualifier, ``**`` any qualifiers."""
    expression = ""
    for part in re.split(r"(\.\*\*|\*\*\.|\*\*|\*|%)", text):
        expression += {
            ".**": r"(\..*)?",
            "**.": r"(.*\.)?",
            "**": ".*",
            "*": r"[^.]*",
            "%": r"[^.]",
        }.get(part, re.escape(part))
    return re.compile(expression)


def literal_prefix(text: str) -> str:
    """Return the characters every name that matches the filter begins with."""
    return re.split(r"\.?\*|%", text, maxsplit=1)[0]
