"""DBRC's definition of a HALDB as operands of INIT.DB and INIT.PART, read from its records. Pure.

Source: IMS Commands, Volume 3, INIT.DB and INIT.PART. How a HALDB is organised (PHDAM, data set groups) is no operand:
DBRC takes it from DBDLIB. A high key is given in hexadecimal, so that no code page and no case can change it.
"""

from __future__ import annotations

from collections.abc import Iterator

from imsclone.haldb.wanted import Operands
from imsclone.listings.code_page import CODE_PAGE
from imsclone.listings.recon_types import Database, DatabaseDataSet, Partition, Recon

KEY_ON_A_CARD = 26
"""Bytes of a high key that fit on one line in hexadecimal."""
JCL = ("ICJCL", "OICJCL", "RECOVJCL", "RECVJCL")
STRUCTURE = ("KEYSTRNG", "DSNPREFX", "BLOCKSZE", "RANDOMZR", "ANCHOR", "HIBLOCK", "BYTES", "FBFF", "FSPF")
"""Operands that data sets depend on."""


def last_id(master: Database) -> int:
    """Return the highest partition ID that was ever given."""
    return int(master.record.get("CURRENT PARTITION ID") or 0)


def master_operands(master: Database) -> Operands:
    """Return the operands of INIT.DB."""
    record = master.record

    def flag(name: str, yes: str, no: str) -> tuple[str, tuple[str, ...]]:
        return (yes if record.get(name) == "YES" else no, ())

    given = _given(
        ("TYPHALDB", True),
        ("SHARELVL", record.get("SHARE LEVEL")),
        ("PARTSEL", record.get("PSNAME")),
        ("NONRECOV", record.get("RECOVERABLE") == "NO"),
    )
    return (
        *given,
        flag("IC REQUIRED", "ICREQ", "NOICREQ"),
        flag("ONLINE REORG CAPABLE", "OLRCAP", "OLRNOCAP"),
        flag("OSAM8G", "OSAM8G", "NOOSAM8G"),
    )


def partition_operands(recon: Recon, one: Partition, prefix: str) -> Operands:
    """Return the operands of INIT.PART under another data set name prefix."""
    record = one.record
    sizes = tuple(size.strip() for size in record.get("BLOCKSZE").split(",") if size.strip())
    first = next((found for found in recon.data_sets if found.dbd == one.name), None)
    randomized = bool(record.get("RANDOMIZER"))
    return tuple(
        _given(
            ("KEYSTRNG", key_string(one.high_key)),
            ("DSNPREFX", prefix),
            ("BLOCKSZE", sizes),
            ("RANDOMZR", record.get("RANDOMIZER")),
            ("ANCHOR", record.get("ANCHOR") if randomized else ""),
            ("HIBLOCK", record.get("HIGH BLOCK#") if randomized else ""),
            ("BYTES", _number(record.get("BYTES")) if randomized else ""),
            ("FBFF", _number(record.get("FREE BLOCK FREQ FACTOR"))),
            ("FSPF", _number(record.get("FREE SPACE PERCENTAGE"))),
            *(_history(first) if first is not None else ()),
        )
    )


def _history(first: DatabaseDataSet) -> Iterator[tuple[str, str | bool]]:
    """Yield how recovery data are kept, which INIT.PART says for all data sets of a partition."""
    yield "GENMAX", _number(first.record.get("GENMAX"))
    yield "REUSE", first.reuse
    yield "RECOVPD", _number(first.record.get("RECOVPD"))
    yield from ((keyword, first.record.get(keyword)) for keyword in JCL)


def key_string(digits: str) -> str:
    """Return KEYSTRNG for a high key: hexadecimal, or text where that is too long for a line and text is not."""
    if len(digits) <= 2 * KEY_ON_A_CARD:
        return f"X'{digits}'" if digits else ""
    return bytes.fromhex(digits).decode(CODE_PAGE)


def structure(operands: Operands) -> dict[str, tuple[str, ...]]:
    """Return what data sets depend on."""
    return {name: values for name, values in operands if name in STRUCTURE}


def _given(*pairs: tuple[str, str | bool | tuple[str, ...]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, value in pairs:
        if value:
            yield name, () if isinstance(value, bool) else (value,) if isinstance(value, str) else value


def _number(text: str) -> str:
    """Return a number that is not zero."""
    return text.lstrip("0")
