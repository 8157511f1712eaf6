"""COND of JOB and EXEC statements, and whether a step runs. z/OS MVS JCL Reference, "COND parameter"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zoslab.jes import expressions
from zoslab.jes.expressions import COMPARE, StepOutcome
from zoslab.jes.model import CodeTest, Condition, StepDefinition
from zoslab.jes.operands import Value, invalid, joined, words
from zoslab.jes.statements import Statement


def condition(statement: Statement, value: Value) -> Condition:
    """Parse COND of an EXEC statement.

    :raises JclError: IEFC629I for what is neither a test, EVEN nor ONLY.
    """
    tests: list[CodeTest] = []
    flags: set[str] = set()
    for part in _parts(value):
        if part in ("EVEN", "ONLY"):
            flags.add(str(part))
        elif part:
            tests.append(_test(statement, part))
    if len(tests) > 8 or len(flags) > 1:
        raise invalid(statement, "COND", joined(value))
    return Condition(tuple(tests), "EVEN" in flags, "ONLY" in flags)


def job_tests(statement: Statement, value: Value) -> tuple[CodeTest, ...]:
    """Parse COND of a JOB statement: tests without step names."""
    found = condition(statement, value)
    if found.even or found.only or any(test.step for test in found.tests):
        raise invalid(statement, "COND", joined(value))
    return found.tests


def _parts(value: Value) -> Iterable[Value]:
    """COND=(4,LT), COND=EVEN, COND=((4,LT),(8,EQ,STEP1),EVEN)."""
    if isinstance(value, str):
        return [value]
    return [value] if value and isinstance(value[0], str) and value[0].isdigit() else value


def _test(statement: Statement, part: Value) -> CodeTest:
    code, comparison, step = [*words(part), "", "", ""][:3]
    name, _, procstep = step.partition(".")
    if not code.isdigit() or int(code) > 4095 or comparison not in COMPARE or len(words(part)) > 3:
        raise invalid(statement, "COND", joined(part))
    return CodeTest(int(code), comparison, name, procstep)


def any_true(tests: Iterable[CodeTest], steps: Sequence[StepOutcome]) -> bool:
    """Whether a test bypasses: ``(4,LT)`` is true if 4 is less than the code of any step that ran."""
    return any(COMPARE[test.operator](test.code, code) for test in tests for code in _codes(test, steps))


def _codes(test: CodeTest, steps: Sequence[StepOutcome]) -> list[int]:
    return [
        step.code
        for step in steps
        if step.executed
        and step.code is not None
        and (not test.step or (step.name, step.procstep) == (test.step, test.procstep))
    ]


def bypassed(step: StepDefinition, steps: Sequence[StepOutcome]) -> str:
    """Return the message that says why a step does not run, or an empty string if it runs."""
    abended = any(outcome.abend for outcome in steps)
    for branch in step.branches:
        if expressions.evaluate(branch.expression, steps) != branch.taken:
            return f"STEP WAS NOT RUN BECAUSE OF CONDITIONAL EXPRESSION ON STATEMENT {branch.number}"
    if abended and not _runs_after_abend(step):
        return "STEP WAS NOT EXECUTED"
    if step.condition.only and not abended:
        return "STEP WAS NOT RUN BECAUSE OF CONDITION CODES"
    if any_true(step.condition.tests, steps):
        return "STEP WAS NOT RUN BECAUSE OF CONDITION CODES"
    return ""


def _runs_after_abend(step: StepDefinition) -> bool:
    if step.condition.even or step.condition.only:
        return True
    return any(expressions.tests_abend(branch.expression) for branch in step.branches)
