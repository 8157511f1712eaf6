"""From input records to the words of one control statement, each with its line and column.

Utilities that read free-form statements (Access Method Services, ICKDSF, DFSMSdss, DBRC) share these rules: text
stands between two margins; a statement goes on when the last thing on a record is ``-`` (the next record follows as
it is) or ``+`` (the next record follows without its leading blanks); ``/* */`` is a comment, also over several
records; blanks and commas separate; apostrophes enclose text and are doubled inside it.
Source: DFSMS Access Method Services Commands, SC23-6846, "How to code access method services commands".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"(?P<blank>[\s,]+)|(?P<open>\()|(?P<close>\))|(?P<text>[A-Za-z]?'(?:[^']|'')*')|(?P<word>[^\s,()';]+)|(?P<end>;)"
)


class StatementFault(Exception):
    """A control statement that cannot be run: what is wrong, with which word, where.

    ``line`` and ``column`` count from 1 in the input; ``lines`` are the records of the statement, for the listing.
    """

    def __init__(self, text: str, *, keyword: str, line: int, column: int) -> None:
        super().__init__(f"{text}, line {line} column {column}")
        self.text, self.keyword, self.line, self.column = text, keyword, line, column
        self.verb = ""
        self.lines: tuple[str, ...] = ()


class UnbalancedText(StatementFault):
    """A parenthesis or apostrophe without its partner."""


@dataclass(frozen=True)
class Word:
    """A name, number or quoted text. Unquoted text is folded to upper case.

    ``quote`` is empty, an apostrophe, or the letter before the apostrophe (X for hexadecimal).
    """

    text: str
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)
    quote: str = ""

    def __str__(self) -> str:
        if not self.quote:
            return self.text
        return self.quote.replace("'", "") + "'" + self.text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Group:
    """Parenthesised values."""

    nodes: tuple[Node, ...]
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return "(" + ",".join(map(str, self.nodes)) + ")"


@dataclass(frozen=True)
class Parameter:
    """A keyword with its parenthesised values; also a name with a member or generation: ``A.B(MEM)``."""

    keyword: Word
    group: Group

    @property
    def line(self) -> int:
        return self.keyword.line

    @property
    def column(self) -> int:
        return self.keyword.column

    def __str__(self) -> str:
        return f"{self.keyword}{self.group}"


Node = Word | Group | Parameter


@dataclass
class Source:
    """One statement as it stood in the input: its records, the joined text, and the place of each character."""

    lines: list[str] = field(default_factory=list)
    text: str = ""
    starts: list[tuple[int, int, int]] = field(default_factory=list)

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of the character at ``offset``."""
        start, line, column = self.starts[bisect_right(self.starts, offset, key=lambda part: part[0]) - 1]
        return line, column + offset - start


def sources(records: Iterable[str], margins: tuple[int, int] = (1, 72)) -> Iterator[Source]:
    """Join continued records; yield one source per statement. Empty statements are dropped."""
    source, state, strip = Source(), "", False
    for number, record in enumerate(records, 1):
        left, right = margins
        body, state = _blank_comments(record.rstrip("\r\n")[left - 1 : right], state)
        column = left + len(body) - len(body.lstrip()) if strip else left
        body = body.lstrip() if strip else body
        last = body.rstrip()[-1:]
        strip = last == "+"
        going_on = last in ("-", "+") and bool(last)
        source.lines.append(record)
        source.starts.append((len(source.text), number, column))
        source.text += body.rstrip()[:-1] if going_on else body + " " * (state != "'")
        if going_on or state == "/*":
            continue
        if source.text.strip():
            yield source
        source, state = Source(), ""
    if source.text.strip():
        yield source


def _blank_comments(body: str, state: str) -> tuple[str, str]:
    """Return ``body`` with comments blanked out, and what is still open at its end: a comment, a quote or nothing."""
    kept: list[str] = []
    at = 0
    while at < len(body):
        pair = body[at : at + 2]
        if state == "/*":
            state, step = ("", 2) if pair == "*/" else (state, 1)
            kept.append(" " * step)
        elif state == "" and pair == "/*":
            state, step = "/*", 2
            kept.append("  ")
        else:
            if body[at] == "'":
                state = "" if state else "'"
            kept.append(body[at])
            step = 1
        at += step
    return "".join(kept), state


def nodes(source: Source) -> list[Node]:
    """Return the statement's words, with what stands in parentheses as groups.

    :raises UnbalancedText: a parenthesis or an apostrophe is open at the end of the statement, or closed too often.
    """
    stack: list[tuple[list[Node], int]] = [([], 0)]
    for kind, text, offset in _tokens(source):
        line, column = source.place(offset)
        if kind == "open":
            stack.append(([], offset))
        elif kind == "close":
            if len(stack) == 1:
                raise UnbalancedText("right parenthesis without a left one", keyword=")", line=line, column=column)
            inner, opened = stack.pop()
            _attach(stack[-1][0], Group(tuple(inner), *source.place(opened)), _directly(source.text, opened))
        elif kind in ("text", "word"):
            stack[-1][0].append(_word(kind, text, line, column))
        elif kind == "end":
            break
    if len(stack) > 1:
        line, column = source.place(stack[-1][1])
        raise UnbalancedText("left parenthesis is not closed", keyword="(", line=line, column=column)
    return stack[0][0]


def _tokens(source: Source) -> Iterator[tuple[str, str, int]]:
    offset = 0
    while offset < len(source.text):
        match = TOKEN.match(source.text, offset)
        if match is None:
            line, column = source.place(offset)
            raise UnbalancedText("apostrophe is not closed", keyword="'", line=line, column=column)
        if match.lastgroup and match.lastgroup != "blank":
            yield match.lastgroup, match.group(), offset
        offset = match.end()


def _word(kind: str, text: str, line: int, column: int) -> Word:
    if kind == "word":
        return Word(text.upper(), line, column)
    quote, _, rest = text.partition("'")
    return Word(rest[:-1].replace("''", "'"), line, column, quote.upper() or "'")


def _directly(text: str, opened: int) -> bool:
    """Say whether a keyword (and not a comma or another parenthesis) comes before the parenthesis at ``opened``."""
    before = text[:opened].rstrip()
    return bool(before) and before[-1] not in ",()"


def _attach(siblings: list[Node], group: Group, follows_keyword: bool) -> None:
    last = siblings[-1] if siblings else None
    if follows_keyword and isinstance(last, Word) and not last.quote:
        siblings[-1] = Parameter(last, group)
    else:
        siblings.append(group)
