"""Lists a page at a time: start, X-IBM-Max-Items, X-IBM-Attributes, and the document they come in.

Source: z/OSMF Programming Guide, "List the z/OS data sets on a system". Names are in EBCDIC order, ``start`` included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import Request

from zoslab import ebcdic
from zoslab.zosmf.errors import bad_request

T = TypeVar("T")

MOST_ITEMS = 1000
JSON_VERSION = 1


@dataclass(frozen=True)
class Page:
    """What a request asks of a list. ``most`` is 0 for everything."""

    most: int
    attributes: str
    total: bool
    start: str

    @classmethod
    def of(cls, request: Request, allowed: tuple[str, ...]) -> Page:
        """:raises ZosmfError: 400, a header is wrong."""
        most = request.headers.get("X-IBM-Max-Items", str(MOST_ITEMS)).strip()
        if not most.isdecimal():
            raise bad_request(f"X-IBM-Max-Items '{most}' is not a number")
        attributes, _, total = request.headers.get("X-IBM-Attributes", allowed[0]).replace(" ", "").partition(",")
        if attributes not in allowed or total not in ("", "total"):
            raise bad_request(f"X-IBM-Attributes '{attributes}' is not one of {', '.join(allowed)}, then total")
        start = request.query_params.get("start", "").upper().rstrip()
        return cls(int(most), attributes, total == "total", start)

    def document(self, found: Iterable[T], name: Callable[[T], str], item: Callable[[T], dict[str, Any]]) -> Any:
        """Return the page of ``found`` that begins at ``start``; ``moreRows`` is there only if there are more."""
        ordered = sorted(found, key=lambda one: ebcdic.encode(name(one)))
        rest = [one for one in ordered if ebcdic.encode(name(one)) >= ebcdic.encode(self.start)]
        shown = rest[: self.most] if self.most else rest
        document: dict[str, Any] = {"items": [item(one) for one in shown], "returnedRows": len(shown)}
        if len(shown) < len(rest):
            document["moreRows"] = True
        if self.total:
            document["totalRows"] = len(rest)
        return document | {"JSONversion": JSON_VERSION}
