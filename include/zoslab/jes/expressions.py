"""Relational expressions of the IF statement. z/OS MVS JCL Reference, "IF/THEN/ELSE/ENDIF statement construct"."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias


class StepOutcome(Protocol):
    """What the expressions see of a step that was reached."""

    name: str
    procstep: str
    executed: bool
    code: int | None
    abend: str | None


@dataclass(frozen=True)
class Relation:
    """``subject operator value``; subject is RC, ABEND, ABENDCC or RUN, ``step`` empty for the whole job."""

    subject: str
    step: str
    procstep: str
    operator: str
    value: str


@dataclass(frozen=True)
class Logical:
    """AND or OR of two expressions."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Negation:
    """NOT in front of an expression."""

    operand: Expression


Expression: TypeAlias = Relation | Logical | Negation

COMPARE: dict[str, Callable[[int, int], bool]] = {
    "GT": operator.gt,
    "LT": operator.lt,
    "GE": operator.ge,
    "LE": operator.le,
    "EQ": operator.eq,
    "NE": operator.ne,
}
_SYMBOLS = {">=": "GE", "<=": "LE", "¬=": "NE", "^=": "NE", "<>": "NE", ">": "GT", "<": "LT", "=": "EQ"}
_SYMBOLS |= {"¬>": "LE", "^>": "LE", "¬<": "GE", "^<": "GE", "NG": "LE", "NL": "GE"}
_TOKEN = re.compile(r"\s*(>=|<=|[¬^][=<>]|<>|[><=&|¬^()]|[A-Z@#$0-9.]+)")
_VALUES = {
    "RC": r"\d{1,4}",
    "ABEND": r"TRUE|FALSE",
    "RUN": r"TRUE|FALSE",
    "ABENDCC": r"S[0-9A-F]{3}|U\d{4}",
}


class ExpressionError(ValueError):
    """The text of an IF statement is not a relational expression."""


def parse(text: str) -> Expression:
    """Parse the text between IF and THEN.

    :raises ExpressionError: with the part that fits no rule.
    """
    tokens = _tokens(text)
    parser = _Parser(tokens)
    expression = parser.disjunction()
    if parser.at != len(tokens):
        raise ExpressionError(f"{tokens[parser.at]} is not expected here")
    return expression


def evaluate(expression: Expression, steps: Sequence[StepOutcome]) -> bool:
    """Return whether the expression holds after ``steps``, the steps reached so far, in order."""
    if isinstance(expression, Negation):
        return not evaluate(expression.operand, steps)
    if isinstance(expression, Logical):
        left = evaluate(expression.left, steps)
        if expression.operator == "AND":
            return left and evaluate(expression.right, steps)
        return left or evaluate(expression.right, steps)
    return _relation(expression, steps)


def tests_abend(expression: Expression) -> bool:
    """Whether the expression looks at abends: only then can its steps run after one."""
    if isinstance(expression, Negation):
        return tests_abend(expression.operand)
    if isinstance(expression, Logical):
        return tests_abend(expression.left) or tests_abend(expression.right)
    return expression.subject in ("ABEND", "ABENDCC")


def steps_named(expression: Expression) -> list[tuple[str, str]]:
    """Return the (step, procstep) pairs that an expression refers to."""
    if isinstance(expression, Negation):
        return steps_named(expression.operand)
    if isinstance(expression, Logical):
        return steps_named(expression.left) + steps_named(expression.right)
    return [(expression.step, expression.procstep)] if expression.step else []


def _relation(test: Relation, steps: Sequence[StepOutcome]) -> bool:
    chosen = [step for step in steps if not test.step or (step.name, step.procstep) == (test.step, test.procstep)]
    executed = [step for step in chosen if step.executed]
    if test.subject == "RUN":
        return COMPARE[test.operator](bool(executed), test.value == "TRUE")
    abends = [step.abend for step in executed if step.abend]
    if test.step and not executed:
        return False
    if test.subject == "ABEND":
        return COMPARE[test.operator](bool(abends), test.value == "TRUE")
    if test.subject == "ABENDCC":
        return bool(abends) and (abends[-1] == test.value) == (test.operator == "EQ")
    codes = [step.code for step in executed if step.code is not None]
    if test.step and not codes:
        return False
    return COMPARE[test.operator](max(codes, default=0), int(test.value))


def _tokens(text: str) -> list[str]:
    tokens, at, text = [], 0, text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ExpressionError(f"{text[at:].strip()} is not understood")
        tokens.append(found.group(1))
        at = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    def _take(self, *wanted: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] in wanted:
            self.at += 1
            return True
        return False

    def _next(self) -> str:
        if self.at >= len(self.tokens):
            raise ExpressionError("the expression ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def disjunction(self) -> Expression:
        left = self._conjunction()
        while self._take("|", "OR"):
            left = Logical("OR", left, self._conjunction())
        return left

    def _conjunction(self) -> Expression:
        left = self._operand()
        while self._take("&", "AND"):
            left = Logical("AND", left, self._operand())
        return left

    def _operand(self) -> Expression:
        if self._take("¬", "^", "NOT"):
            return Negation(self._operand())
        if self._take("("):
            inner = self.disjunction()
            if not self._take(")"):
                raise ExpressionError("a right parenthesis is missing")
            return inner
        return self._relation()

    def _relation(self) -> Relation:
        *steps, subject = self._next().split(".")
        if subject not in _VALUES or len(steps) > 2:
            raise ExpressionError(f"{subject} is not RC, ABEND, ABENDCC or RUN")
        symbol = self.tokens[self.at] if self.at < len(self.tokens) else ""
        comparison = _SYMBOLS.get(symbol, symbol)
        if comparison in COMPARE:
            self.at += 1
            value = self._next()
        elif subject in ("ABEND", "RUN"):
            comparison, value = "EQ", "TRUE"
        else:
            raise ExpressionError(f"{subject} needs a comparison")
        if not re.fullmatch(_VALUES[subject], value) or (subject != "RC" and comparison not in ("EQ", "NE")):
            raise ExpressionError(f"{subject} cannot be compared with {value}")
        name, procstep = [*steps, "", ""][:2]
        return Relation(subject, name, procstep, comparison, value)
