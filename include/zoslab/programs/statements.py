"""The grammar of control statements as data: commands, keywords, abbreviations, values.

A utility writes its chapter as a table and reads its input through it::

    COMMANDS = Grammar(
        Command("REFORMAT", value("UNIT", required=True), value("VERIFY", most=2), value("VOLID"), flag("PURGE", "PRG"),
                exclusive=[("VERIFY", "NOVERIFY")]),
        margins=(2, 72),
    )
    for statement in parse(dd.records(), COMMANDS):
        if isinstance(statement, StatementFault): print its message, RC 12
        volid = statement.text("VOLID")

What the grammar does not know is never skipped: it comes back as a `StatementFault` with the keyword, line and column.
How records become words: `zoslab.programs.statement_source`. The tables: `zoslab.programs.statement_grammar`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from zoslab.programs.statement_grammar import Command, Grammar, Keyword, flag, nested, value, values
from zoslab.programs.statement_source import (
    Group,
    Node,
    Parameter,
    Source,
    StatementFault,
    UnbalancedText,
    Word,
    nodes,
    sources,
)

__all__ = [
    "BadValue",
    "Command",
    "ConflictingKeywords",
    "Grammar",
    "Group",
    "Keyword",
    "MissingKeyword",
    "Node",
    "Operands",
    "Parameter",
    "RepeatedKeyword",
    "Statement",
    "StatementFault",
    "UnbalancedText",
    "UnknownCommand",
    "UnknownKeyword",
    "Word",
    "flag",
    "nested",
    "parse",
    "value",
    "values",
]


class UnknownCommand(StatementFault):
    """The first word is no command of the utility."""


class UnknownKeyword(StatementFault):
    """A word that the command does not know, or a positional value too many."""


class RepeatedKeyword(StatementFault):
    """The keyword stands twice in one statement."""


class MissingKeyword(StatementFault):
    """A required keyword or positional value is not there."""


class ConflictingKeywords(StatementFault):
    """Keywords that exclude each other stand in one statement."""


class BadValue(StatementFault):
    """A keyword's value is missing, too long, not in the list of values, or not wanted."""


@dataclass(frozen=True)
class Operands:
    """What was given: positional values, and the values of each keyword by its full name."""

    positional: tuple[Node, ...] = ()
    keywords: Mapping[str, tuple[Node, ...]] = field(default_factory=dict)
    inner: Mapping[str, Operands] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Say whether the keyword was given."""
        return name in self.keywords

    def text(self, name: str, default: str = "") -> str:
        """Return the keyword's first value."""
        return _text(self.keywords[name][0]) if self.keywords.get(name) else default

    def number(self, name: str, default: int = 0) -> int:
        """Return the keyword's first value as a decimal number (the grammar's pattern must allow digits only)."""
        return int(self.text(name)) if self.keywords.get(name) else default

    def texts(self, name: str) -> tuple[str, ...]:
        """Return all values of the keyword, groups written out."""
        return tuple(_text(node) for node in self.keywords.get(name, ()))

    def groups(self, name: str) -> list[tuple[str, ...]]:
        """Return ``((A,B),(C,D))`` as [(A, B), (C, D)]; a value that is no group counts as a group of one."""
        return [
            tuple(map(_text, node.nodes)) if isinstance(node, Group) else (_text(node),)
            for node in self.keywords.get(name, ())
        ]

    def nested(self, name: str) -> Operands:
        """Return the operands inside a nested keyword; empty if it was not given."""
        return self.inner.get(name, Operands())


@dataclass(frozen=True)
class Statement(Operands):
    """One understood statement; ``lines`` are its input records as they were, ``line`` the number of the first."""

    verb: str = ""
    line: int = 0
    lines: tuple[str, ...] = ()


def parse(records: Iterable[str], grammar: Grammar) -> Iterator[Statement | StatementFault]:
    """Read control statements one by one; a statement that is wrong comes back as its fault, and reading goes on."""
    for source in sources(records, grammar.margins):
        verb = ""
        try:
            words = nodes(source)
            if not words:
                continue
            verb = _verb(words[0])
            yield _statement(words, source, grammar)
        except StatementFault as fault:
            fault.verb, fault.lines = verb, tuple(source.lines)
            yield fault


def _verb(first: Node) -> str:
    word = first.keyword if isinstance(first, Parameter) else first
    return word.text if isinstance(word, Word) else ""


def _statement(words: list[Node], source: Source, grammar: Grammar) -> Statement:
    verb, rest = _verb(words[0]), words[1:]
    if isinstance(words[0], Parameter):
        rest = [words[0].group, *rest]
    command = grammar.commands.get(verb)
    if command is None:
        raise _fault(UnknownCommand, f"{verb or words[0]} is not a command", words[0])
    given = understand(rest, command.operands, command.positional, words[0])
    _check_sets(command, given, words)
    line = words[0].line
    return Statement(given.positional, given.keywords, given.inner, command.verb, line, tuple(source.lines))


def understand(
    given: Iterable[Node], operands: Sequence[Keyword], positional: tuple[int, int], start: Node
) -> Operands:
    """Match ``given`` against ``operands``; ``start`` is the word that a missing operand is reported at.

    :raises StatementFault: its subclass says what does not fit.
    """
    known = {name: operand for operand in operands for name in (operand.name, *operand.abbreviations)}
    places: list[Node] = []
    keywords: dict[str, tuple[Node, ...]] = {}
    inner: dict[str, Operands] = {}
    for node in given:
        operand = known.get(_verb(node)) if len(places) >= positional[0] else None
        if operand is None:
            if len(places) >= positional[1]:
                raise _fault(UnknownKeyword, f"{_verb(node) or node} is not known here", node)
            places.append(node)
            continue
        if operand.name in keywords:
            raise _fault(RepeatedKeyword, f"{operand.name} is given twice", node)
        content = node.group.nodes if isinstance(node, Parameter) else ()
        keywords[operand.name] = content
        if operand.operands is not None:
            inner[operand.name] = understand(content, operand.operands, operand.positional, node)
        else:
            _check_values(operand, node, content)
    missing = [operand.name for operand in operands if operand.required and operand.name not in keywords]
    if missing or len(places) < positional[0]:
        what = missing[0] if missing else "a value"
        raise _fault(MissingKeyword, f"{what} is required", start, what)
    return Operands(tuple(places), keywords, inner)


def _check_values(operand: Keyword, node: Node, content: tuple[Node, ...]) -> None:
    if operand.most == 0 and isinstance(node, Parameter):
        raise _fault(BadValue, f"{operand.name} takes no value", node)
    if len(content) < operand.least:
        raise _fault(BadValue, f"{operand.name} needs a value", node)
    if operand.most is not None and len(content) > operand.most:
        raise _fault(BadValue, f"{operand.name} takes at most {operand.most} value(s)", node)
    for text in (_text(leaf) for leaf in _leaves(content)):
        if operand.choices and text not in operand.choices:
            raise _fault(BadValue, f"{operand.name}({text}) must be one of {', '.join(operand.choices)}", node)
        if operand.longest and len(text) > operand.longest:
            raise _fault(BadValue, f"{operand.name}({text}) is longer than {operand.longest}", node)
        if operand.pattern and not re.fullmatch(operand.pattern, text):
            raise _fault(BadValue, f"{operand.name}({text}) is not a valid value", node)


def _leaves(content: tuple[Node, ...]) -> Iterator[Node]:
    for node in content:
        if isinstance(node, Group):
            yield from _leaves(node.nodes)
        else:
            yield node


def _check_sets(command: Command, given: Operands, words: list[Node]) -> None:
    for names in command.exclusive + command.one_of:
        both = [name for name in names if given.has(name)]
        if len(both) > 1:
            place = next((node for node in words if _verb(node) == both[1]), words[0])
            raise _fault(ConflictingKeywords, f"{' and '.join(both)} exclude each other", place, both[1])
    for names in command.one_of:
        if not any(given.has(name) for name in names):
            raise _fault(MissingKeyword, f"one of {', '.join(names)} is required", words[0], names[0])


def _text(node: Node) -> str:
    return node.text if isinstance(node, Word) else str(node)


def _fault(kind: type[StatementFault], text: str, node: Node, keyword: str = "") -> StatementFault:
    return kind(text, keyword=keyword or _verb(node) or str(node), line=node.line, column=node.column)
