"""Digits of a field, whatever the field is made of: text, zoned or packed decimal, binary.

Source: z/Architecture Principles of Operation, "Decimal-number formats". A codec takes a field's bytes apart into its
digits and what is not digit, and puts other digits in their place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from imsclone.masking.characters import DIGIT, Alphabet

SIGNS = "abcdef"
ZONED = 0xF0


class Refused(ValueError):
    """A field holds something that is not of its type; the text says what is expected, never the value."""


Put = Callable[[str], bytes]


@dataclass(frozen=True)
class Numeral:
    """The digits of a value; ``put`` returns the value with as many others in their place."""

    digits: str
    put: Put


Take = Callable[[bytes], Numeral]


def packed(value: bytes) -> Numeral:
    """Take a packed decimal apart."""
    text = value.hex()
    if not text[:-1].isdecimal() or text[-1] not in SIGNS:
        raise Refused("is not packed decimal")
    return Numeral(text[:-1], lambda digits: bytes.fromhex(digits + text[-1]))


def zoned(value: bytes) -> Numeral:
    """Take a zoned decimal apart; the zone of the last digit is its sign."""
    digits = "".join(f"{code & 15:x}" for code in value)
    if not digits.isdecimal() or any(code < ZONED for code in value[:-1]) or value[-1] < 0xA0:
        raise Refused("is not zoned decimal")
    return Numeral(
        digits, lambda made: bytes(code & ZONED | int(digit) for code, digit in zip(value, made, strict=True))
    )


def text(characters: Alphabet) -> Take:
    """Return what takes the digits out of text; letters among them are refused."""
    zero = characters.members[DIGIT][0]

    def take(value: bytes) -> Numeral:
        pattern = characters.pattern(value)
        if max(pattern, default=0) > DIGIT:
            raise Refused("holds letters where digits are expected")
        places = [place for place, one in enumerate(pattern) if one == DIGIT]

        def put(digits: str) -> bytes:
            made = bytearray(value)
            for place, digit in zip(places, digits, strict=True):
                made[place] = zero + int(digit)
            return bytes(made)

        return Numeral("".join(str(value[place] - zero) for place in places), put)

    return take


def binary(width: int) -> Take:
    """Return what takes a signed binary number apart into ``width`` digits."""

    def take(value: bytes) -> Numeral:
        number = int.from_bytes(value, "big", signed=True)
        sign, digits = (-1 if number < 0 else 1), f"{abs(number):0{width}d}"
        if len(digits) > width:
            raise Refused(f"has more than {width} digits")
        return Numeral(digits, lambda made: (sign * int(made)).to_bytes(len(value), "big", signed=True))

    return take


def last(take: Take, width: int) -> Take:
    """Return what takes the last ``width`` digits; those before must be zeros, and stay."""

    def narrow(value: bytes) -> Numeral:
        whole = take(value)
        head, tail = whole.digits[:-width], whole.digits[-width:]
        if head.strip("0"):
            raise Refused(f"has more than {width} digits")
        return Numeral(tail, lambda made: whole.put(head + made))

    return narrow
