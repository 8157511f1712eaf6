"""COND, and the relational expressions of IF."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoslab.jes.conditions import any_true, bypassed
from zoslab.jes.expressions import COMPARE, ExpressionError, evaluate, parse
from zoslab.jes.job import StepResult
from zoslab.jes.model import Branch, CodeTest, Condition, StepDefinition


def ran(name: str, code: int | None = 0, abend: str | None = None, procstep: str = "") -> StepResult:
    return StepResult(name, procstep, "X", code=None if abend else code, abend=abend, executed=True)


def flushed(name: str) -> StepResult:
    return StepResult(name, "", "X", completion="FLUSH")


STEPS = [ran("A", 4), ran("B", 8, procstep="P"), flushed("C")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RC = 8", True),
        ("RC > 8", False),
        ("A.RC LE 4", True),
        ("B.P.RC EQ 8", True),
        ("B.RC EQ 8", False),
        ("C.RC = 0", False),
        ("C.RUN", False),
        ("¬C.RUN", True),
        ("A.RUN = TRUE", True),
        ("ABEND", False),
        ("NOT ABEND AND RC < 12", True),
        ("(RC > 4 & RC < 8) | A.RC = 4", True),
        ("ABEND | (A.RC = 4 & ¬(B.P.RC = 8))", False),
        ("RC ¬= 8", False),
    ],
)
def test_expressions_on_codes(text: str, expected: bool) -> None:
    assert evaluate(parse(text), STEPS) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ABEND", True), ("B.ABEND", True), ("A.ABEND", False), ("ABENDCC = S806", True), ("ABENDCC = U0778", False)],
)
def test_expressions_on_abends(text: str, expected: bool) -> None:
    assert evaluate(parse(text), [ran("A"), ran("B", abend="S806")]) is expected


@pytest.mark.parametrize(
    "text", ["", "RC", "RC >", "RC = X", "A.B.C.RC = 1", "(RC = 1", "RC = 1 RC = 2", "FOO = 1", "ABENDCC > S0C4"]
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


@given(st.sampled_from(sorted(COMPARE)), st.integers(0, 4095), st.integers(0, 4095))
def test_cond_bypasses_when_the_coded_number_compares_with_the_return_code(
    operator: str, coded: int, code: int
) -> None:
    assert any_true([CodeTest(coded, operator)], [ran("A", code)]) is COMPARE[operator](coded, code)


def step(condition: Condition | None = None, branches: tuple[Branch, ...] = ()) -> StepDefinition:
    return StepDefinition("S", "", "X", 1, condition=condition or Condition(), branches=branches)


def test_after_an_abend_only_even_and_only_run() -> None:
    abended = [ran("A", abend="S0C4")]
    assert bypassed(step(), abended) == "STEP WAS NOT EXECUTED"
    assert bypassed(step(Condition(even=True)), abended) == ""
    assert bypassed(step(Condition(only=True)), abended) == ""
    assert bypassed(step(Condition(only=True)), [ran("A")]) != ""


def test_even_with_a_test_is_bypassed_by_the_test() -> None:
    condition = Condition((CodeTest(4, "LT", "A"),), even=True)
    assert bypassed(step(condition), [ran("A", 8), ran("B", abend="S222")]) != ""


def test_a_step_under_if_abend_runs_after_an_abend_and_its_else_does_not() -> None:
    abended = [ran("A", abend="U0778")]
    expression = parse("ABEND")
    assert bypassed(step(branches=(Branch(3, expression, True),)), abended) == ""
    assert "STATEMENT 3" in bypassed(step(branches=(Branch(3, expression, False),)), abended)
    assert bypassed(step(branches=(Branch(3, parse("RC = 0"), True),)), abended) == "STEP WAS NOT EXECUTED"
