"""Text as z/OS stores it: IBM-1047, blank padded. Source: the code page z/OSMF and ISPF use by default."""

import ebcdic  # noqa: F401  (registers the cp1047 codec, which the standard library lacks)

CODE_PAGE = "cp1047"
BLANK = 0x40


def encode(text: str, length: int | None = None) -> bytes:
    """Return ``text`` in EBCDIC, padded with blanks to ``length`` bytes.

    :raises ValueError: the text is longer than the field or has a character the code page lacks.
    """
    raw = text.encode(CODE_PAGE)
    if length is None:
        return raw
    if len(raw) > length:
        raise ValueError(f"{text!r} is {len(raw)} bytes long, the field holds {length}")
    return raw.ljust(length, b"\x40")


def decode(raw: bytes | bytearray | memoryview) -> str:
    """Return the text of an EBCDIC field without its trailing blanks and zeros."""
    return bytes(raw).decode(CODE_PAGE).rstrip(" \0")
