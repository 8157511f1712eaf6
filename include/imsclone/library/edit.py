"""Edit the members of the clone's libraries line by line. Pure.

A line has text in columns 1 to 71, a continuation mark in 72 and a sequence number in 73 to 80. Mark and sequence
number stay where they are when the text changes its length. What no longer fits is an error, never cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from imsclone.errors import CloneError
from imsclone.library.errors import ContinuedTextMoved, LibraryEditRejected, LineOverflow, NameTooLong
from imsclone.library.rules import TOKEN, EditRules
from imsclone.names import DATA_SET_NAME_LENGTH

TEXT = 71
RECORD = 80
_SEQUENCE = re.compile(r"[ 0-9]{0,8}")
_SYMBOL = frozenset("&%")


@dataclass(frozen=True, slots=True)
class LineChange:
    """One changed line; ``number`` counts from 1."""

    number: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EditedMember:
    """A member with its new lines. ``target`` is the name it must have on the clone."""

    name: str
    target: str
    lines: tuple[str, ...]
    changes: tuple[LineChange, ...]

    @property
    def changed(self) -> bool:
        """Whether the member must be written."""
        return bool(self.changes) or self.target != self.name


def edit(members: Mapping[str, Sequence[str]], rules: EditRules) -> tuple[EditedMember, ...]:
    """Return every member with its new lines, changed or not, in order of names.

    A member keeps its name if the name it should get is there already: whoever made that one meant it.

    :raises LibraryEditRejected: names every line that does not fit.
    """
    problems: list[CloneError] = []
    edited = []
    for name in sorted(members):
        lines: list[str] = []
        for number, line in enumerate(members[name], 1):
            try:
                lines.append(edit_line(line.rstrip(), rules, name, number))
            except CloneError as problem:
                problems.append(problem)
        target = rules.member(name)
        edited.append(_member(name, name if target in members else target, members[name], lines))
    if problems:
        raise LibraryEditRejected(problems=problems)
    return tuple(edited)


def changed(members: Iterable[EditedMember]) -> tuple[EditedMember, ...]:
    """Return the members that must be written."""
    return tuple(member for member in members if member.changed)


def words(line: str) -> tuple[str, ...]:
    """Return the words of a line, of which those with periods are names."""
    return tuple(TOKEN.findall(line))


def edit_line(line: str, rules: EditRules, member: str = "", number: int = 0) -> str:
    """Return a line with the clone's names.

    :raises LineOverflow: it does not fit any more.
    :raises ContinuedTextMoved: it would shift text that goes on in the next line.
    :raises NameTooLong: a data set name would have more than 44 characters.
    """
    limit = TEXT if _SEQUENCE.fullmatch(line[TEXT + 1 :]) else RECORD
    text, tail = line[:limit].rstrip(), line[limit:]
    new = _replaced(text, rules, member, number).rstrip()
    if new == text:
        return line
    if len(new) > limit:
        raise LineOverflow(member=member, line=number, length=len(new), limit=limit, shown=line.strip())
    if len(text) == TEXT and limit == TEXT and len(new) != len(text) and text.count("'") % 2:
        raise ContinuedTextMoved(member=member, line=number, shown=line.strip())
    return new.ljust(limit) + tail if tail.strip() else new


def _member(name: str, target: str, before: Sequence[str], lines: Sequence[str]) -> EditedMember:
    old = [line.rstrip() for line in before]
    changes = [
        LineChange(number, one, other)
        for number, (one, other) in enumerate(zip(old, lines, strict=False), 1)
        if one != other
    ]
    return EditedMember(name, target, tuple(lines), tuple(changes))


def _replaced(text: str, rules: EditRules, member: str, number: int) -> str:
    """Return the text with replacements made, then names; what a replacement made is not looked at again."""
    pieces: list[tuple[str, bool]] = [(text, False)]
    for replacement in rules.replacements:
        pieces = [cut for piece, done in pieces for cut in _cut(piece, done, replacement.pattern, replacement.replace)]
    return "".join(piece if done else _names(piece, rules, member, number) for piece, done in pieces)


def _cut(piece: str, done: bool, pattern: re.Pattern[str], replace: str) -> list[tuple[str, bool]]:
    if done:
        return [(piece, True)]
    found: list[tuple[str, bool]] = []
    position = 0
    for match in pattern.finditer(piece):
        found += [(piece[position : match.start()], False), (replace, True)]
        position = match.end()
    return [*found, (piece[position:], False)]


def _names(text: str, rules: EditRules, member: str, number: int) -> str:
    def new(match: re.Match[str]) -> str:
        word, behind = match.group(), text[match.end() : match.end() + 2]
        if match.start() and text[match.start() - 1] in _SYMBOL:
            return word
        if behind.startswith(".&") or behind.startswith(".%"):
            return rules.high_level(word)
        if "." not in word:
            return rules.word(word)
        name = rules.dotted(word)
        if name != word and len(name) > DATA_SET_NAME_LENGTH:
            raise NameTooLong(member=member, line=number, dsname=word, target=name, length=len(name))
        return name

    return TOKEN.sub(new, text)
