"""X-IBM-Data-Type: how records become a body and a body becomes records.

Source: z/OSMF Programming Guide, "Retrieve" and "Write data to a z/OS data set or member"; the XL C/C++ rules for
text records: blanks that pad a fixed record are not text, an empty variable record is kept as one blank. A line that is
too long is cut to the record length and the request ends with 500 after everything is written, as measured on z/OSMF.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zoslab.dasd.record_format import DESCRIPTOR, RecordFormat
from zoslab.ebcdic import CODE_PAGE
from zoslab.zosmf.errors import bad_request

KINDS = ("text", "binary", "record")
PREFIX = 4
BLANK = b"\x40"


@dataclass(frozen=True)
class Stored:
    """Records as they go to the data set; ``cut`` names the first that did not fit, from 1, or is 0."""

    records: list[bytes]
    cut: int = 0


@dataclass(frozen=True)
class DataType:
    """One value of the header."""

    kind: str = "text"
    code_page: str = CODE_PAGE
    crlf: bool = False

    @classmethod
    def of(cls, header: str | None) -> DataType:
        """:raises ZosmfError: 400, the value is not known."""
        kind, *options = (part.strip() for part in (header or "text").split(";"))
        if kind.lower() not in KINDS:
            raise bad_request(f"X-IBM-Data-Type '{header}' is not text, binary or record")
        code_page, crlf = CODE_PAGE, False
        for option in options:
            name, _, value = option.partition("=")
            if name.lower() == "fileencoding":
                code_page = _code_page(value)
            elif name.lower() == "crlf":
                crlf = value.lower() == "true"
            elif option and name.lower() != "charset":
                raise bad_request(f"X-IBM-Data-Type: option '{option}' is not supported by this system")
        return cls(kind.lower(), code_page, crlf)

    @property
    def media_type(self) -> str:
        return "text/plain; charset=UTF-8" if self.kind == "text" else "application/octet-stream"

    def body(self, records: Iterable[bytes], form: RecordFormat) -> bytes:
        """Return the records as they are sent."""
        if self.kind != "text":
            return encode_records(records, self.kind)
        end = "\r\n" if self.crlf else "\n"
        return "".join(self.line(record, form) + end for record in records).encode()

    def line(self, record: bytes, form: RecordFormat) -> str:
        """Return one record as text."""
        blank = record == BLANK or form.kind == "F"
        return (record.rstrip(BLANK) if blank else record).decode(self.code_page, "replace")

    def records(self, body: bytes, form: RecordFormat) -> Stored:
        """Return the records that a body is stored as.

        :raises ZosmfError: 400, it is not UTF-8 or not framed as records, or the code page lacks a character.
        """
        most = most_bytes(form)
        if self.kind == "binary":
            return fitted([body[at : at + most] for at in range(0, len(body), most)], form, b"\0")
        if self.kind == "record":
            return fitted(split_records(body), form, b"\0")
        return fitted([self._encoded(number, line) for number, line in enumerate(self._lines(body), 1)], form, BLANK)

    def _lines(self, body: bytes) -> list[str]:
        try:
            text = body.decode()
        except UnicodeDecodeError as error:
            raise bad_request(f"The request body is not UTF-8: {error}. Use X-IBM-Data-Type: binary.") from error
        if self.crlf:
            text = text.replace("\r\n", "\n")
        return text.removesuffix("\n").split("\n") if text else []

    def _encoded(self, number: int, line: str) -> bytes:
        try:
            return line.encode(self.code_page) or BLANK
        except UnicodeEncodeError as error:
            raise bad_request(f"Line {number} has a character that {self.code_page} lacks: {error}") from error


def most_bytes(form: RecordFormat) -> int:
    """Return how many bytes a record of the data set can have."""
    if form.kind == "V":
        return min(form.length, form.blksize - DESCRIPTOR) - DESCRIPTOR
    return form.length


def fitted(records: Sequence[bytes], form: RecordFormat, pad: bytes) -> Stored:
    """Cut what is too long and pad fixed records."""
    most = most_bytes(form)
    cut = next((number for number, record in enumerate(records, 1) if len(record) > most), 0)
    if form.kind == "F":
        return Stored([record[:most].ljust(most, pad) for record in records], cut)
    return Stored([record[:most] for record in records], cut)


def encode_records(records: Iterable[bytes], kind: str) -> bytes:
    """Return records one behind the other, for ``record`` each behind its length in four bytes, big-endian."""
    if kind == "binary":
        return b"".join(records)
    return b"".join(len(record).to_bytes(PREFIX, "big") + record for record in records)


def split_records(body: bytes) -> list[bytes]:
    """Undo ``encode_records`` of kind ``record``.

    :raises ZosmfError: 400, the body ends inside a record.
    """
    records, at = [], 0
    while at < len(body):
        end = at + PREFIX + int.from_bytes(body[at : at + PREFIX], "big")
        if at + PREFIX > len(body) or end > len(body):
            raise bad_request(f"The body ends inside the record at offset {at}")
        records.append(body[at + PREFIX : end])
        at = end
    return records


def _code_page(name: str) -> str:
    """Return Python's name of a z/OS code page: IBM-037, 1047, ISO8859-1, UTF-8."""
    number = re.fullmatch(r"(?:IBM-?|CP)?(\d{3,5})", name.strip(), re.IGNORECASE)
    wanted = f"cp{int(number[1]):03d}" if number else name.strip()
    try:
        return codecs.lookup(wanted).name
    except LookupError:
        raise bad_request(f"fileEncoding '{name}' is not a code page of this system") from None
