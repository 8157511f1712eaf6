"""DBRC commands as values. Source: IMS Commands, Volume 3, DBRC commands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from imsclone.jcl.card import Card, control
from imsclone.recon.errors import ReconValueRefused

_WORD = re.compile(r"[A-Z0-9@#$.-]{1,44}")
_PAIR = re.compile(r"\([A-Z0-9@#$]{1,8},[A-Z0-9@#$]{1,8}\)")
_STAMP = re.compile(r"[0-9][0-9.: +-]{6,40}")
_HEXADECIMAL = re.compile(r"X'(?:[0-9A-F]{2}){1,256}'")

Operand = str | Sequence[str] | bool


@dataclass(frozen=True, slots=True)
class Command:
    """One command. ``operands`` are keywords with their values in order; a keyword without values stands alone.

    ``text`` is the whole command on one line; ``card`` is how it stands in SYSIN.
    """

    verb: str
    operands: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def text(self) -> str:
        """The whole command on one line."""
        return " ".join([self.verb, *(_operand(keyword, values) for keyword, values in self.operands)])

    @property
    def card(self) -> Card:
        """The command as it stands in SYSIN."""
        return control(self.text)

    def __str__(self) -> str:
        return self.text


def command(verb: str, **operands: Operand) -> Command:
    """Return a command. A value of True makes a keyword that stands alone; False or an empty value leaves it out.

    :raises ReconValueRefused: a value could be more than a name, a number or a time stamp.
    """
    found: list[tuple[str, tuple[str, ...]]] = []
    for keyword, value in operands.items():
        if not value:
            continue
        if isinstance(value, bool):
            found.append((keyword, ()))
            continue
        values = (value,) if isinstance(value, str) else tuple(value)
        for one in values:
            if not any(form.fullmatch(one) for form in (_WORD, _PAIR, _STAMP, _HEXADECIMAL)):
                raise ReconValueRefused(verb=verb, keyword=keyword, value=one)
        found.append((keyword, values))
    return Command(verb, tuple(found))


def _operand(keyword: str, values: tuple[str, ...]) -> str:
    if not values:
        return keyword
    written = (
        one
        if (_WORD.fullmatch(one) and ":" not in one) or _PAIR.fullmatch(one) or _HEXADECIMAL.fullmatch(one)
        else f"'{one}'"
        for one in values
    )
    return f"{keyword}({','.join(written)})"
