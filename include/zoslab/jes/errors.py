"""What can go wrong between a JCL statement and the end of a step."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ABEND = re.compile(r"S[0-9A-F]{3}|U[0-9]{4}")


@dataclass(frozen=True)
class Finding:
    """One message of the reader, converter or interpreter, with the number of the statement it is about."""

    statement: int
    text: str

    def __str__(self) -> str:
        return f"{self.statement:>8} {self.text}"


class JesError(Exception):
    """Base of everything that JES, a step or the console raises."""


class JclError(JesError):
    """JCL that cannot run. ``findings`` holds every message, in the order of the statements."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(finding.text for finding in findings))
        self.findings = findings


class JclRejected(JesError):
    """The internal reader took no job: no JOB statement, or a record that is not a card image."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class Abend(JesError):
    """A step's abnormal end: ``S`` and three hexadecimal digits, or ``U`` and four decimal ones."""

    def __init__(self, code: str, text: str = "", reason: int = 0) -> None:
        if not _ABEND.fullmatch(code):
            raise ValueError(f"{code!r} is not an abend code such as S0C4 or U0778")
        super().__init__(f"{code} {text}".strip())
        self.code, self.text, self.reason = code, text, reason

    @property
    def completion(self) -> str:
        """The text z/OSMF shows: ``ABEND S806`` or ``ABENDU0778``."""
        return f"ABEND {self.code}" if self.code[0] == "S" else f"ABEND{self.code}"


class DdMissing(JesError):
    """A program asked for a DD the step does not have (IEC130I)."""

    def __init__(self, ddname: str) -> None:
        super().__init__(f"IEC130I {ddname:<8} DD STATEMENT MISSING")
        self.ddname = ddname


class JobNotFound(JesError):
    """No job on the spool has that identifier or correlator."""
