"""Check digits: what makes a number of digits valid. ``payload`` is the number without its check digits.

Sources: ISO/IEC 7812-1 (Luhn), ABA routing numbers (weights 3 7 1), GS1 (EAN and GTIN, weights 3 1), ISO/IEC 7064
MOD 97-10.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """A scheme: how many digits at the end, and how they come from those before."""

    length: int
    of: Callable[[str], str]

    def valid(self, digits: str) -> bool:
        """Whether a number carries the right check digits."""
        return len(digits) > self.length and self.of(digits[: -self.length]) == digits[-self.length :]

    def carried(self, before: str, old: str, after: str) -> str:
        """Return the check digits of ``after``, where ``before`` had ``old``.

        Right ones become right ones. Wrong ones stay wrong, and two numbers that differ only there stay different:
        the right ones of the two payloads change places.
        """
        right, wanted = self.of(before), self.of(after)
        if old == right:
            return wanted
        return right if old == wanted else old


def _luhn(payload: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(payload)):
        doubled = int(digit) * (2 - place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def _weighted(payload: str, weights: tuple[int, ...]) -> str:
    """Return the digit that brings the weighted sum to a multiple of 10; the first weight is that of the last digit."""
    total = sum(int(digit) * weights[place % len(weights)] for place, digit in enumerate(reversed(payload)))
    return str(-total % 10)


def mod97(payload: str) -> str:
    """Return the two check digits of ISO/IEC 7064 MOD 97-10."""
    return f"{98 - int(payload or '0') * 100 % 97:02d}"


CHECKS: dict[str, Check | None] = {
    "none": None,
    "luhn": Check(1, _luhn),
    "aba": Check(1, lambda payload: _weighted(payload, (7, 3, 1))),
    "ean": Check(1, lambda payload: _weighted(payload, (3, 1))),
    "mod97-10": Check(2, mod97),
    "iban": None,
}
"""Schemes by name; an IBAN carries its check digits elsewhere than at the end."""
