"""The leak scan: whether any original value of a masked field stands anywhere in the bytes of a target.

Every place of every byte is looked at, also across the blocks in which bytes come. A regular expression of the bytes
that occur at each place of a field finds candidates, a Bloom filter and the record of originals decide. One that
shares bytes with a masked value that stands there was written by masking: it proves nothing and is counted apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from imsclone.masking.errors import FileUnusable, LeaksFound, OriginalFound
from imsclone.masking.originals import Originals, Shape, Table

CHUNK = 1 << 20
BITS_PER_VALUE = 16
LEAST_BITS, MOST_BITS = 1 << 16, 1 << 29
SHOWN = 20
ENOUGH = 1000
"""Leaks after which no more are looked for."""


@dataclass(frozen=True)
class Leak:
    """An original value of a field that stands in a target."""

    place: str
    offset: int
    field: str
    length: int


@dataclass
class ScanReport:
    """What was looked at and found; ``leaks`` are the first ones, ``found`` counts all up to ENOUGH.

    ``explained`` counts places where bytes are like an original and were written by masking.
    ``said_too_little`` counts by field the values that were not looked for.
    """

    bytes: int = 0
    found: int = 0
    explained: int = 0
    leaks: list[Leak] = field(default_factory=list)
    said_too_little: dict[str, int] = field(default_factory=dict)

    def require_clean(self, places: str) -> None:
        """Raise LeaksFound if there was any."""
        if self.found:
            problems = [
                OriginalFound(where=one.place, offset=one.offset, field=one.field, length=one.length)
                for one in self.leaks
            ]
            raise LeaksFound(problems=problems, places=places)


class Bloom:
    """Says of most hashes at once that they are not there."""

    def __init__(self, originals: Originals, table: Table) -> None:
        wanted = originals.count(table) * BITS_PER_VALUE
        self.mask = (1 << min(max(wanted, LEAST_BITS), MOST_BITS).bit_length()) - 1
        self.bits = bytearray((self.mask + 1) // 8)
        for digest in originals.digests(table):
            for bit in self._of(digest):
                self.bits[bit >> 3] |= 1 << (bit & 7)

    def _of(self, digest: bytes) -> tuple[int, int]:
        number = int.from_bytes(digest, "big")
        return number & self.mask, (number >> 64) & self.mask

    def __contains__(self, digest: bytes) -> bool:
        first, second = self._of(digest)
        return bool(self.bits[first >> 3] >> (first & 7) & 1 and self.bits[second >> 3] >> (second & 7) & 1)


class Scanner:
    """Looks through targets for the values of one record of originals."""

    def __init__(self, originals: Originals) -> None:
        self.originals = originals
        originals.flush()
        self.bloom: dict[Table, Bloom] = {table: Bloom(originals, table) for table in ("original", "masked")}
        self.shapes = [(one, _expression(one)) for one in originals.shapes.values() if all(one.places)]
        self.lengths = sorted({shape.length for shape, _ in self.shapes})
        self.around = 2 * max(self.lengths, default=0)
        self.report = ScanReport()
        for one in originals.shapes.values():
            if one.short:
                self.report.said_too_little[one.name] = self.report.said_too_little.get(one.name, 0) + one.short

    def scan(self, place: str, blocks: Iterable[bytes]) -> None:
        """Look through one target, whose bytes come in blocks of any size, until there are leaks enough."""
        text, base, done = b"", 0, 0
        for chunk, is_last in _gathered(blocks):
            self.report.bytes += len(chunk)
            text += chunk
            settled = len(text) if is_last else max(done, len(text) - self.around)
            for shape, expression in self.shapes:
                for match in expression.finditer(text, done, min(len(text), settled + shape.length - 1)):
                    if self.report.found >= ENOUGH:
                        return
                    if self._is_leak(match.group(1), text, match.start()):
                        self._found(Leak(place, base + match.start(), shape.name, shape.length))
            cut = max(0, settled - self.around)
            text, base, done = text[cut:], base + cut, settled - cut

    def _is_leak(self, value: bytes, text: bytes, start: int) -> bool:
        if not self._holds("original", value):
            return False
        explained = self._touches_masked(text, start, start + len(value))
        self.report.explained += explained
        return not explained

    def _holds(self, table: Table, value: bytes) -> bool:
        digest = self.originals.digest(value)
        return digest in self.bloom[table] and self.originals.has(table, digest)

    def _touches_masked(self, text: bytes, start: int, end: int) -> bool:
        """Whether a masked value stands where any of these bytes are: then masking wrote them."""
        for length in self.lengths:
            for at in range(max(0, start - length + 1), min(end, len(text) - length + 1)):
                if self._holds("masked", text[at : at + length]):
                    return True
        return False

    def _found(self, leak: Leak) -> None:
        self.report.found += 1
        if len(self.report.leaks) < SHOWN:
            self.report.leaks.append(leak)


def scan_blocks(originals: Originals, targets: Mapping[str, Iterable[bytes]]) -> ScanReport:
    """Look through targets, each a name and its bytes in blocks."""
    scanner = Scanner(originals)
    for place, blocks in targets.items():
        scanner.scan(place, blocks)
    return scanner.report


def scan_files(originals: Originals, paths: Iterable[Path]) -> ScanReport:
    """Look through files on disk."""
    return scan_blocks(originals, {str(path): _blocks(path) for path in paths})


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while block := stream.read(CHUNK):
                yield block
    except OSError as error:
        raise FileUnusable(file=str(path), reason=error.strerror or str(error)) from error


def _gathered(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Bring small blocks together, so that each is not searched by itself; the last one is said to be the last."""
    held: list[bytes] = []
    size = 0
    for block in blocks:
        if size >= CHUNK:
            yield b"".join(held), False
            held, size = [], 0
        held.append(block)
        size += len(block)
    yield b"".join(held), True


def _expression(shape: Shape) -> re.Pattern[bytes]:
    """Return what finds every place, also within another, where the bytes are those that occur in values."""
    classes = b"".join(_class(word) for word in shape.places)
    return re.compile(b"(?s)(?=(" + classes + b"))")


def _class(word: int) -> bytes:
    codes = [code for code in range(256) if word >> code & 1]
    return b"[" + b"".join(b"\\x%02x" % code for code in codes) + b"]"
