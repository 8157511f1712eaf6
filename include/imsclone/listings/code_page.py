"""EBCDIC text in dumps and binary records: IBM-1047."""

from __future__ import annotations

import ebcdic  # noqa: F401  (registers the cp1047 codec, which the standard library lacks)

CODE_PAGE = "cp1047"


def encode(text: str, length: int = 0) -> bytes:
    """Return text in EBCDIC, padded with blanks to ``length``."""
    return text.encode(CODE_PAGE).ljust(length, b"\x40")


def decode(raw: bytes) -> str:
    """Return the text of an EBCDIC field without trailing blanks and zeros."""
    return raw.decode(CODE_PAGE).rstrip(" \0")
