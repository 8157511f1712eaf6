"""ISRSUPC: the SuperC compare program, its search side. Source: ISPF User's Guide Volume II, Search-For.

PARM='SRCHCMP,ANYC' and statements SRCHFOR 'text' (with WORD, PREFIX, SUFFIX or nothing), several of them any of which
may match. Comparing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoslab import ebcdic
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.datasets import DataSet
    from zoslab.jes.step import Listing, Step

STATEMENT = re.compile(r"SRCHFORC?\s+'([^']+)'(?:\s*,\s*(W|WORD|P|PREFIX|S|SUFFIX))?\s*")
OPTIONS = {"SRCHCMP", "ANYC", "NOPRTCC", "LMTO", "LPSF", "LONGLN", "IDPFX", "XREF", "LMCSFC", "LTO"}
FOUND, NOT_FOUND, ERROR = 1, 0, 16


@dataclass(frozen=True)
class Wanted:
    """What is searched for: any of the texts, as a regular expression over a line."""

    pattern: re.Pattern[str]


class SearchError(Exception):
    """PARM or a statement that is not supported; the text is the message."""


@program("ISRSUPC")
def isrsupc(step: Step) -> int:
    """Search NEWDD for the texts of SYSIN; return code 1 when something was found, 0 when nothing was."""
    listing = step.print("OUTDD")
    try:
        _check_options(step.parm)
        wanted = _wanted(step.dd("SYSIN").records(), "ANYC" in step.parm.upper())
    except SearchError as error:
        listing.line(f"  {error}")
        return ERROR
    found = 0
    for data_set in step.dd("NEWDD").datasets:
        found += _search(data_set, step.dd("NEWDD").member, wanted, listing)
    listing.line()
    listing.line(f"  SEARCH-FOR SUMMARY SECTION      LINES-FOUND {found}")
    return FOUND if found else NOT_FOUND


def _check_options(parm: str) -> None:
    options = [option for option in re.split(r"[,\s]+", parm.upper()) if option]
    unknown = [option for option in options if option not in OPTIONS]
    if unknown or "SRCHCMP" not in options:
        raise SearchError(f"ISRS008E OPTION {unknown[0] if unknown else 'SRCHCMP MISSING'}: ONLY SEARCH IS SUPPORTED")


def _wanted(lines: Iterable[str], any_case: bool) -> Wanted:
    parts = []
    for line in lines:
        if not line.strip() or line.startswith("*"):
            continue
        matched = STATEMENT.fullmatch(line.strip())
        if matched is None:
            raise SearchError(f"ISRS009E STATEMENT NOT SUPPORTED: {line.strip()}")
        text, kind = re.escape(matched[1]), (matched[2] or "")[:1]
        before = r"(?<![A-Za-z0-9@#$])" if kind in ("W", "P") else ""
        after = r"(?![A-Za-z0-9@#$])" if kind in ("W", "S") else ""
        parts.append(before + text + after)
    if not parts:
        raise SearchError("ISRS010E NO SRCHFOR STATEMENT")
    return Wanted(re.compile("|".join(parts), re.IGNORECASE if any_case else 0))


def _search(data_set: DataSet, only: str, wanted: Wanted, listing: Listing) -> int:
    """List the lines that match, member by member; return how many they are."""
    total = 0
    for member, lines in _texts(data_set, only):
        hits = [(number, line) for number, line in enumerate(lines, 1) if wanted.pattern.search(line)]
        if not hits:
            continue
        total += len(hits)
        listing.line(f"  {member:<8}                    --------- STRING(S) FOUND -------------------"
                     f"  {data_set.dsname}")  # fmt: skip
        for number, line in hits:
            listing.line(f"  {number:>6}  {line.rstrip()}")
    return total


def _texts(data_set: DataSet, only: str) -> Iterator[tuple[str, list[str]]]:
    if not data_set.dsorg.startswith("PO"):
        yield "", [ebcdic.decode(record) for record in data_set.records()]
        return
    library = data_set.pds()
    for member in [only] if only else [member.name for member in library.members()]:
        yield member, [ebcdic.decode(record) for record in library.read(member)]
