"""The statements of DBDGEN with their keywords, and the words that values are made of.

Source: IMS System Utilities, "Database Description (DBD) Generation utility". Keywords that describe data to
programs, not to IMS, are known and not kept.
"""

from __future__ import annotations

_TEXT = frozenset({"EXTERNALNAME", "REMARKS", "ENCODING"})

KEYWORDS: dict[str, frozenset[str]] = {
    "DBD": _TEXT | {"NAME", "ACCESS", "RMNAME", "PASSWD", "EXIT", "VERSION", "DATXEXIT", "PSNAME", "DBVER", "FPINDEX"},
    "DATASET": _TEXT
    | {"DD1", "DD2", "DEVICE", "MODEL", "BLOCK", "SIZE", "SCAN", "FRSPC", "OVFLW", "RECORD", "RECFM", "SEARCHA"}
    | {"LOGICAL", "REL"},
    "AREA": _TEXT | {"DD1", "DEVICE", "MODEL", "SIZE", "UOW", "ROOT"},
    "SEGM": _TEXT
    | {"NAME", "PARENT", "BYTES", "TYPE", "FREQ", "PTR", "POINTER", "RULES", "SOURCE", "SSPTR", "COMPRTN", "EXIT"}
    | {"DSGROUP"},
    "FIELD": _TEXT
    | {"NAME", "START", "BYTES", "TYPE", "DATATYPE", "STARTAFTER", "RELSTART", "MAXBYTES", "PARENT", "MINOCCURS"}
    | {"MAXOCCURS", "DEPENDSON", "REDEFINES", "CASENAME"},
    "LCHILD": _TEXT | {"NAME", "PTR", "POINTER", "INDEX", "PAIR", "RULES", "RKSIZE", "MULTISEG"},
    "XDFLD": _TEXT | {"NAME", "SEGMENT", "CONST", "SRCH", "SUBSEQ", "DDATA", "NULLVAL", "EXTRTN", "PSELRTN", "PSELOPT"},
}
"""Keywords of each statement that is kept."""

PASSED_OVER = frozenset({"PRINT", "TITLE", "EJECT", "SPACE", "DFSMARSH", "DFSMAP", "DFSCASE", "FINISH", "DBDGEN"})
"""Listing control of the assembler, statements that describe data to Java programs, and the end."""
END = "END"

METHODS: dict[str, tuple[str, ...]] = {
    "HDAM": ("OSAM", "VSAM"),
    "HIDAM": ("OSAM", "VSAM"),
    "PHDAM": ("OSAM", "VSAM"),
    "PHIDAM": ("OSAM", "VSAM"),
    "PSINDEX": ("VSAM",),
    "INDEX": ("VSAM",),
    "HISAM": ("VSAM",),
    "SHISAM": ("VSAM",),
    "DEDB": ("VSAM",),
    "HSAM": ("BSAM",),
    "SHSAM": ("BSAM",),
    "GSAM": ("VSAM", "BSAM"),
    "MSDB": ("",),
    "LOGICAL": ("",),
}
"""Access methods of each organisation, the default first. Source: IMS SQL CREATE DATABASE, which names the defaults."""

OPTIONS = frozenset({"PROT", "NOPROT", "DOSCOMP"})
"""Words of ACCESS= behind the access method."""

POINTERS = {
    "H": "HIER",
    "HB": "HIERBWD",
    "T": "TWIN",
    "TB": "TWINBWD",
    "NT": "NOTWIN",
    "LT": "LTWIN",
    "LTB": "LTWINBWD",
    "LP": "LPARNT",
    "CTR": "COUNTER",
}
"""PTR= in short words and in long ones."""
POINTER_WORDS = frozenset({*POINTERS.values(), "PAIRED", "INDX", "SNGL", "DBLE", "SYMB", "NONE"})
TWIN_POINTERS = frozenset({"HIER", "HIERBWD", "TWIN", "TWINBWD", "NOTWIN"})
POINTED = frozenset({"HDAM", "HIDAM", "PHDAM", "PHIDAM"})
"""Organisations whose segments have twin pointers unless NOTWIN is coded."""

INSERT_RULES = ("FIRST", "LAST", "HERE")
FIELD_TYPES = {"C": 0, "P": 0, "X": 0, "F": 4, "H": 2}
"""FIELD TYPE= with the length it has by itself, 0 if BYTES= says it."""
DATA_TYPES = {"DECIMAL": "P", "CHAR": "C", "DATE": "C", "TIME": "C", "TIMESTAMP": "C"}
"""FIELD DATATYPE= where it says what TYPE= leaves open."""
