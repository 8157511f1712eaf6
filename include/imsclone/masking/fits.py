"""Whether a rule can work on a field: its bytes, its type, and the keys it is part of."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from imsclone.dbd import Database, Field, SecondaryIndex, Segment
from imsclone.masking.checks import CHECKS
from imsclone.masking.policy import FieldRule

BINARY = "XFH"
PERMUTED = ("keep-format", "digits")
"""Rules that never give two values the same."""
LENGTH_FIELD = 2
"""Bytes of LL at the start of a segment of variable length."""


def outside(field: Field, segment: Segment) -> str:
    """Say how a field does not lie within its segment; empty if it does."""
    if not field.start or not field.length:
        return "its place is not fixed"
    if field.start + field.length - 1 > segment.longest:
        return f"the segment has {segment.longest}"
    if segment.shortest and field.start <= LENGTH_FIELD:
        return "bytes 1 and 2 are the length of the segment"
    return ""


def unfit(rule: FieldRule, field: Field) -> str:
    """Say why a rule cannot work on a field of this type and length; empty if it can."""
    checks: dict[str, Callable[[FieldRule, Field], str]] = {
        "keep-format": _keep_format,
        "digits": _digits,
        "date": _date,
        "names": lambda _, one: "" if one.type == "C" else f"takes text, and the type is {one.type}",
        "nulling": _null,
    }
    return checks[str(rule.rule)](rule, field)


def _room(field: Field) -> int:
    """Return how many digits a field can hold."""
    if field.type == "P":
        return 2 * field.length - 1
    if field.type in BINARY:
        return len(str(2 ** (8 * field.length - 1) - 1)) - 1
    return field.length


def _keep_format(rule: FieldRule, field: Field) -> str:
    if rule.digits and field.type == "C":
        return "takes digits: for numbers only; for digits in text use the rule digits"
    return _too_wide(rule, field)


def _too_wide(rule: FieldRule, field: Field) -> str:
    room = _room(field)
    return (
        f"takes up to {room} digits in {field.length} bytes of type {field.type}" if (rule.digits or 0) > room else ""
    )


def _digits(rule: FieldRule, field: Field) -> str:
    if field.type in BINARY and not rule.digits:
        return f"needs digits: for type {field.type}, the number of digits that values have"
    if rule.check == "iban":
        wrong = field.type != "C" or rule.keep or rule.digits
        return "takes an IBAN in text, without keep and digits" if wrong else ""
    check = CHECKS[rule.check or "none"]
    kept = rule.keep + (check.length if check else 0)
    if kept >= (rule.digits or _room(field)):
        return f"leaves none of {rule.digits or _room(field)} digits to change"
    return _too_wide(rule, field)


def _date(rule: FieldRule, field: Field) -> str:
    form = str(rule.format)
    if field.type in BINARY:
        return f"takes text, packed or zoned decimal, and the type is {field.type}"
    digits = sum(letter.isalnum() for letter in form)
    needed = len(form) if field.type == "C" else digits
    if field.type != "C" and needed != len(form):
        return "takes only digits in a format for a number"
    return f"has a format of {needed} digits, and the field room for {_room(field)}" if needed > _room(field) else ""


def _null(rule: FieldRule, field: Field) -> str:
    if rule.value == "blanks" and field.type != "C":
        return f"takes no blanks for type {field.type}"
    return ""


def broken_key(
    rule: FieldRule, field: Field, segment: Segment, database: Database, given: Mapping[str, Database]
) -> tuple[str, str]:
    """Name the unique key that a rule could break and say why; empty if there is none."""
    first, last = field.start, field.start + field.length - 1
    for name, key in _unique_keys(segment, database, given):
        begin, end = key.start, key.start + key.length - 1
        if last < begin or end < first:
            continue
        if rule.rule not in PERMUTED:
            return name, f"the rule {rule.rule} gives many values the same"
        if first < begin or end < last:
            return name, "the field reaches beyond it"
    return "", ""


def _unique_keys(segment: Segment, database: Database, given: Mapping[str, Database]) -> list[tuple[str, Field]]:
    """Return the unique sequence field, and the fields of secondary indexes whose DBD, if given, says unique."""
    key = segment.sequence
    found = [(key.name, key)] if key is not None and key.unique else []
    for index in database.indexes:
        if index.source == segment.name and _must_be_unique(index, segment, given):
            found += [(f"of index {index.database}", one) for name in index.search if (one := segment.field(name))]
    return found


def _must_be_unique(index: SecondaryIndex, segment: Segment, given: Mapping[str, Database]) -> bool:
    """Whether nothing but the search fields makes the keys of an index unique."""
    database = given.get(index.database)
    key = database.root.sequence if database is not None and database.segments else None
    own = segment.sequence
    helped = any(name.startswith("/") or (own and own.unique and name == own.name) for name in index.subsequence)
    return key is not None and key.unique and not helped
