"""The source is read-only: what the client must never write to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from imsclone.masks import compile_mask
from imsclone.zosmf.errors import SourceWriteRefused

READ_VERBS = frozenset({"LISTCAT", "LISTC", "PRINT", "EXAMINE", "DIAGNOSE", "VERIFY", "SET", "IF", "ELSE"})
_WORD = re.compile(r"[A-Z0-9@#$.-]+")


@dataclass(frozen=True)
class Protected:
    """Names of the source. Data set masks as in rename masks (``IMSP.**``); volumes and IMS ids as they are."""

    dsnames: tuple[str, ...] = ()
    volsers: frozenset[str] = frozenset()
    imsids: frozenset[str] = frozenset()

    @cached_property
    def _masks(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        return tuple((mask, compile_mask(mask.upper())) for mask in self.dsnames)

    def rule_for(self, dsname: str, volser: str | None = None) -> str:
        """Return what makes a place the source's, empty if nothing does."""
        if volser is not None and volser.upper() in self.volsers:
            return f"volume {volser.upper()}"
        name = dsname.upper()
        return next((f"mask {mask}" for mask, pattern in self._masks if pattern.fullmatch(name)), "")

    def write(self, dsname: str, volser: str | None = None) -> None:
        """Refuse a write to the source.

        :raises SourceWriteRefused: the data set's name or the volume is the source's.
        """
        rule = self.rule_for(dsname, volser)
        if rule:
            raise SourceWriteRefused(what=dsname + (f" on {volser}" if volser else ""), rule=rule)

    def start(self, imsid: str) -> None:
        """Refuse to start or change an IMS that is the source's.

        :raises SourceWriteRefused: it is.
        """
        if imsid.upper() in self.imsids:
            raise SourceWriteRefused(what=f"to IMS {imsid}", rule=f"IMS {imsid.upper()}")

    def access_method_services(self, lines: Sequence[str]) -> None:
        """Refuse IDCAMS statements that change something and name the source anywhere.

        :raises SourceWriteRefused: one does.
        """
        for statement in _statements(lines):
            words = _WORD.findall(statement.upper())
            if not words or words[0] in READ_VERBS:
                continue
            for word in words[1:]:
                if word in self.volsers:
                    raise SourceWriteRefused(what=f"by {words[0]}", rule=f"volume {word}")
                self.write(word)


def _statements(lines: Iterable[str]) -> Iterable[str]:
    held = ""
    for line in lines:
        text = line.rstrip()
        if text.endswith(("-", "+")):
            held += text[:-1] + " "
            continue
        yield held + text
        held = ""
    if held:
        yield held
