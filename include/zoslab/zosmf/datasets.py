"""The data set part of the files service: routes, reading and writing. Source: z/OSMF Programming Guide, files REST."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zoslab.dasd.record_format import RecordFormat
from zoslab.datasets import DataSet
from zoslab.zos import Zos
from zoslab.zosmf import access, allocation, changes, contents, members
from zoslab.zosmf.contents import Content
from zoslab.zosmf.data_type import DataType, Stored
from zoslab.zosmf.errors import FILES_READ_WRITE, ZosmfError, bad_request
from zoslab.zosmf.listing import Listing
from zoslab.zosmf.names import Place
from zoslab.zosmf.record_range import BadRange, selected

BASE = "/zosmf/restfiles/ds"
ETAG_LIMIT = 8 << 20
"""Up to this many bytes a read returns an ETag that was not asked for."""
SESSION_HEADERS = ("X-IBM-Obtain-ENQ", "X-IBM-Session-Ref", "X-IBM-Release-ENQ")


class DataSetServices:
    """The data sets of one system."""

    def __init__(self, system: Zos) -> None:
        self._system = system
        self._listing = Listing(system)

    def routes(self) -> list[Route]:
        """Return the routes; a volume may stand before the data set as -(VOLSER)."""
        found = [Route(path, self._listing.answer, methods=["GET"]) for path in (BASE, BASE + "/")]
        for place in ("{place}", "{volume}/{place}"):
            found.append(Route(f"{BASE}/{place}/member", self.members, methods=["GET"]))
        for place in ("{place}", "{volume}/{place}"):
            found += [
                Route(f"{BASE}/{place}", self.read, methods=["GET"]),
                Route(f"{BASE}/{place}", self.put, methods=["PUT"]),
                Route(f"{BASE}/{place}", self.create, methods=["POST"]),
                Route(f"{BASE}/{place}", self.delete, methods=["DELETE"]),
            ]
        return found

    def members(self, request: Request) -> Response:
        """GET {dsn}/member: the members of a library."""
        return members.answer(self._system, request, self._place(request))

    def read(self, request: Request) -> Response:
        """GET {dsn}: the content as text, bytes or records."""
        place, kind = self._place(request), DataType.of(request.headers.get("X-IBM-Data-Type"))
        _refuse_sessions(request)
        with access.reading(self._system, request.user.display_name, place):
            content = contents.read(self._system.datasets, place)
        tag = contents.etag(content.records)
        asked = request.headers.get("If-None-Match")
        if asked is not None and contents.matches(asked, tag):
            return Response(status_code=304, headers={"ETag": tag})
        body = _body(request, content, kind)
        wanted = asked is not None or _flag(request, "X-IBM-Return-Etag") or len(body) <= ETAG_LIMIT
        return Response(body, headers={"ETag": tag} if wanted else None, media_type=kind.media_type)

    async def put(self, request: Request) -> Response:
        """PUT {dsn}: write the content, or with a JSON body rename or copy to here."""
        body = await request.body()
        if "application/json" in request.headers.get("Content-Type", ""):
            return await run_in_threadpool(self._change, request, body)
        return await run_in_threadpool(self._write, request, body)

    async def create(self, request: Request) -> Response:
        """POST {dsn}: allocate a data set."""
        body = _json(await request.body())
        wanted = allocation.request(body)
        place = Place.of(request.path_params)
        await run_in_threadpool(allocation.create, self._system, request.user.display_name, place, wanted)
        return Response(status_code=201)

    def delete(self, request: Request) -> Response:
        """DELETE {dsn}: a data set or a member."""
        changes.delete(self._system, request.user.display_name, self._place(request))
        return Response(status_code=204)

    def _change(self, request: Request, body: bytes) -> Response:
        changes.request(self._system, request.user.display_name, self._place(request), _json(body))
        return Response(status_code=200)

    def _write(self, request: Request, body: bytes) -> Response:
        place, kind = self._place(request), DataType.of(request.headers.get("X-IBM-Data-Type"))
        _refuse_sessions(request)
        user = request.user.display_name
        with access.writing(self._system, user, place):
            found = contents.find(self._system.datasets, place)
            form = RecordFormat.of(found.dscb)
            known = not place.member or place.member in found.pds()
            self._check_unchanged(request, place, known)
            stored = kind.records(body, form)
            contents.replace(found, place.member, stored.records, user, self._system.clock.now())
        if stored.cut:
            raise _cut(stored, found, form)
        headers = {"ETag": contents.etag(stored.records)} if _flag(request, "X-IBM-Return-Etag") else None
        return Response(status_code=204 if known else 201, headers=headers)

    def _check_unchanged(self, request: Request, place: Place, known: bool) -> None:
        """Compare with If-Match, while the data set is held and before anything is written."""
        wanted = request.headers.get("If-Match")
        if wanted is None:
            return
        tag = contents.etag(contents.read(self._system.datasets, place).records) if known else None
        if not contents.matches(wanted, tag):
            text = "The resource was modified since the supplied ETag was created"
            raise ZosmfError(412, FILES_READ_WRITE, 8, 10, text)

    def _place(self, request: Request) -> Place:
        """Return the place in the path, a relative generation by its name."""
        place = Place.of(request.path_params)
        with access.translated():
            return replace(place, dsname=self._system.datasets.resolve(place.dsname))


def _body(request: Request, content: Content, kind: DataType) -> bytes:
    try:
        chosen = selected(request, content.records, lambda record: kind.line(record, content.form))
    except BadRange as error:
        raise bad_request(str(error), 11) from error
    return kind.body(chosen, content.form)


def _cut(stored: Stored, found: DataSet, form: RecordFormat) -> ZosmfError:
    text = f"Record {stored.cut} is longer than {found.dsname} ({form}) allows; it was cut, what follows was written"
    return ZosmfError(500, FILES_READ_WRITE, 8, 0, "Record truncated to the record length of the data set", [text])


def _refuse_sessions(request: Request) -> None:
    for name in SESSION_HEADERS:
        if name in request.headers:
            raise bad_request(f"{name} is not supported by this system: enqueues end with their request")


def _flag(request: Request, name: str) -> bool:
    return request.headers.get(name, "").lower() == "true"


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise bad_request(f"The request body is not valid JSON: {error}") from error
