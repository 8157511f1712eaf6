"""Which records of a spool file or data set a request wants: X-IBM-Record-Range, search, research, maxreturnsize.

Source: z/OSMF Programming Guide, "Retrieve the contents of a job spool file" and "Retrieve the contents of a z/OS data
set or member".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from starlette.requests import Request

T = TypeVar("T")

RETURN_SIZE = 100


class BadRange(Exception):
    """The range or the search is not one."""


def selected(request: Request, records: Sequence[T], text: Callable[[T], str]) -> Sequence[T]:
    """Return the records that the request asks for; all without a range and a search.

    :raises BadRange: the header or a query parameter is not valid.
    """
    chosen = in_range(request.headers.get("X-IBM-Record-Range"), records)
    wanted = _searched(request)
    if wanted is None:
        return chosen
    size = request.query_params.get("maxreturnsize", str(RETURN_SIZE))
    if not size.isdecimal():
        raise BadRange(f"maxreturnsize '{size}' is not a number of records")
    for at, record in enumerate(chosen):
        if wanted.search(text(record)):
            return chosen[at : at + (int(size) or len(chosen))]
    return []


def in_range(header: str | None, records: Sequence[T]) -> Sequence[T]:
    """Return the records ``a-b`` (counted from 0, both included), ``a,n`` (n from a on) or ``-n`` (the last n)."""
    if header is None:
        return records
    wanted = re.fullmatch(r"(\d*)([-,])(\d+)", header.strip())
    if wanted is None or (not wanted[1] and wanted[2] == ","):
        raise BadRange(f"Record range '{header}' is not valid")
    if not wanted[1]:
        return records[max(0, len(records) - int(wanted[3])) :]
    first, second = int(wanted[1]), int(wanted[3])
    if wanted[2] == "-" and second < first:
        raise BadRange(f"Record range '{header}' ends before it begins")
    return records[first : second + 1 if wanted[2] == "-" else first + second]


def _searched(request: Request) -> re.Pattern[str] | None:
    query = request.query_params
    if "search" not in query and "research" not in query:
        return None
    if "search" in query and "research" in query:
        raise BadRange("search and research exclude each other")
    flags = re.IGNORECASE if query.get("insensitive", "true").lower() != "false" else 0
    try:
        return re.compile(query["research"] if "research" in query else re.escape(query["search"]), flags)
    except re.error as error:
        raise BadRange(f"research '{query['research']}' is not a regular expression: {error}") from error
