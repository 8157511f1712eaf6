"""A control interval of an area. Source: ims.md section 5 (area CI format).

FSEAP 2, CITYP 2, RAP 4 (base section only), then segments and free space elements; at the end CUSN 2, RBA 4, RDF 3,
CIDF 4. Own layout: the values of CITYP; free space elements are those of full-function blocks (next 2, length 2, 4
zeros); room is given in units of 8 bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

from zoslab.ims.errors import ImsError
from zoslab.layout import Layout, Number

CONTROL, BASE, DEPENDENT_OVERFLOW, REORGANISATION, SPACE_MAP, INDEPENDENT_OVERFLOW, SEQUENTIAL = range(7)
GRAIN = 8


class Prefix(Layout):
    """First bytes of every control interval; the RAP is there in the base section only."""

    fseap = Number(0, 2)
    kind = Number(2, 2)


class Suffix(Layout):
    """Last bytes of every control interval: one record that ends before RDF and CIDF."""

    cusn = Number(0, 2)
    rba = Number(2, 4)
    flags = Number(6, 1)
    record = Number(7, 2)
    used = Number(9, 2)
    free = Number(11, 2)


RAP_SIZE = 4
VSAM = 7


class DamagedInterval(ImsError):
    """A control interval whose free space elements or suffix cannot be."""


def start(kind: int) -> int:
    """Return where segments may begin."""
    return Prefix.size + (RAP_SIZE if kind == BASE else 0)


def end(size: int, kind: int) -> int:
    """Return where room for segments ends."""
    first = start(kind)
    return first + (size - Suffix.size - first) // GRAIN * GRAIN


def slot(length: int) -> int:
    """Return the room that a segment of this length takes."""
    return -(-length // GRAIN) * GRAIN


def build(size: int, number: int, kind: int) -> bytes:
    """Return an empty control interval; one for segments is one free space element."""
    image = bytearray(size)
    image[: Prefix.size] = bytes(Prefix(fseap=0, kind=kind))
    if kind in (BASE, DEPENDENT_OVERFLOW, REORGANISATION, INDEPENDENT_OVERFLOW):
        _set_elements(image, [(start(kind), end(size, kind) - start(kind))])
    image[-Suffix.size :] = bytes(Suffix(rba=number * size, record=size - VSAM, used=size - VSAM))
    return bytes(image)


def kind_of(image: bytes | bytearray) -> int:
    """Return CITYP."""
    return int.from_bytes(image[2:4], "big")


def suffix(image: bytes | bytearray) -> Suffix:
    """Return the suffix."""
    return Suffix.of(bytes(image[-Suffix.size :]))


def rap(image: bytes | bytearray) -> int:
    """Return the root anchor point."""
    return int.from_bytes(image[Prefix.size : Prefix.size + RAP_SIZE], "big")


def count_update(image: bytearray) -> None:
    """Raise the update sequence number."""
    at = len(image) - Suffix.size
    number = int.from_bytes(image[at : at + 2], "big")
    image[at : at + 2] = ((number + 1) & 0xFFFF).to_bytes(2, "big")


def elements(image: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """Yield the free space elements as (offset, length).

    :raises DamagedInterval: they are not in order or leave the interval.
    """
    kind = kind_of(image)
    at, least, limit = int.from_bytes(image[:2], "big"), start(kind), end(len(image), kind)
    while at:
        length = int.from_bytes(image[at + 2 : at + 4], "big")
        if at < least or length < GRAIN or at + length > limit:
            raise DamagedInterval(f"FREE SPACE ELEMENT AT {at:04X} OF {length} BYTES CANNOT BE")
        yield at, length
        least = at + length
        at = int.from_bytes(image[at : at + 2], "big")


def _set_elements(image: bytearray, found: list[tuple[int, int]]) -> None:
    image[:2] = (found[0][0] if found else 0).to_bytes(2, "big")
    for place, (at, length) in enumerate(found):
        following = found[place + 1][0] if place + 1 < len(found) else 0
        image[at : at + GRAIN] = following.to_bytes(2, "big") + length.to_bytes(2, "big") + bytes(4)


def allocate(image: bytearray, length: int) -> int:
    """Take room from the first element that has it; return its offset, 0 if there is none."""
    found = list(elements(image))
    for place, (at, free) in enumerate(found):
        if free >= length:
            found[place : place + 1] = [(at + length, free - length)] if free > length else []
            _set_elements(image, found)
            return at
    return 0


def release(image: bytearray, at: int, length: int) -> None:
    """Give room back, joined with what is free beside it."""
    image[at : at + length] = bytes(length)
    joined: list[tuple[int, int]] = []
    for one, size in sorted([*elements(image), (at, length)]):
        if joined and sum(joined[-1]) == one:
            joined[-1] = (joined[-1][0], joined[-1][1] + size)
        else:
            joined.append((one, size))
    _set_elements(image, joined)
