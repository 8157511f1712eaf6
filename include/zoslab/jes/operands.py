"""The parameter field of a statement: positional and keyword parameters, sublists, apostrophes and symbols.

z/OS MVS JCL Reference, "Parameter field" and "Using system symbols and JCL symbols".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from zoslab.jes.errors import JclError
from zoslab.jes.statements import Statement

Value: TypeAlias = str | tuple["Value", ...]

_KEYWORD = re.compile(r"([A-Z@#$*][A-Z0-9@#$]*(?:\.[A-Z@#$][A-Z0-9@#$]*)?)=")
_SYMBOL = re.compile(r"&&|&([A-Z@#$][A-Z0-9@#$]{0,7})(\.?)")


@dataclass(frozen=True)
class Parameter:
    """``keyword`` is empty for a positional parameter. ``value`` is a word or, for a list in parentheses, a tuple."""

    keyword: str
    value: Value


def substitute(text: str, symbols: Mapping[str, str]) -> str:
    """Replace ``&NAME`` and ``&NAME.``; ``&&`` and names without a value stay as they are."""

    def replacement(found: re.Match[str]) -> str:
        name = found.group(1)
        return symbols[name] if name in symbols else found.group(0)

    return _SYMBOL.sub(replacement, text)


def parameters(statement: Statement) -> list[Parameter]:
    """Parse the parameter field.

    :raises JclError: IEFC622I for parentheses, IEFC624I for apostrophes, IEFC623I for characters that mean nothing.
    """
    return list(_Parser(statement).parse()) if statement.operands else []


def words(value: Value) -> list[str]:
    """Return the words of a value, whether it was written as a list or not."""
    return [value] if isinstance(value, str) else [word for part in value for word in words(part)]


def joined(value: Value) -> str:
    """Return a value as the program sees it: sublists keep their parentheses, the outermost pair goes."""
    if isinstance(value, str):
        return value
    return ",".join(part if isinstance(part, str) else f"({joined(part)})" for part in value)


class _Parser:
    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.text = statement.operands
        self.at = 0

    def parse(self) -> Iterator[Parameter]:
        while True:
            yield self._parameter()
            if self.at >= len(self.text):
                return
            if self.text[self.at] != ",":
                raise self.statement.error(
                    f"IEFC622I UNBALANCED PARENTHESIS ON THE {self.statement.operation} STATEMENT"
                )
            self.at += 1

    def _parameter(self) -> Parameter:
        found = _KEYWORD.match(self.text, self.at)
        if found is None:
            return Parameter("", self._value())
        self.at = found.end()
        return Parameter(found.group(1), self._value())

    def _value(self) -> Value:
        if self.text[self.at : self.at + 1] == "(":
            return self._sublist()
        return self._word()

    def _sublist(self) -> Value:
        self.at += 1
        parts = [self._value()]
        while self.text[self.at : self.at + 1] == ",":
            self.at += 1
            parts.append(self._value())
        if self.text[self.at : self.at + 1] != ")":
            raise self.statement.error(f"IEFC622I UNBALANCED PARENTHESIS ON THE {self.statement.operation} STATEMENT")
        self.at += 1
        return tuple(parts)

    def _word(self) -> str:
        """A word ends at a comma or parenthesis outside apostrophes and outside its own parentheses."""
        out, depth = "", 0
        while self.at < len(self.text):
            character = self.text[self.at]
            if character == "'":
                out += self._quoted()
                continue
            if depth == 0 and character in ",)":
                break
            depth += {"(": 1, ")": -1}.get(character, 0)
            out += character
            self.at += 1
        if depth:
            raise self.statement.error(f"IEFC622I UNBALANCED PARENTHESIS ON THE {self.statement.operation} STATEMENT")
        return out

    def _quoted(self) -> str:
        out = ""
        self.at += 1
        while self.at < len(self.text):
            character = self.text[self.at]
            if character != "'":
                out += character
                self.at += 1
            elif self.text[self.at : self.at + 2] == "''":
                out += "'"
                self.at += 2
            else:
                self.at += 1
                return out.replace("&&", "&")
        raise self.statement.error(
            f"IEFC624I INCORRECT USE OF AN APOSTROPHE ON THE {self.statement.operation} STATEMENT"
        )


def one_word(statement: Statement, parameter: Parameter) -> str:
    """Return the value of a keyword that takes one word.

    :raises JclError: a list was given.
    """
    if isinstance(parameter.value, tuple):
        if len(parameter.value) == 1 and isinstance(parameter.value[0], str):
            return parameter.value[0]
        raise unidentified(statement, parameter)
    return parameter.value


def unidentified(statement: Statement, parameter: Parameter) -> JclError:
    """IEFC630I for a keyword nobody knows, IEFC640I for a positional parameter too many."""
    if parameter.keyword:
        return statement.error(
            f"IEFC630I UNIDENTIFIED KEYWORD {parameter.keyword} ON THE {statement.operation} STATEMENT"
        )
    return statement.error(
        f"IEFC640I EXCESSIVE NUMBER OF POSITIONAL PARAMETERS ON THE {statement.operation} STATEMENT: "
        f"{joined(parameter.value)}"
    )


def invalid(statement: Statement, keyword: str, value: object) -> JclError:
    """A keyword the system knows with a value it does not take."""
    return statement.error(
        f"IEFC629I INCORRECT USE OF {value} IN THE {keyword} FIELD ON THE {statement.operation} STATEMENT"
    )
