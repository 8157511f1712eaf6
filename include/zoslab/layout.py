"""Binary records as tables that can be read beside the manual.

A record is a class; a field is a line with its offset, its length and its name in the manual. A record is a
view on a buffer, so changing a field of a DSCB in a track image writes those bytes and no others. Why not
ctypes or construct: docs/adr/0002-layouts.md.
"""

from __future__ import annotations

import struct
from typing import Any, Generic, Self, TypeVar, overload

from zoslab import ebcdic

T = TypeVar("T")


class Field(Generic[T]):
    """One field: ``offset`` and ``length`` in bytes from the start of the record."""

    def __init__(self, offset: int, length: int) -> None:
        self.offset, self.end, self.length = offset, offset + length, length

    @overload
    def __get__(self, record: None, owner: type) -> Self: ...
    @overload
    def __get__(self, record: Layout, owner: type) -> T: ...
    def __get__(self, record: Layout | None, owner: type) -> Self | T:
        if record is None:
            return self
        return self.load(record.raw[self.offset : self.end])

    def __set__(self, record: Layout, value: T) -> None:
        record.raw[self.offset : self.end] = self.store(value)

    def load(self, raw: memoryview) -> T:
        raise AttributeError("a field type defines load")

    def store(self, value: T) -> bytes:
        raise AttributeError("a field type defines store")


class Number(Field[int]):
    """An unsigned big-endian binary number of any length."""

    def load(self, raw: memoryview) -> int:
        return int.from_bytes(raw, "big")

    def store(self, value: int) -> bytes:
        return value.to_bytes(self.length, "big")


class Text(Field[str]):
    """EBCDIC text, blank padded; read without trailing blanks."""

    def load(self, raw: memoryview) -> str:
        return ebcdic.decode(raw)

    def store(self, value: str) -> bytes:
        return ebcdic.encode(value, self.length)


class Raw(Field[bytes]):
    """Bytes as they are; a shorter value is padded with zeros."""

    def load(self, raw: memoryview) -> bytes:
        return bytes(raw)

    def store(self, value: bytes) -> bytes:
        if len(value) > self.length:
            raise ValueError(f"{len(value)} bytes do not fit a field of {self.length}")
        return value.ljust(self.length, b"\0")


class Layout:
    """A record: a view on ``size`` bytes of a buffer. Without a buffer it starts as binary zeros."""

    size: int
    raw: memoryview

    def __init__(self, buffer: bytearray | memoryview | None = None, **fields: Any) -> None:
        view = memoryview(bytearray(self.size) if buffer is None else buffer)
        if len(view) < self.size:
            raise ValueError(f"{type(self).__name__} needs {self.size} bytes, got {len(view)}")
        self.raw = view[: self.size]
        for name, value in fields.items():
            setattr(self, name, value)

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Return the record held in ``data``, as a copy that may be changed."""
        return cls(bytearray(data))

    def __init_subclass__(cls) -> None:
        fields = [f for f in vars(cls).values() if isinstance(f, Field)]
        if fields and "size" not in vars(cls):
            cls.size = max(field.end for field in fields)

    @classmethod
    def all_at_once(cls) -> struct.Struct:
        """Return the table as a struct of its fields in order, text as bytes: for readers of very many records."""
        found, at = ">", 0
        for field in sorted((f for f in vars(cls).values() if isinstance(f, Field)), key=lambda field: field.offset):
            code = {1: "B", 2: "H", 4: "I", 8: "Q"}.get(field.length, "") if isinstance(field, Number) else ""
            found += "x" * (field.offset - at) + (code or f"{field.length}s")
            at = field.end
        return struct.Struct(found + "x" * (cls.size - at))

    def __bytes__(self) -> bytes:
        return bytes(self.raw)
