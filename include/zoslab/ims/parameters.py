"""PROCLIB members of a control region: DFSPBxxx, DFSVSMxx, DFSDFxxx. Source: IMS System Definition, PROCLIB members."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from zoslab.ims.errors import StartupFailed

_PB_USED = frozenset({"IMSID", "SUF", "VSPEC", "DFSDF", "AUTO", "ARC", "IRLM", "IRLMNM"})
_PB_WITHOUT_EFFECT = frozenset(
    {
        "APPLID1",
        "RSENAME",
        "DBRC",
        "DBRCNM",
        "DLINM",
        "DLIPSB",
        "RES",
        "FRE",
        "QBUF",
        "PSB",
        "DMB",
        "PSBW",
        "DMBW",
        "CSAPSB",
        "EPCB",
        "CWAP",
        "WKAP",
        "PRLD",
        "MCS",
        "UHASH",
        "LHTS",
        "NHTS",
        "ISIS",
        "SRCH",
        "TRN",
        "SGN",
        "RCF",
        "ETO",
        "SPM",
        "AOIS",
        "CMDMCS",
        "LTERM",
        "YEAR4",
        "ORSMBR",
        "HSBID",
        "HSBMBR",
        "FIX",
    }
)


def _lines(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        text = line[:71].strip()
        if text and not text.startswith("*"):
            yield text


def _keywords(text: str) -> Iterable[tuple[str, str]]:
    for match in re.finditer(r"([A-Z0-9$#@]+)=(\([^)]*\)|'[^']*'|[^,\s]*)", text):
        yield match.group(1), match.group(2).strip("'")


def _list(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.strip("()").split(",") if part.strip())


@dataclass(frozen=True)
class RegionParameters:
    """What a DFSPBxxx member says, after the overrides of the procedure's PARM."""

    imsid: str = ""
    suffix: str = "0"
    vspec: str = "00"
    dfsdf: str = "000"
    automatic: bool = False
    archive: bool = True
    irlm: str = ""

    @classmethod
    def read(cls, member: str, lines: Iterable[str], overrides: str = "") -> RegionParameters:
        """Read the member.

        :raises StartupFailed: a keyword that IMS does not have.
        """
        values: dict[str, str] = {}
        for text in [*_lines(lines), overrides]:
            values.update(_keywords(text))
        unknown = sorted(set(values) - _PB_USED - _PB_WITHOUT_EFFECT)
        if unknown:
            raise StartupFailed(f"DFS1921I KEYWORD {unknown[0]} IN {member} IS NOT RECOGNIZED")
        return cls(
            values.get("IMSID", ""),
            values.get("SUF", "0") or "0",
            values.get("VSPEC", "00"),
            values.get("DFSDF", "000"),
            values.get("AUTO", "N") == "Y",
            values.get("ARC", "01") not in ("", "0", "00"),
            (values.get("IRLMNM", "") or "IRLM") if values.get("IRLM", "N") == "Y" else "",
        )


@dataclass(frozen=True)
class StorageParameters:
    """What a DFSVSMxx member says: buffers, and which OLDS and WADS there are."""

    buffers: int = 100
    olds: tuple[str, ...] = ()
    wads: tuple[str, ...] = ()

    @classmethod
    def read(cls, member: str, lines: Iterable[str]) -> StorageParameters:
        """Read the member.

        :raises StartupFailed: a statement it does not know, or no OLDSDEF or WADSDEF.
        """
        buffers, olds, wads = 0, (), ()  # type: int, tuple[str, ...], tuple[str, ...]
        for text in _lines(lines):
            values = dict(_keywords(text))
            if text.startswith("OLDSDEF"):
                olds = _list(values.get("OLDS", ""))
            elif text.startswith("WADSDEF"):
                wads = _list(values.get("WADS", ""))
            elif "IOBF" in values:
                buffers += int((*_list(values["IOBF"]), "0", "0")[1])
            elif not text.startswith(("VSRBF", "OPTIONS", "POOLID", "DBD=")):
                raise StartupFailed(f"DFS0430I INVALID STATEMENT IN {member}: {text}")
        if not olds or not wads:
            raise StartupFailed(f"DFS3259I {member} HAS NO {'WADSDEF' if olds else 'OLDSDEF'} STATEMENT")
        return cls(buffers or 100, olds, wads)


@dataclass(frozen=True)
class SystemParameters:
    """What a DFSDFxxx member says: the IMSplex, the resource definition data sets, whether CREATE is valid (DRD)."""

    imsplex: str = ""
    rdds: tuple[str, ...] = ()
    dynamic: bool = False

    @classmethod
    def read(cls, lines: Iterable[str]) -> SystemParameters:
        """Read the member; sections and their other keywords have no effect here."""
        text = " ".join(_lines(lines))
        values = dict(_keywords(re.sub(r"<[^>]*>|/\*.*?\*/", " ", text)))
        dynamic = values.get("MODBLKS", "OLC") == "DYN"
        return cls(values.get("IMSPLEX", ""), _list(values.get("RDDSDSN", "")), dynamic)


def procedure_parm(parm: str) -> tuple[str, str]:
    """Return the DFSPB suffix and the keyword overrides of the EXEC PARM: ``CTL,rgsuf,keyword=value,...``.

    :raises StartupFailed: it is not a control region's PARM.
    """
    words = parm.split(",", 2)
    if words[0] not in ("CTL", "DBC", "DCC") or len(words) < 2 or not re.fullmatch(r"[A-Z0-9$#@]{3}", words[1]):
        raise StartupFailed(f"DFS0578I INVALID PARM {parm!r}: EXPECTED CTL,rgsuf")
    return words[1], words[2] if len(words) > 2 else ""
