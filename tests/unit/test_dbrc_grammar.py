"""Over the whole table of commands: each documented operand is understood, a wrong one is refused."""

from collections.abc import Iterator

import pytest

from zoslab.ims.dbrc.grammar import GRAMMAR
from zoslab.programs.statements import Command, Keyword, Statement, StatementFault, parse

SAMPLES = (
    "1", "'2026.324 12:00:00.000000 +00:00'", "ACCT", "A.B", "RECON1", "16.1", "15.1", "00.001", "C9D4E2D7" * 4,
    "UTC", "LOCORG", "V00001", "3390", "(ACCT,ACCTDD)", "4096", "+8", "'TEXT'",
)  # fmt: skip


def written(operand: Keyword, sample: str) -> str:
    return f"{operand.name}({','.join([sample] * max(1, operand.least))})" if operand.most != 0 else operand.name


def understood(text: str) -> Statement | StatementFault:
    lines = [" " + text]
    return next(iter(parse(lines, type(GRAMMAR)(*GRAMMAR.commands.values(), margins=(1, 500)))))


def fitting(operand: Keyword) -> str:
    """Return the operand with a value that its table allows."""
    if operand.choices:
        return f"{operand.name}({operand.choices[0]})"
    probe = Command("PROBE", operand)
    for sample in SAMPLES:
        text = written(operand, sample)
        if isinstance(next(iter(parse([f" PROBE {text}"], type(GRAMMAR)(probe, margins=(1, 500))))), Statement):
            return text
    raise AssertionError(f"no sample fits {operand.name}")


def rest(command: Command, without: str) -> Iterator[str]:
    """Yield what else a command needs when one operand is given."""
    given = {without}
    for operand in command.operands:
        if operand.required and operand.name not in given:
            given.add(operand.name)
            yield fitting(operand)
    for names in command.one_of:
        if not given & set(names):
            free = next(n for n in names if not any(n in s and given & set(s) - {n} for s in command.exclusive))
            given.add(free)
            yield fitting(next(operand for operand in command.operands if operand.name == free))


OPERANDS = [(verb, operand) for verb, command in GRAMMAR.commands.items() for operand in command.operands]
IDS = [f"{verb} {operand.name}" for verb, operand in OPERANDS]


@pytest.mark.parametrize(("verb", "operand"), OPERANDS, ids=IDS)
def test_each_operand_of_each_command_is_understood(verb: str, operand: Keyword):
    command = GRAMMAR.commands[verb]
    statement = understood(" ".join([verb, fitting(operand), *rest(command, operand.name)]))
    assert isinstance(statement, Statement), statement
    assert statement.has(operand.name)


@pytest.mark.parametrize(("verb", "operand"), OPERANDS, ids=IDS)
def test_each_operand_with_a_wrong_value_is_refused(verb: str, operand: Keyword):
    command = GRAMMAR.commands[verb]
    wrong = f"{operand.name}(X)" if operand.most == 0 else f"{operand.name}({'?' * 300})"
    assert isinstance(understood(" ".join([verb, wrong, *rest(command, operand.name)])), StatementFault)
    assert isinstance(understood(f"{verb} {fitting(operand)} {fitting(operand)}"), StatementFault)


@pytest.mark.parametrize(
    ("verb", "names"),
    [(verb, names) for verb, command in GRAMMAR.commands.items() for names in command.exclusive if len(names) > 1],
)
def test_operands_that_exclude_each_other_are_refused(verb: str, names: tuple[str, ...]):
    operands = {operand.name: operand for operand in GRAMMAR.commands[verb].operands}
    assert isinstance(understood(" ".join([verb, *(fitting(operands[n]) for n in names[:2])])), StatementFault)


def test_the_table_holds_the_commands_of_the_reference():
    wanted = (
        "INIT.RECON CHANGE.RECON INIT.DB CHANGE.DB DELETE.DB INIT.PART CHANGE.PART DELETE.PART INIT.DBDS CHANGE.DBDS "
        "DELETE.DBDS INIT.IC CHANGE.IC NOTIFY.IC NOTIFY.UIC NOTIFY.REORG NOTIFY.RECOV NOTIFY.ALLOC NOTIFY.PRILOG "
        "CHANGE.PRILOG CHANGE.SUBSYS DELETE.SUBSYS DELETE.LOG INIT.CAGRP INIT.DBDSGRP LIST.RECON LIST.DB LIST.DBDS "
        "LIST.LOG LIST.SUBSYS LIST.BKOUT LIST.CAGRP LIST.DBDSGRP LIST.HISTORY GENJCL.ARCHIVE GENJCL.CA GENJCL.CLOSE "
        "GENJCL.IC GENJCL.OIC GENJCL.RECEIVE GENJCL.RECOV GENJCL.USER"
    )
    assert set(wanted.split()) <= set(GRAMMAR.commands)
