"""The Operations Manager's view of a command: what was entered, and what the members of the IMSplex answer.

Source: IMS System Programming APIs, CSLOM requests: return code X'0200000C' with reason X'00003000' some resources
failed, X'00003004' all did. Own codes: the other reason codes; completion codes but 0, 8 (complete for some), C
(complete for none), 10 (no resources found) and E4 (CREATE DB: the area is another database's).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from zoslab.ims.errors import ImsError

SOME, NONE, NOT_FOUND = 0x08, 0x0C, 0x10
EXISTS, AREA_EXISTS = 0x11, 0xE4
REFUSED, IN_USE, NOT_AUTHORIZED, QUIESCE_FAILED, QUIESCE_TIMED_OUT = 0x61, 0x6F, 0x70, 0x1D6, 0x1D7
COLUMNS = ("DBName", "AreaName", "PartName", "MbrName", "CC", "CCText", "TYPE", "LAcc", "LRsdnt", "STATUS", "LclStat")

VERBS = {"CRE": "CREATE", "CREATE": "CREATE", "QRY": "QUERY", "QUERY": "QUERY", "UPD": "UPDATE", "UPDATE": "UPDATE"}

Operands = dict[str, tuple[str, ...]]


class CommandRejected(ImsError):
    """A command that OM does not take: it never reaches an IMS."""

    def __init__(self, text: str, reason: int = 0x1008) -> None:
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True)
class Row:
    """One resource's line of a response, by the headings of its columns. ``code`` is the completion code."""

    code: int
    columns: dict[str, str]

    @property
    def name(self) -> str:
        """The resource that was named."""
        return next((self.columns[one] for one in ("PartName", "AreaName", "DBName") if self.columns.get(one)), "")


@dataclass(frozen=True)
class Response:
    """What one member answered: the lines of a type-1 command, or rows."""

    member: str
    lines: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    empty: frozenset[str] = field(default=frozenset())

    @property
    def code(self) -> int:
        """8 if a resource failed."""
        return max((8 for row in self.rows if row.code), default=0)


def codes(responses: Sequence[Response]) -> tuple[int, int]:
    """Return OM's return and reason code of a command."""
    rows = [row for response in responses for row in response.rows]
    failed = [row for row in rows if row.code]
    if not failed:
        return 0, 0
    return 0x0200000C, 0x3004 if len(failed) == len(rows) else 0x3000


def is_type2(text: str) -> bool:
    """Tell whether a command is one of OM's own."""
    return any(word in VERBS for word in text.upper().split(None, 1)[:1])


def parse(text: str) -> tuple[str, str, Operands]:
    """Return verb (CREATE, QUERY, UPDATE), resource type and operands of a type-2 command.

    :raises CommandRejected: it is not in KEYWORD(value) form, or a keyword stands twice.
    """
    words = text.upper().strip().rstrip(".").split(None, 2)
    verb = VERBS[words[0]]
    resource, brackets, _ = words[1].partition("(") if len(words) > 1 else ("", "", "")
    if not resource or brackets:
        raise CommandRejected(f"CSLM054E {verb} NEEDS A RESOURCE TYPE, FOUND {' '.join(words[1:]) or 'NOTHING'}")
    return verb, resource, _operands(words[2] if len(words) > 2 else "")


def _operands(rest: str) -> Operands:
    found: Operands = {}
    consumed = 0
    for match in re.finditer(r"\s*([A-Z]+)\(((?:[^()]|\([^()]*\))*)\)", rest):
        if rest[consumed : match.start()].strip():
            break
        if match[1] in found:
            raise CommandRejected(f"CSLM054E KEYWORD {match[1]} IS ENTERED TWICE")
        found[match[1]] = tuple(word for word in re.split(r"[,\s]+", match[2]) if word)
        consumed = match.end()
    if rest[consumed:].strip():
        raise CommandRejected(f"CSLM054E SYNTAX ERROR AT {rest[consumed:].strip()}")
    return found


def allow(operands: Operands, **allowed: tuple[str, ...] | None) -> None:
    """Refuse keywords, and values of keywords with a list of them, that a command does not have.

    :raises CommandRejected: naming the first.
    """
    for keyword, values in operands.items():
        if keyword not in allowed:
            raise CommandRejected(f"CSLM054E KEYWORD {keyword} IS NOT SUPPORTED; EXPECTED {', '.join(sorted(allowed))}")
        choices = allowed[keyword]
        for value in values if choices is not None else ():
            if value not in (choices or ()):
                raise CommandRejected(
                    f"CSLM054E {keyword}({value}) IS NOT SUPPORTED; EXPECTED {', '.join(choices or ())}"
                )
        if not values:
            raise CommandRejected(f"CSLM054E {keyword}() IS EMPTY")


def matching(pattern: str, names: Sequence[str]) -> list[str]:
    """Return the names that a name with ``*`` and ``%`` stands for; one without stands for itself if it is there."""
    return [name for name in names if fnmatchcase(name, pattern.replace("%", "?"))]


def is_generic(name: str) -> bool:
    """Tell whether a name has wildcards."""
    return "*" in name or "%" in name
