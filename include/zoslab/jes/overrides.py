"""What EXEC PROC= and the DD statements behind it change in a procedure's steps."""

from __future__ import annotations

from dataclasses import replace

from zoslab.jes import keywords
from zoslab.jes.nodes import DdNode, ExecNode
from zoslab.jes.operands import Parameter
from zoslab.jes.statements import Statement


def override_exec(statement: Statement, given: list[Parameter], steps: list[ExecNode]) -> None:
    """Carry PARM, COND and limits of EXEC PROC to the steps: PARM alone belongs to the first step."""
    for parameter in given:
        keyword, _, stepname = parameter.keyword.partition(".")
        if keyword not in keywords.EXEC | keywords.EXEC_LIMITS:
            continue
        chosen = [step for step in steps if step.procstep == stepname] if stepname else steps
        if not chosen:
            raise statement.error(
                f"IEFC632I STEP {stepname} NAMED IN {parameter.keyword} WAS NOT FOUND IN THE PROCEDURE"
            )
        for position, step in enumerate(chosen):
            if keyword == "PARM" and not stepname and position > 0:
                step.values.pop("PARM", None)
            else:
                step.values[keyword] = parameter.value


def override_dd(parts: list[DdNode], position: int, node: DdNode) -> None:
    """Merge an overriding DD statement into the part of a concatenation at ``position``, or add it."""
    if position >= len(parts):
        parts.append(node)
        return
    merged = dict(parts[position].values)
    for keyword, value in node.values.items():
        for excluded in keywords.OVERRIDDEN_BY.get(keyword, ()):
            if excluded not in node.values:
                merged.pop(excluded, None)
        if value == "" and keyword not in keywords.DD_POSITIONAL:
            merged.pop(keyword, None)
        else:
            merged[keyword] = value
    statement = node.statement if node.statement.data is not None else parts[position].statement
    parts[position] = DdNode(replace(statement, number=node.statement.number), merged)
