"""How a RECON record's fields become bytes: one table per record kind, in the order of its listing.

Own layout: IBM publishes the record macros (DSPDBHRC and others) but not their offsets, so a record here is its
fields one after the other, each of the kind declared below. Lists are a 2-byte count and their entries.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from zoslab import ebcdic
from zoslab.ims.dbrc import stamps

E = TypeVar("E")


class DamagedRecord(Exception):
    """A RECON record ends before its last field, or a field holds what it cannot."""


@dataclass(frozen=True)
class Codec:
    """How one field is written and read; ``load`` returns the value and the offset behind it."""

    store: Callable[[Any], bytes]
    load: Callable[[bytes, int], tuple[Any, int]]


def _fixed(length: int, store: Callable[[Any], bytes], load: Callable[[bytes], Any]) -> Codec:
    def cut(raw: bytes, at: int) -> tuple[Any, int]:
        if at + length > len(raw):
            raise DamagedRecord(f"the record is {len(raw)} bytes long, a field of {length} starts at {at}")
        return load(raw[at : at + length]), at + length

    return Codec(store, cut)


def _text_codec(length: int) -> Codec:
    return _fixed(length, lambda content: ebcdic.encode(content, length), ebcdic.decode)


def _number_codec(length: int) -> Codec:
    return _fixed(length, lambda content: content.to_bytes(length, "big"), lambda raw: int.from_bytes(raw, "big"))


FLAG = _fixed(1, lambda content: b"\x80" if content else b"\x00", lambda raw: raw != b"\x00")
STAMP = _fixed(stamps.LENGTH, stamps.pack, stamps.unpack)


def text(length: int, default: str = "") -> Any:
    """Declare EBCDIC text, blank padded; an empty text lists as ``**NULL**``."""
    return field(default=default, metadata={"codec": _text_codec(length)})


def number(length: int, default: int = 0) -> Any:
    """Declare an unsigned binary number of ``length`` bytes."""
    return field(default=default, metadata={"codec": _number_codec(length)})


def raw(length: int) -> Any:
    """Declare bytes that are kept as they are."""
    codec = _fixed(length, lambda content: content.ljust(length, b"\0"), bytes)
    return field(default=bytes(length), metadata={"codec": codec})


def content() -> Any:
    """Declare bytes of any length, behind a 4-byte length."""
    length = _number_codec(4)

    def take(data: bytes, at: int) -> tuple[bytes, int]:
        size, at = length.load(data, at)
        return _fixed(size, bytes, bytes).load(data, at)

    return field(default=b"", metadata={"codec": Codec(lambda held: length.store(len(held)) + held, take)})


def flag(default: bool = False) -> Any:
    """Declare a yes/no byte, X'80' for yes."""
    return field(default=default, metadata={"codec": FLAG})


def stamp() -> Any:
    """Declare a 12-byte time stamp."""
    return field(default=None, metadata={"codec": STAMP})


def texts(length: int) -> Any:
    """Declare a list of texts, each ``length`` bytes."""
    return field(default=(), metadata={"codec": _list_codec(_text_codec(length))})


def entries(kind: type[Any]) -> Any:
    """Declare a list of entries that are tables themselves."""
    codec = Codec(store, lambda data, at: load(kind, data, at))
    return field(default=(), metadata={"codec": _list_codec(codec)})


def _list_codec(codec: Codec) -> Codec:
    count = _number_codec(2)

    def put(content: tuple[Any, ...]) -> bytes:
        return b"".join([count.store(len(content)), *map(codec.store, content)])

    def take(data: bytes, at: int) -> tuple[tuple[Any, ...], int]:
        many, at = count.load(data, at)
        found = []
        for _ in range(many):
            content, at = codec.load(data, at)
            found.append(content)
        return tuple(found), at

    return Codec(put, take)


def store(record: Any) -> bytes:
    """Return the bytes of a table's fields.

    :raises ValueError: a value does not fit its field.
    """
    return b"".join(part.metadata["codec"].store(getattr(record, part.name)) for part in fields(record))


def load(kind: type[E], data: bytes, at: int = 0) -> tuple[E, int]:
    """Read a table's fields from ``data``; return it and the offset behind it.

    :raises DamagedRecord: the bytes end too early or hold what a field cannot.
    """
    content: dict[str, Any] = {}
    for part in dataclasses.fields(kind):  # type: ignore[arg-type]
        try:
            content[part.name], at = part.metadata["codec"].load(data, at)
        except ValueError as error:
            raise DamagedRecord(f"{kind.__name__} field {part.name} at {at}: {error}") from error
    return kind(**content), at
