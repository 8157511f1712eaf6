"""Each rule as a function from a field's bytes to other bytes of the same length, the same for equal values."""

from __future__ import annotations

import datetime
import hmac
from collections.abc import Callable, Sequence

from imsclone.masking import numerals
from imsclone.masking.characters import KeepFormat, alphabet
from imsclone.masking.checks import CHECKS, Check, mod97
from imsclone.masking.dates import parsed, written
from imsclone.masking.numerals import Numeral, Refused, Take
from imsclone.masking.permutation import Permutations
from imsclone.masking.policy import FieldRule

Change = Callable[[bytes], bytes]
Digits = Callable[[str], str]
BINARY = "XFH"
"""Types whose zero is a value and not nothing."""
EMPTY = (0x00, 0x40, 0xFF)
"""Bytes of which a whole field may consist that holds nothing: low values, EBCDIC blanks, high values.

None of them is a number in text, packed or zoned decimal, so that no other value can become one of them.
"""
BLANK = b"\x40"
IBAN_HEAD = 4


def change_of(rule: FieldRule, kind: str, key: bytes, code_page: str, names: Sequence[str] = ()) -> Change:
    """Return what a rule does to a field of a type (C, P, Z, X, F or H)."""
    permutations = Permutations(key, rule.domain or "")
    if rule.rule == "nulling":
        return _nothing(rule, kind)
    if rule.rule == "names":
        return _held(_names(key, rule, names, code_page))
    if rule.rule == "date":
        return _held(_dates(_take(kind, rule, code_page), key, rule))
    if rule.rule == "digits":
        numbers = _numbers(permutations, rule, kind, code_page)
        return numbers if kind in BINARY else _held(numbers)
    if kind == "C":
        return KeepFormat(permutations, code_page)
    if kind in "PZ":
        return _held(_digits(_take(kind, rule, code_page), _any_digits(permutations)))
    if rule.digits:
        return _digits(_take(kind, rule, code_page), _any_digits(permutations))
    return _bytes(permutations)


def _held(change: Change) -> Change:
    """Leave a field alone that holds nothing."""

    def guarded(value: bytes) -> bytes:
        if value[0] in EMPTY and value.count(value[:1]) == len(value):
            return value
        return change(value)

    return guarded


def _take(kind: str, rule: FieldRule, code_page: str) -> Take:
    if kind in BINARY:
        return numerals.binary(rule.digits or 1)
    take = {"P": numerals.packed, "Z": numerals.zoned}.get(kind) or numerals.text(alphabet(code_page))
    return numerals.last(take, rule.digits) if rule.digits else take


def _digits(take: Take, change: Digits) -> Change:
    def changed(value: bytes) -> bytes:
        numeral: Numeral = take(value)
        return numeral.put(change(numeral.digits)) if numeral.digits else value

    return changed


def _any_digits(permutations: Permutations) -> Digits:
    def changed(digits: str) -> str:
        return f"{permutations.of_power(10, len(digits))(int(digits)):0{len(digits)}d}" if digits else digits

    return changed


def _bytes(permutations: Permutations) -> Change:
    """Permute the bytes of a field as one binary number."""

    def changed(value: bytes) -> bytes:
        permutation = permutations.of_power(256, len(value))
        return permutation(int.from_bytes(value, "big")).to_bytes(len(value), "big")

    return changed


def _numbers(permutations: Permutations, rule: FieldRule, kind: str, code_page: str) -> Change:
    if rule.check == "iban":
        return _iban(KeepFormat(permutations, code_page), code_page)
    plain = _any_digits(permutations)
    check = CHECKS[rule.check or "none"]
    return _digits(_take(kind, rule, code_page), _checked(plain, check, rule.keep))


def _checked(plain: Digits, check: Check | None, keep: int) -> Digits:
    """Change the digits between those that are kept and the check digits, and make these right again."""
    behind = check.length if check else 0

    def changed(digits: str) -> str:
        end = len(digits) - behind
        if end <= keep:
            raise Refused(f"has {len(digits)} digits, more than {keep + behind} are expected")
        made = digits[:keep] + plain(digits[keep:end])
        return made + check.carried(digits[:end], digits[end:], made) if check else made

    return changed


def _iban(keep_format: KeepFormat, code_page: str) -> Change:
    """Change the account of an IBAN; country code, length and the validity of its check digits stay. ISO 13616."""

    def check(country: str, account: str) -> str:
        letters = "".join(str(int(letter, 36)) for letter in account + country)
        return mod97(letters)

    def changed(value: bytes) -> bytes:
        text = value.decode(code_page)
        compact = text.replace(" ", "")
        usable = compact.isascii() and compact.isalnum() and compact[:2].isalpha() and compact[2:4].isdigit()
        if not usable or len(compact) <= IBAN_HEAD:
            raise Refused("is not an IBAN")
        country, old, account = compact[:2], compact[2:IBAN_HEAD], compact[IBAN_HEAD:]
        made = keep_format(account.encode(code_page)).decode(code_page)
        right, wanted = check(country, account), check(country, made)
        digits = wanted if old == right else right if old == wanted else old
        letters = iter(country + digits + made)
        return "".join(one if one == " " else next(letters) for one in text).encode(code_page)

    return changed


def _dates(take: Take, key: bytes, rule: FieldRule) -> Change:
    """Put a day of the range in the place of any date; a date of nothing but zeros or nines stays."""
    assert rule.format is not None
    assert rule.earliest is not None
    assert rule.latest is not None
    first, days, form = rule.earliest, (rule.latest - rule.earliest).days + 1, str(rule.format)
    letters = "".join(one for one in form if one.isalnum())
    domain = b"imsclone date " + (rule.domain or "").encode()

    def changed(digits: str) -> str:
        if len(digits) < len(letters):
            raise Refused(f"has {len(digits)} digits, the format {form} has {len(letters)}")
        head, date = digits[: -len(letters)], digits[-len(letters) :]
        if head.strip("0"):
            raise Refused(f"has more digits than the format {form}")
        if date in ("0" * len(date), "9" * len(date)):
            return digits
        said = parsed(date, form, rule.latest.year if rule.latest else 0) or date
        day = int.from_bytes(hmac.digest(key, domain + said.encode(), "sha256"), "big") % days
        made = [_digits_of(first + datetime.timedelta((day + more) % days), form) for more in (0, 1)]
        return head + (made[0] if made[0] != date else made[1])

    return _digits(take, changed)


def _digits_of(date: datetime.date, form: str) -> str:
    return "".join(one for one in written(date, form) if one.isdecimal())


def _names(key: bytes, rule: FieldRule, names: Sequence[str], code_page: str) -> Change:
    """Put a name of a list in the place of any other; one that does not fit gives way to the next that does."""
    domain = f"imsclone names {rule.domain or ''} ".encode()

    def changed(value: bytes) -> bytes:
        text = value.decode(code_page, errors="replace")
        said = " ".join(text.upper().split())
        if not said:
            return value
        place = int.from_bytes(hmac.digest(key, domain + said.encode(), "sha256"), "big")
        for more in range(len(names)):
            name = names[(place + more) % len(names)]
            name = name.upper() if text == text.upper() else name
            if len(name) <= len(value) and name.upper() != said:
                return name.encode(code_page).ljust(len(value), BLANK)
        raise Refused(f"has {len(value)} bytes, and no other name of the list fits")

    return changed


def _nothing(rule: FieldRule, kind: str) -> Change:
    chosen = rule.value or {"C": "blanks", "P": "zeros", "Z": "zeros"}.get(kind, "low-values")
    if chosen == "zeros" and kind == "P":
        return lambda value: bytes(len(value) - 1) + b"\x0c"
    fill = {"blanks": BLANK, "zeros": b"\xf0" if kind in "CZ" else b"\0", "low-values": b"\0"}[chosen]
    return lambda value: fill * len(value)
