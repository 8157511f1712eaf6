"""JCL card images to statements: fields, continuation, comments and in-stream data.

z/OS MVS JCL Reference, chapters "Format of statements" and "Continuing statements": columns 1-71 count, a
parameter field that ends in a comma goes on in columns 4-16 of the next ``//`` card, an apostrophe still open
at column 71 goes on in column 16, and columns 73-80 are a sequence field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from zoslab.jes.errors import Finding, JclError

OPERATIONS = frozenset(
    [
        "JOB",
        "EXEC",
        "DD",
        "PROC",
        "PEND",
        "SET",
        "JCLLIB",
        "INCLUDE",
        "IF",
        "ELSE",
        "ENDIF",
        "OUTPUT",
        "CNTL",
        "ENDCNTL",
        "COMMAND",
        "XMIT",
        "EXPORT",
    ]
)
_NAME = re.compile(r"[A-Z@#$][A-Z0-9@#$]{0,7}(\.[A-Z@#$][A-Z0-9@#$]{0,7}){0,2}")


@dataclass(frozen=True)
class Statement:
    """One JCL statement, its continuation cards joined.

    :param operands: the parameter field without comments; of an IF statement everything up to THEN.
    :param data: the in-stream records that follow a ``DD *`` or ``DD DATA``.
    :param source: the two characters JESJCL prints for ``//``: ``XX`` for a procedure, ``X/`` for what was overridden.
    """

    name: str
    operation: str
    operands: str
    number: int = 0
    cards: tuple[str, ...] = ()
    data: tuple[str, ...] | None = None
    source: str = "//"

    def error(self, message: str) -> JclError:
        return JclError(Finding(self.number, message))


@dataclass(frozen=True)
class Comment:
    """A ``//*`` card between statements: kept only for the listing."""

    card: str


JOBPARM = re.compile(r"/\*JOBPARM +RESTART=([YN])( .*)?")
"""The one parameter of this JES2 control statement that is supported: whether a warm start queues a job again that was
executing. Source: z/OS MVS JCL Reference, /*JOBPARM."""


def restarts(text: str) -> bool:
    """Whether a job asks to be executed again from its beginning when the system failed while it executed."""
    found = [match[1] for card in text.splitlines() if (match := JOBPARM.fullmatch(card.rstrip()))]
    return found[-1:] == ["Y"]


def read(text: str) -> list[Statement]:
    """Return the statements of one job or one library member.

    :raises JclError: naming the statement, for a card that fits no rule.
    """
    return list(_Reader(text.splitlines()).statements())


class _Reader:
    def __init__(self, cards: Iterable[str]) -> None:
        self.cards = [card.rstrip() for card in cards]
        self.at = 0
        self.number = 0

    def statements(self) -> Iterator[Statement]:
        while self.at < len(self.cards):
            card = self.cards[self.at]
            if card == "//":
                return
            if card.startswith("//*") or card in ("/*", "") or JOBPARM.fullmatch(card):
                self.at += 1
            elif card.startswith("//"):
                yield self._with_data(self._statement())
            elif card.startswith("/*"):
                self.number += 1
                raise JclError(Finding(self.number, f"IEFC605I UNIDENTIFIED OPERATION FIELD {card.split()[0]}"))
            else:
                self.number += 1
                generated = "//SYSIN    DD *                          GENERATED STATEMENT"
                yield self._with_data(Statement("SYSIN", "DD", "*", self.number, (generated,)))

    def _statement(self) -> Statement:
        self.number += 1
        first = self.cards[self.at]
        self.at += 1
        name, operation, rest = _fields(first, self.number)
        statement = Statement(name, operation, "", self.number, (first,))
        if operation == "IF":
            return self._condition(statement, rest)
        if operation in ("ELSE", "ENDIF", "PEND"):
            return statement
        operands, cards = self._operands(statement, rest, first)
        return replace(statement, operands=operands, cards=cards)

    def _operands(self, statement: Statement, rest: str, first: str) -> tuple[str, tuple[str, ...]]:
        """Join the parameter field over its cards; comments end each card's part."""
        cards = [first]
        operands, quoted = _parameter_field(rest, False)
        while quoted or operands.endswith(","):
            card = self._continuation(statement)
            cards.append(card)
            if quoted:
                if card[2:15].strip():
                    raise statement.error("IEFC624I INCORRECT USE OF AN APOSTROPHE: THE TEXT GOES ON IN COLUMN 16")
                part, quoted = _parameter_field(card[15:71].ljust(56), True)
            else:
                body = card[2:71].ljust(69)
                if len(body) - len(body.lstrip()) > 13:
                    raise statement.error("IEFC621I EXPECTED CONTINUATION NOT RECEIVED")
                part, quoted = _parameter_field(body.lstrip(), False)
            operands += part
        return operands, tuple(cards) + self._comment_cards(cards[-1])

    def _comment_cards(self, last: str) -> tuple[str, ...]:
        """A character in column 72 of a complete statement says that its comment goes on."""
        cards: list[str] = []
        while len(last) > 71 and last[71] != " " and self.at < len(self.cards):
            last = self.cards[self.at]
            if not re.match(r"//(\s|$)", last):
                break
            cards.append(last)
            self.at += 1
        return tuple(cards)

    def _continuation(self, statement: Statement) -> str:
        while self.at < len(self.cards) and self.cards[self.at].startswith("//*"):
            self.at += 1
        card = self.cards[self.at] if self.at < len(self.cards) else ""
        if not card.startswith("// ") or not card[2:71].strip():
            raise statement.error("IEFC621I EXPECTED CONTINUATION NOT RECEIVED")
        self.at += 1
        return card

    def _condition(self, statement: Statement, rest: str) -> Statement:
        """An IF statement goes on without commas until its THEN."""
        cards = list(statement.cards)
        while (found := re.fullmatch(r"(.*?)\bTHEN(\s.*)?", rest)) is None:
            card = self._continuation(statement)
            cards.append(card)
            rest = f"{rest.rstrip()} {card[2:71].strip()}"
        return replace(statement, operands=found.group(1).strip(), cards=tuple(cards))

    def _with_data(self, statement: Statement) -> Statement:
        found = re.match(r"(\*|DATA)(,|$)", statement.operands)
        if statement.operation != "DD" or found is None:
            return statement
        given = re.search(r",DLM=('[^']+'|[^,]+)", statement.operands)
        delimiter = given.group(1).strip("'").replace("&&", "&") if given else "/*"
        ends_at_jcl = found.group(1) == "*" and given is None
        data: list[str] = []
        while self.at < len(self.cards):
            card = self.cards[self.at]
            if ends_at_jcl and card.startswith("//"):
                break
            self.at += 1
            if card.startswith(delimiter):
                break
            data.append(card)
        return replace(statement, data=tuple(data))


def _fields(card: str, number: int) -> tuple[str, str, str]:
    """Split a card into name, operation and what follows.

    :raises JclError: IEFC605I for an unknown operation, IEFC662I for a name that breaks the rules for names.
    """
    body = card[2:71].ljust(69)
    parts = body.split(None, 1 if body.startswith(" ") else 2)
    name = "" if body.startswith(" ") else parts.pop(0)
    if not parts or parts[0] not in OPERATIONS:
        found = parts[0] if parts else name
        raise JclError(Finding(number, f"IEFC605I UNIDENTIFIED OPERATION FIELD {found}"))
    if name and not _NAME.fullmatch(name):
        raise JclError(Finding(number, f"IEFC662I INVALID LABEL {name}"))
    operation = parts.pop(0)
    rest = body[body.index(operation, len(name)) + len(operation) :]
    return name, operation, rest.lstrip() if rest.strip() else ""


def _parameter_field(text: str, quoted: bool) -> tuple[str, bool]:
    """Return the text up to the first blank outside apostrophes, and whether an apostrophe is still open."""
    for position, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif character == " " and not quoted:
            return text[:position], False
    return text, quoted
