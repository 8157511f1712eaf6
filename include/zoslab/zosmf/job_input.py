"""What a submit request hands to the internal reader. Source: z/OSMF Programming Guide, "Submit a job"."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from starlette.datastructures import Headers

from zoslab import ebcdic
from zoslab.zos import Zos
from zoslab.zosmf import access, contents
from zoslab.zosmf.errors import JOBS_SERVICE, ZosmfError
from zoslab.zosmf.names import Place

RECORD_LENGTH = 80
MODES = ("TEXT", "RECORD", "BINARY")
CORRELATOR = re.compile(r"[A-Z@#$][A-Z0-9@#$]{0,31}")
SYMBOL = re.compile(r"[A-Z@#$][A-Z0-9@#$]{0,7}")
SYMBOL_HEADER = "x-ibm-jcl-symbol-"
UNSUPPORTED = ("X-IBM-Notification-URL", "X-IBM-Notification-Options")


def refused(reason: int, message: str) -> ZosmfError:
    """Return the jobs service's answer to a submit request that is wrong."""
    return ZosmfError(400, JOBS_SERVICE, 4, reason, message)


@dataclass(frozen=True)
class Reader:
    """The request's headers for the internal reader.

    :ivar mode: TEXT lines of UTF-8, or RECORD and BINARY: card images in EBCDIC.
    """

    mode: str
    correlator: str | None
    symbols: dict[str, str]

    @classmethod
    def of(cls, headers: Headers) -> Reader:
        """:raises ZosmfError: a header is wrong, or asks for what this system does not have."""
        for name in UNSUPPORTED:
            if name in headers:
                raise refused(2, f"{name} is not supported by this system; poll the job's status")
        mode = headers.get("X-IBM-Intrdr-Mode", "TEXT").upper()
        if mode not in MODES:
            raise refused(1, f"Internal reader mode '{mode}' is not {', '.join(MODES)}")
        for name, allowed in (("Recfm", "F"), ("Lrecl", str(RECORD_LENGTH)), ("Class", "A")):
            value = headers.get(f"X-IBM-Intrdr-{name}", allowed).upper()
            if value != allowed:
                raise refused(2, f"X-IBM-Intrdr-{name}: '{value}' is not supported by this system; {allowed} is")
        correlator = headers.get("X-IBM-User-Correlator")
        if correlator is not None and not CORRELATOR.fullmatch(correlator):
            raise refused(2, f"The user correlator '{correlator}' is not 1 to 32 of A-Z, 0-9, $, # and @")
        return cls(mode, correlator, _symbols(headers))

    def lines(self, raw: bytes) -> list[str]:
        """Return the card images of a request body."""
        if self.mode != "TEXT":
            if len(raw) % RECORD_LENGTH:
                raise refused(9, f"{len(raw)} bytes are no whole records of {RECORD_LENGTH}")
            return [ebcdic.decode(raw[at : at + RECORD_LENGTH]) for at in range(0, len(raw), RECORD_LENGTH)]
        try:
            return raw.decode().replace("\r\n", "\n").removesuffix("\n").split("\n") if raw else []
        except UnicodeDecodeError as error:
            raise refused(14, f"The JCL is not UTF-8: {error}") from error


def _symbols(headers: Headers) -> dict[str, str]:
    found = {
        name[len(SYMBOL_HEADER) :].upper(): value for name, value in headers.items() if name.startswith(SYMBOL_HEADER)
    }
    for name in found:
        if not SYMBOL.fullmatch(name):
            raise refused(2, f"'{name}' is no name of a JCL symbol: 1 to 8 of A-Z, 0-9, $, #, @")
    return found


def jcl(system: Zos, user: str, headers: Headers, reader: Reader, raw: bytes) -> str:
    """Return the JCL that a request submits: its body, or the data set that a JSON body names.

    :raises ZosmfError: there is none, or a record is too long.
    """
    named = "json" in headers.get("Content-Type", "")
    lines = _from_data_set(system, user, raw) if named else reader.lines(raw)
    if not any(line.strip() for line in lines):
        raise refused(3, "The request has no content")
    longest = max(len(line) for line in lines)
    if longest > RECORD_LENGTH:
        raise refused(9, f"Record length {longest} exceeds the limit of {RECORD_LENGTH}")
    return "\n".join(lines)


def _from_data_set(system: Zos, user: str, raw: bytes) -> list[str]:
    file = _file(raw)
    found = re.fullmatch(r"//'([^'()]+)(?:\(([^()']+)\))?'", file)
    if found is None:
        raise ZosmfError(500, JOBS_SERVICE, 8, 5, f"'{file}' cannot be opened: this system has no z/OS UNIX files")
    try:
        place = Place(found[1].upper(), (found[2] or "").upper())
        with access.reading(system, user, place):
            stored = contents.read(system.datasets, place)
    except ZosmfError as error:
        if error.status == 404 and error.reason != access.NO_MEMBER:
            raise refused(16, f"Data set not found: {file}") from error
        raise ZosmfError(
            500, JOBS_SERVICE, 8, 5, f"'{file}' cannot be opened", [error.message, *error.details]
        ) from error
    return [ebcdic.decode(record) for record in stored.records]


def _file(raw: bytes) -> str:
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise refused(3, f"The request body is not valid JSON: {error}") from error
    file = body.get("file") if isinstance(body, dict) else None
    if not isinstance(file, str):
        raise refused(3, 'The request body does not name a "file"')
    if not file.startswith("/"):
        raise refused(17, f"The first character of '{file}' is not a slash: //'DSN', //'DSN(MEMBER)'")
    return file
