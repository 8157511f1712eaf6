"""The converter: a job's JCL text to a `JobDefinition`, or every error in it at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from zoslab.jes import expressions, keywords, references
from zoslab.jes.conditions import condition, job_tests
from zoslab.jes.dd import definition, resolve_ddnames
from zoslab.jes.errors import Finding, JclError
from zoslab.jes.expansion import Expander, Expansion, ProcedureLibrary
from zoslab.jes.model import Branch, DdDefinition, JobDefinition, StepDefinition
from zoslab.jes.nodes import DdNode, ExecNode
from zoslab.jes.operands import Value, invalid, joined, parameters, unidentified
from zoslab.jes.statements import Statement, read

_NAME = re.compile(r"[A-Z@#$][A-Z0-9@#$]{0,7}")


class ConversionError(JclError):
    """JCL errors together with the listing as far as it got."""

    def __init__(self, findings: tuple[Finding, ...], listing: tuple[str, ...]) -> None:
        super().__init__(*findings)
        self.listing = listing


def convert(text: str, library: ProcedureLibrary, symbols: Mapping[str, str]) -> JobDefinition:
    """Convert one job.

    :param symbols: symbols that have values from outside: SYSUID, SYSNAME and what came with the submission.
    :raises ConversionError: with every message and the listing.
    """
    expander = Expander(library, symbols)
    try:
        statements = read(text)
        expansion = expander.expand(statements)
    except JclError as error:
        raise ConversionError(error.findings, (*_cards(text), *map(str, error.findings))) from None
    converter = _Converter(expansion)
    job = converter.job()
    findings = tuple(finding for error in (*expander.errors, *converter.errors) for finding in error.findings)
    listing = (*expansion.listing, *(str(finding) for finding in findings))
    if findings:
        raise ConversionError(tuple(sorted(findings, key=lambda finding: finding.statement)), listing)
    return replace(job, listing=listing)


def _cards(text: str) -> list[str]:
    return [f"{'':9} {card}" for card in text.splitlines()]


class _Converter:
    def __init__(self, expansion: Expansion) -> None:
        self.expansion = expansion
        self.errors: list[JclError] = []

    def job(self) -> JobDefinition:
        job = JobDefinition(self.expansion.job.name)
        try:
            job = _job_card(self.expansion.job)
        except JclError as error:
            self.errors.append(error)
        joblib = self._dds({k: v for k, v in self.expansion.before_steps.items() if k == "JOBLIB"})
        for name, parts in self.expansion.before_steps.items():
            if name != "JOBLIB":
                self.errors.append(parts[0].statement.error(f"IEFC019I MISPLACED DD STATEMENT {name}"))
        steps = self._steps()
        if not self.expansion.executes:
            self.errors.append(self.expansion.job.error("IEFC607I JOB HAS NO STEPS"))
        return replace(job, joblib=joblib[0] if joblib else (), steps=tuple(steps))

    def _steps(self) -> list[StepDefinition]:
        branches: list[Branch] = []
        steps: list[StepDefinition] = []
        for node in self.expansion.nodes:
            try:
                if isinstance(node, ExecNode):
                    steps.append(self._step(node, tuple(branches)))
                else:
                    _branch(node, branches)
            except JclError as error:
                self.errors.append(error)
        for dd, reference in references.unresolved(steps):
            self.errors.append(
                JclError(Finding(dd.number, f"IEF645I INVALID REFER BACK *.{reference} ON DD {dd.name}"))
            )
        if branches:
            self.errors.append(self.expansion.job.error("IEFC603I AN IF STATEMENT HAS NO ENDIF"))
        return steps

    def _step(self, node: ExecNode, branches: tuple[Branch, ...]) -> StepDefinition:
        statement, values = node.statement, node.values
        dds = self._dds(node.dds)
        program = joined(values["PGM"])
        refers = program[2:] if program.startswith("*.") else ""
        if not refers and not _NAME.fullmatch(program):
            raise invalid(statement, "PGM", program)
        parm = joined(values.get("PARM", ""))
        if len(parm) > 100:
            raise statement.error("IEFC642I EXCESSIVE PARAMETER LENGTH ON THE EXEC STATEMENT: PARM")
        return StepDefinition(
            name=node.step,
            procstep=node.procstep,
            program="" if refers else program,
            program_refers=refers,
            number=statement.number,
            parm=parm,
            condition=condition(statement, values.get("COND", "")),
            branches=branches,
            dds=dds,
        )

    def _dds(self, groups: dict[str, list[DdNode]]) -> tuple[tuple[DdDefinition, ...], ...]:
        found: list[tuple[DdDefinition, ...]] = []
        for name in groups:
            try:
                parts = resolve_ddnames(name, groups)
                if parts is None:
                    number = groups[name][0].statement.number
                    found.append((DdDefinition(name, number, dummy=True),))
                else:
                    found.append(tuple(definition(part, name) for part in parts))
            except JclError as error:
                self.errors.append(error)
        return tuple(found)


def _branch(statement: Statement, branches: list[Branch]) -> None:
    """Open, turn or close an IF construct."""
    if statement.operation == "IF":
        try:
            expression = expressions.parse(statement.operands)
        except expressions.ExpressionError as error:
            raise statement.error(f"IEFC629I INCORRECT USE OF THE IF STATEMENT: {error}".upper()) from None
        branches.append(Branch(statement.number, expression, True))
    elif not branches or (statement.operation == "ELSE" and not branches[-1].taken):
        raise statement.error(f"IEFC019I MISPLACED {statement.operation} STATEMENT")
    elif statement.operation == "ELSE":
        branches[-1] = replace(branches[-1], taken=False)
    else:
        branches.pop()


def _job_card(statement: Statement) -> JobDefinition:
    values: dict[str, Value] = {}
    positional: list[str] = []
    for parameter in parameters(statement):
        if not parameter.keyword and not values and len(positional) < 2:
            positional.append(joined(parameter.value))
        elif parameter.keyword in keywords.JOB | keywords.JOB_LIMITS:
            values[parameter.keyword] = parameter.value
        else:
            raise unidentified(statement, parameter)
    accounting, programmer = [*positional, "", ""][:2]
    return JobDefinition(
        name=statement.name,
        accounting=accounting,
        programmer=programmer,
        jobclass=_choice(statement, values, "CLASS", r"[A-Z0-9]{1,8}", "A"),
        msgclass=_choice(statement, values, "MSGCLASS", r"[A-Z0-9]", "H"),
        typrun=_choice(statement, values, "TYPRUN", r"HOLD|SCAN", ""),
        notify=_choice(statement, values, "NOTIFY", r"[A-Z0-9@#$]{1,8}", ""),
        restart=_choice(statement, values, "RESTART", r"\*|[A-Z@#$][A-Z0-9@#$.]{0,16}", ""),
        condition=job_tests(statement, values.get("COND", "")),
    )


def _choice(statement: Statement, values: dict[str, Value], keyword: str, pattern: str, default: str) -> str:
    if keyword not in values:
        return default
    text = joined(values[keyword])
    if not re.fullmatch(pattern, text):
        raise invalid(statement, keyword, text)
    return text
