"""The original values of masked fields, kept as keyed hashes on disk, to look for them in a target.

No value can be read from the file: it holds BLAKE2b hashes under the masking key, which field and how long, and which
byte values occur at each place of a field. Memory is bounded; a value is in it once.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from imsclone.masking.errors import OriginalsUnusable
from imsclone.masking.plan import FieldMask

DIGEST = 16
BATCH = 20_000
SIGNIFICANT = 5
"""Bytes that a value must have, without zeros and blanks around it."""
PADDING = b"\x00\x40"
Table = Literal["original", "masked"]
SCHEMA = """
CREATE TABLE mark (proof BLOB NOT NULL);
CREATE TABLE original (digest BLOB PRIMARY KEY, field INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE masked (digest BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE shape (field INTEGER PRIMARY KEY, name TEXT NOT NULL, length INTEGER NOT NULL, bytes BLOB NOT NULL,
                    short INTEGER NOT NULL);
"""


def significant(value: bytes) -> bool:
    """Whether a value says something: short ones, and one byte repeated, stand anywhere by chance."""
    core = value.strip(PADDING)
    return len(core) >= SIGNIFICANT and len(set(core)) > 1


@dataclass
class Shape:
    """Values of one field and length: which bytes occur at each place (a bit for each), and how many say too little."""

    number: int
    name: str
    length: int
    places: list[int]
    short: int = 0


class Originals:
    """The record of original values in one file; a context manager, which writes what is pending."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self.secret = hmac.digest(key, b"imsclone originals", "sha256")
        self.shapes: dict[tuple[str, int], Shape] = {}
        self.pending: list[tuple[bytes, int]] = []
        self.replaced: list[tuple[bytes]] = []
        try:
            self.store = sqlite3.connect(path)
            self._open()
        except sqlite3.Error as error:
            raise OriginalsUnusable(file=str(path), reason=str(error)) from error

    def _open(self) -> None:
        self.store.execute("PRAGMA cache_size = -16000")
        proof = hmac.digest(self.secret, b"proof", "sha256")
        if not self.store.execute("SELECT 1 FROM sqlite_master WHERE name = 'mark'").fetchone():
            self.store.executescript(f"BEGIN; {SCHEMA}")
            self.store.execute("INSERT INTO mark VALUES (?)", (proof,))
            self.store.commit()
        if self.store.execute("SELECT proof FROM mark").fetchone() != (proof,):
            raise OriginalsUnusable(file=str(self.path), reason="it was made with another key")
        for number, name, length, places, short in self.store.execute("SELECT * FROM shape"):
            words = [int.from_bytes(places[at : at + 32], "big") for at in range(0, len(places), 32)]
            self.shapes[name, length] = Shape(number, name, length, words, short)

    def __enter__(self) -> Originals:
        return self

    def __exit__(self, *_: object) -> None:
        self.flush()
        self.store.close()

    def digest(self, value: bytes) -> bytes:
        """Return the keyed hash of a value."""
        return hashlib.blake2b(value, key=self.secret, digest_size=DIGEST).digest()

    def add(self, mask: FieldMask, original: bytes, masked: bytes) -> None:
        """Keep a value, and what it became."""
        name = f"{mask.segment} {mask.name}"
        shape = self.shapes.get((name, len(original)))
        if shape is None:
            shape = Shape(len(self.shapes), name, len(original), [0] * len(original))
            self.shapes[name, len(original)] = shape
        if not significant(original):
            shape.short += 1
            return
        places = shape.places
        for place, code in enumerate(original):
            places[place] |= 1 << code
        self.pending.append((self.digest(original), shape.number))
        self.replaced.append((self.digest(masked),))
        if len(self.pending) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is pending."""
        shapes = [
            (one.number, one.name, one.length, b"".join(word.to_bytes(32, "big") for word in one.places), one.short)
            for one in self.shapes.values()
        ]
        with self.store:
            self.store.executemany("INSERT OR IGNORE INTO original VALUES (?, ?)", self.pending)
            self.store.executemany("INSERT OR IGNORE INTO masked VALUES (?)", self.replaced)
            self.store.executemany("INSERT OR REPLACE INTO shape VALUES (?, ?, ?, ?, ?)", shapes)
        self.pending, self.replaced = [], []

    def count(self, table: Table) -> int:
        """Return how many values there are."""
        return int(self.store.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])

    def digests(self, table: Table) -> Iterator[bytes]:
        """Give the hash of every value."""
        for (digest,) in self.store.execute(f"SELECT digest FROM {table}"):
            yield digest

    def has(self, table: Table, digest: bytes) -> bool:
        """Whether a value is an original, or what one became."""
        return self.store.execute(f"SELECT 1 FROM {table} WHERE digest = ?", (digest,)).fetchone() is not None
