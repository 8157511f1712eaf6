"""ISRSUPC: the SuperC compare program, its search side. Source: ISPF User's Guide Volume II, Search-For.

PARM='SRCHCMP,ANYC'. SRCHFOR 'text' begins a search string, SRCHFORC 'text' adds one that has to be in the same line;
each may be a WORD, PREFIX or SUFFIX. A line is found that holds one of the strings. Comparing is refused.
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
    from zoslab.jes.step import Dd, Listing, Step

STATEMENT = re.compile(r"(SRCHFORC?)\s+'((?:[^']|'')+)'(?:\s*,\s*(W|WORD|P|PREFIX|S|SUFFIX))?\s*")
OPTIONS = {"SRCHCMP", "ANYC", "NOPRTCC", "LMTO", "LPSF", "LONGLN", "IDPFX", "XREF", "LMCSFC", "LTO"}
FOUND, NOT_FOUND, ERROR = 1, 0, 16
NAME_CHARACTER = "[A-Za-z0-9@#$]"
Group = tuple[re.Pattern[str], ...]
"""Expressions that all have to be found in one line."""


@dataclass
class Totals:
    """What the summary counts."""

    found: int = 0
    members_found: int = 0
    members: int = 0
    lines: int = 0
    longest: int = 0


class SearchError(Exception):
    """PARM or a statement that is not supported; the text is the message."""


@program("ISRSUPC")
def isrsupc(step: Step) -> int:
    """Search NEWDD for the texts of SYSIN; return code 1 when something was found, 0 when nothing was."""
    listing = step.print("OUTDD")
    now = step.system.clock.now()
    listing.line(
        f"1  ISRSUPC   -   MVS/PDF FILE/LINE/WORD/BYTE/SFOR COMPARE UTILITY- {now:%Y/%m/%d  %H.%M}     PAGE     1"
    )
    statements = [line.strip() for line in step.dd("SYSIN").records() if line.strip() and line[0] != "*"]
    try:
        _check_options(step.parm)
        groups = wanted(statements, any_case="ANYC" in step.parm.upper())
    except SearchError as error:
        listing.line(f"  {error}")
        return ERROR
    totals = Totals()
    for title, member, lines in _texts(step.dd("NEWDD"), listing):
        _search(title, member, lines, groups, listing, totals)
    _summarise(listing, totals, statements)
    return FOUND if totals.found else NOT_FOUND


def _check_options(parm: str) -> None:
    options = [option for option in re.split(r"[,\s]+", parm.upper()) if option]
    unknown = [option for option in options if option not in OPTIONS]
    if unknown or "SRCHCMP" not in options:
        raise SearchError(f"ISRS008E OPTION {unknown[0] if unknown else 'SRCHCMP MISSING'}: ONLY SEARCH IS SUPPORTED")


def wanted(statements: Iterable[str], *, any_case: bool) -> list[Group]:
    """Return what to search for.

    :raises SearchError: a statement is not supported, or there is none.
    """
    groups: list[Group] = []
    for line in statements:
        matched = STATEMENT.fullmatch(line)
        if matched is None or (matched[1] == "SRCHFORC" and not groups):
            raise SearchError(f"ISRS009E STATEMENT NOT SUPPORTED: {line}")
        text, kind = re.escape(matched[2].replace("''", "'")), (matched[3] or "")[:1]
        before = f"(?<!{NAME_CHARACTER})" if kind in ("W", "P") else ""
        after = f"(?!{NAME_CHARACTER})" if kind in ("W", "S") else ""
        if kind in ("P", "S"):
            before, after = before or f"(?<={NAME_CHARACTER})", after or f"(?={NAME_CHARACTER})"
        pattern = re.compile(before + text + after, re.IGNORECASE if any_case else 0)
        if matched[1] == "SRCHFORC":
            groups[-1] = (*groups[-1], pattern)
        else:
            groups.append((pattern,))
    if not groups:
        raise SearchError("ISRS010E NO SRCHFOR STATEMENT")
    return groups


def _search(title: str, member: str, lines: list[str], groups: list[Group], listing: Listing, totals: Totals) -> None:
    """List the lines of one member that hold what is searched for."""
    totals.members += 1
    totals.lines += len(lines)
    totals.longest = max(totals.longest, *map(len, lines), 0)
    hits = [
        (number, line)
        for number, line in enumerate(lines, 1)
        if any(all(pattern.search(line) for pattern in group) for group in groups)
    ]
    if not hits:
        return
    totals.found += len(hits)
    totals.members_found += 1
    listing.line()
    listing.line(f"  {member:<8}                    --------- STRING(S) FOUND -------------------  {title}")
    for number, line in hits:
        listing.line(f"  {number:>6}  {line}")


def _summarise(listing: Listing, totals: Totals, statements: list[str]) -> None:
    listing.line()
    listing.line("              SEARCH-FOR SUMMARY SECTION")
    listing.line("LINES-FOUND  LINES-PROC  MEMBERS-W/LNS  MEMBERS-PROC  COMPARE-COLS  LONGEST-LINE")
    listing.line(
        f"{totals.found:>8}{totals.lines:>12}{totals.members_found:>14}{totals.members:>15}"
        f"       1 :{totals.longest:>4}{totals.longest:>12}"
    )
    listing.line()
    listing.line("THE FOLLOWING PROCESS STATEMENTS WERE PROCESSED:")
    for line in statements:
        listing.line(f"      {line}")


def _texts(dd: Dd, listing: Listing) -> Iterator[tuple[str, str, list[str]]]:
    """Yield data set name, member and lines of everything that is to be searched."""
    datasets = dd.datasets
    if not datasets:
        yield "", "", list(dd.records())
    for dataset, part in zip(datasets, (part for part in dd.parts if part.dataset), strict=True):
        listing.line(f"  SOURCE SECTION                 SRCH DSN: {dataset.dsname}")
        for member, lines in _members(dataset, part.member):
            yield dataset.dsname, member, lines


def _members(dataset: DataSet, only: str) -> Iterator[tuple[str, list[str]]]:
    if not dataset.dsorg.startswith("PO"):
        yield dataset.dsname.rpartition(".")[2], [ebcdic.decode(record) for record in dataset.records()]
        return
    library = dataset.pds()
    for member in [only] if only else [member.name for member in library.members()]:
        yield member, [ebcdic.decode(record) for record in library.read(member)]
