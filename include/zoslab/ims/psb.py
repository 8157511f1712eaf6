"""A program specification block: the databases a program may use, and how. Source: IMS System Utilities, PSBGEN."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from zoslab.ims.macros import SourceError, Statement, read

_OPTIONS = frozenset("GIRDAELS")


@dataclass(frozen=True)
class DbPcb:
    """A database PCB: processing options, sensitive segments, the index to go by (PROCSEQ)."""

    dbd: str
    options: str
    key_length: int
    segments: tuple[str, ...] = ()
    sequence: str = ""

    @property
    def updates(self) -> bool:
        return bool(set(self.options) & set("IRDAL"))

    @property
    def exclusive(self) -> bool:
        return "E" in self.options

    @property
    def loads(self) -> bool:
        return "L" in self.options


@dataclass(frozen=True)
class Psb:
    """A PSB with its database PCBs in order."""

    name: str
    pcbs: tuple[DbPcb, ...]


def generate(lines: Iterable[str]) -> Psb:
    """Return the PSB that the source defines.

    :raises SourceError: with the line number and what was expected.
    """
    pcbs: list[DbPcb] = []
    for statement in read(lines):
        if statement.operation == "PCB":
            pcbs.append(_pcb(statement))
        elif statement.operation == "SENSEG":
            if not pcbs:
                raise SourceError(statement.line, "expected PCB before SENSEG")
            pcbs[-1] = replace(pcbs[-1], segments=(*pcbs[-1].segments, _senseg(statement)))
        elif statement.operation == "PSBGEN":
            statement.allow("LANG", "PSBNAME", "CMPAT", "MAXQ", "IOASIZE", "SSASIZE")
            return Psb(statement.text("PSBNAME"), tuple(pcbs))
        else:
            raise SourceError(statement.line, f"{statement.operation} is not a supported PSB statement")
    raise SourceError(1, "expected PSBGEN")


def _pcb(statement: Statement) -> DbPcb:
    statement.allow("TYPE", "DBDNAME", "NAME", "PROCOPT", "KEYLEN", "PCBNAME", "PROCSEQ")
    if statement.text("TYPE") != "DB":
        raise SourceError(statement.line, "expected PCB TYPE=DB")
    options = statement.text("PROCOPT", "A")
    if not set(options) <= _OPTIONS:
        raise SourceError(statement.line, f"PROCOPT={options}: expected letters from {''.join(sorted(_OPTIONS))}")
    name = statement.text("DBDNAME" if "DBDNAME" in statement.keywords else "NAME")
    return DbPcb(name, options, statement.number("KEYLEN", 0), (), statement.text("PROCSEQ", ""))


def _senseg(statement: Statement) -> str:
    statement.allow("NAME", "PARENT", "PROCOPT")
    return statement.text("NAME")
