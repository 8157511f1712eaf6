"""ADRDSSU: COPY FULL, COPY DATASET, CGCREATED, PARALLEL, SERIAL. z/OS DFSMSdss Storage Administration, SC23-6868.

All statements of SYSIN are read first; if one of them is wrong no task is started. Tasks run one after the other,
in PARALLEL mode too, which on z/OS leaves their order open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zoslab.catalog.errors import CatalogError
from zoslab.dasd.errors import DasdError
from zoslab.datasets import DataSetNotFound
from zoslab.programs.adrdssu.cgcreated import cgcreated
from zoslab.programs.adrdssu.copy_dataset import copy_dataset
from zoslab.programs.adrdssu.copy_full import copy_full
from zoslab.programs.adrdssu.grammar import COMMANDS
from zoslab.programs.adrdssu.messages import Messages, Refused, Task
from zoslab.programs.registry import program
from zoslab.programs.statements import Statement, StatementFault, UnknownCommand, parse

if TYPE_CHECKING:
    from zoslab.jes.step import Step

SYNTAX_ERROR, FAILED = 12, 8
Function = Callable[["Step", Statement, Task], None]


@program("ADRDSSU")
def adrdssu(step: Step) -> int:
    """Run the tasks of SYSIN; a task that fails does not keep the next ones from running."""
    messages = Messages(step.print("SYSPRINT"), step.system.clock)
    messages.heading()
    tasks, wrong = _scan(step, messages)
    codes: dict[int, int] = {}
    if not wrong:
        for number, statement in tasks:
            step.check()
            codes[number] = _run(step, statement, Task(messages, number))
    return messages.close(codes, SYNTAX_ERROR if wrong else 0)


def _scan(step: Step, messages: Messages) -> tuple[list[tuple[int, Statement]], bool]:
    """Read SYSIN; return the tasks with their numbers, and whether a statement is wrong."""
    tasks: list[tuple[int, Statement]] = []
    wrong = False
    number = 0
    for statement in parse(step.dd("SYSIN").records(), COMMANDS):
        messages.statement(statement.lines)
        if isinstance(statement, Statement) and statement.verb in ("PARALLEL", "SERIAL"):
            messages.say("ADR014I", "(SCH)-DSSU (02)", f"{messages.now()} ALL PREVIOUSLY SCHEDULED TASKS COMPLETED. "
                         f"{statement.verb} MODE NOW IN EFFECT")  # fmt: skip
            continue
        number += 1
        verb = statement.verb if statement.verb else "?"
        messages.say("ADR101I", "(R/I)-RI01 (01)", f"TASKID {number:03d} HAS BEEN ASSIGNED TO COMMAND '{verb[:8]:<5}'")
        if isinstance(statement, StatementFault):
            wrong = True
            _fault(statement, messages)
        else:
            tasks.append((number, statement))
    if not number:
        wrong = True
        messages.say("ADR005T", "(SCH)-DSSU (01)", "NO SYSIN FILE")
    scanned = f"{messages.now()} INITIAL SCAN OF USER CONTROL STATEMENTS COMPLETED"
    messages.say("ADR109I", "(R/I)-RI01 (01)", scanned)
    return tasks, wrong


def _fault(fault: StatementFault, messages: Messages) -> None:
    if isinstance(fault, UnknownCommand):
        messages.say("ADR102E", "(R/I)-RI01 (01)", f"INVALID OPERATOR, CMND = {fault.keyword}")
    else:
        messages.say("ADR129E", "(R/I)-RI01 (01)", f"KEYWORD '{fault.keyword}' IS IMPROPER: {fault}".upper())
    messages.say("ADR017E", "(R/I)-RI01 (01)", f"{messages.now()} TASK NOT SCHEDULED DUE TO ERROR. "
                 f"TASK RETURN CODE {SYNTAX_ERROR:04d}")  # fmt: skip


def _run(step: Step, statement: Statement, task: Task) -> int:
    function: Function = cgcreated
    if statement.verb == "COPY":
        function = copy_full if statement.has("FULL") else copy_dataset
    task.begins()
    try:
        function(step, statement, task)
    except Refused as refusal:
        task.say(refusal.message, "DTDSC(01)", refusal.text, refusal.code)
    except (DasdError, CatalogError, DataSetNotFound) as error:
        task.say("ADR309E", "DTDSC(02)", f"TASK ENDS: {error}".upper(), FAILED)
    task.ends()
    return task.code
