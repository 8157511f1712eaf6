"""Procedures, INCLUDE, SET and overrides: from the statements as submitted to steps with their DD statements.

z/OS MVS JCL Reference, "Procedures and symbols"; own listing order: overriding statements follow the procedure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from zoslab.jes import keywords
from zoslab.jes.errors import JclError
from zoslab.jes.nodes import DdNode, ExecNode, dd_node
from zoslab.jes.operands import Parameter, Value, invalid, joined, parameters, substitute, unidentified, words
from zoslab.jes.overrides import override_dd, override_exec
from zoslab.jes.statements import Statement, read

DEPTH_LIMIT = 15


class ProcedureLibrary(Protocol):
    """Where procedures and INCLUDE members come from."""

    def member(self, name: str, order: tuple[str, ...]) -> str | None:
        """Return a member's text from the JCLLIB data sets ``order``, then the system's, or None."""


Node = ExecNode | Statement


@dataclass
class Expansion:
    """What is left to convert: the JOB statement, JOBLIB, and steps between IF, ELSE and ENDIF statements."""

    job: Statement
    nodes: list[Node] = field(default_factory=list)
    before_steps: dict[str, list[DdNode]] = field(default_factory=dict)
    listing: list[str] = field(default_factory=list)
    executes: bool = False


def listed(statement: Statement) -> Iterator[str]:
    """Yield a statement's lines of JESJCL."""
    for position, card in enumerate(statement.cards):
        number = f"{statement.number:>9}" if position == 0 else " " * 9
        yield f"{number} {statement.source}{card[2:]}"


class Expander:
    """Expands one job; errors are collected so that all of them are reported at once."""

    def __init__(self, library: ProcedureLibrary, symbols: Mapping[str, str]) -> None:
        self.library = library
        self.symbols = dict(symbols)
        self.order: tuple[str, ...] = ()
        self.instream: dict[str, list[Statement]] = {}
        self.errors: list[JclError] = []
        self.number = 0
        self.listing: list[str] = []

    def expand(self, statements: list[Statement]) -> Expansion:
        """Expand a job whose first statement is JOB."""
        job = self._enter(statements[0], "//", "")
        expansion = Expansion(job, listing=self.listing)
        scope = _Scope(expansion.before_steps)
        self._walk(statements[1:], scope, "//", 0)
        expansion.nodes = scope.nodes
        expansion.executes = any(statement.operation == "EXEC" for statement in statements)
        return expansion

    def _enter(self, statement: Statement, source: str, text: str | None = None) -> Statement:
        """Number and list a statement and substitute its symbols."""
        self.number += 1
        operands = substitute(statement.operands, self.symbols)
        entered = replace(statement, number=self.number, source=source, operands=operands)
        self.listing.extend(listed(entered))
        if operands != statement.operands:
            self.listing.append(f"{'':9} IEFC653I SUBSTITUTION JCL - {operands}")
        return entered

    def _walk(self, statements: list[Statement], scope: _Scope, source: str, depth: int) -> None:
        at = 0
        while at < len(statements):
            statement = statements[at]
            at += 1
            if statement.operation == "PROC" and depth == 0:
                at = self._keep_procedure(statements, at - 1)
                continue
            entered = self._enter(statement, source)
            following = 0
            if statement.operation == "EXEC":
                following = _count_dds(statements, at)
            try:
                self._one(entered, statements[at : at + following], scope, source, depth)
            except JclError as error:
                self.errors.append(error)
                self._check_orphans(statements[at : at + following], source)
            at += following

    def _one(self, statement: Statement, dds: list[Statement], scope: _Scope, source: str, depth: int) -> None:
        match statement.operation:
            case "EXEC":
                self._exec(statement, dds, scope, source, depth)
            case "DD":
                _attach(scope.current, dd_node(statement), scope)
            case "SET":
                self._set(statement)
            case "JCLLIB":
                self._jcllib(statement)
            case "INCLUDE":
                self._include(statement, scope, depth)
            case "IF" | "ELSE" | "ENDIF":
                scope.nodes.append(statement)
            case "JOB" | "PROC" | "PEND":
                raise statement.error(f"IEFC019I MISPLACED {statement.operation} STATEMENT")
            case operation:
                raise statement.error(f"IEFC605I THE {operation} STATEMENT IS NOT SUPPORTED BY THIS SYSTEM")

    def _keep_procedure(self, statements: list[Statement], at: int) -> int:
        first = statements[at]
        for end in range(at + 1, len(statements)):
            if statements[end].operation == "PEND":
                self.instream[first.name] = statements[at:end]
                for statement in statements[at : end + 1]:
                    self.number += 1
                    self.listing.extend(listed(replace(statement, number=self.number)))
                return end + 1
        self.errors.append(first.error(f"IEFC019I PROC {first.name} HAS NO PEND STATEMENT"))
        return len(statements)

    def _set(self, statement: Statement) -> None:
        for parameter in parameters(statement):
            if not parameter.keyword or len(parameter.keyword) > 8:
                raise unidentified(statement, parameter)
            self.symbols[parameter.keyword] = joined(parameter.value)

    def _jcllib(self, statement: Statement) -> None:
        for parameter in parameters(statement):
            if parameter.keyword != "ORDER":
                raise unidentified(statement, parameter)
            self.order = tuple(words(parameter.value))

    def _include(self, statement: Statement, scope: _Scope, depth: int) -> None:
        given = parameters(statement)
        if len(given) != 1 or given[0].keyword != "MEMBER":
            raise invalid(statement, "MEMBER", statement.operands)
        name = joined(given[0].value)
        text = self.library.member(name, self.order)
        if text is None:
            raise statement.error(f"IEF645I INCLUDE MEMBER {name} WAS NOT FOUND")
        self._check_depth(statement, depth)
        self._walk(read(text), scope, "XX", depth + 1)

    def _check_depth(self, statement: Statement, depth: int) -> None:
        if depth >= DEPTH_LIMIT:
            raise statement.error(f"IEFC010I NESTING OF PROCEDURES AND INCLUDES EXCEEDS {DEPTH_LIMIT}")

    def _exec(self, statement: Statement, dds: list[Statement], scope: _Scope, source: str, depth: int) -> None:
        given = parameters(statement)
        if not given:
            raise statement.error("IEFC630I EXEC NAMES NO PROGRAM OR PROCEDURE")
        first, *rest = given
        if first.keyword == "PGM":
            node = self._step(statement, given, scope)
            for dd in dds:
                self._guarded_dd(node, dd, scope, source)
            return
        if first.keyword not in ("", "PROC"):
            raise unidentified(statement, first)
        inner = self._procedure(statement, joined(first.value), rest, depth)
        scope.nodes.extend(inner.nodes)
        scope.current = None
        steps = [node for node in inner.nodes if isinstance(node, ExecNode)]
        override_exec(statement, rest, steps)
        self._override_dds([self._enter(dd, source) for dd in dds], steps)

    def _guarded_dd(self, node: ExecNode, dd: Statement, scope: _Scope, source: str) -> None:
        try:
            _attach(node.dds, dd_node(self._enter(dd, source)), scope)
        except JclError as error:
            self.errors.append(error)

    def _check_orphans(self, dds: list[Statement], source: str) -> None:
        """Look for errors in the DD statements of an EXEC statement that is itself in error."""
        lost = ExecNode(dds[0], "", "", {}) if dds else None
        scope = _Scope({})
        for dd in dds:
            if lost is not None:
                self._guarded_dd(lost, dd, scope, source)

    def _step(self, statement: Statement, given: list[Parameter], scope: _Scope) -> ExecNode:
        values: dict[str, Value] = {}
        for parameter in given:
            if parameter.keyword not in keywords.EXEC | keywords.EXEC_LIMITS:
                raise unidentified(statement, parameter)
            if parameter.keyword in values:
                raise invalid(statement, parameter.keyword, "A KEYWORD THAT STANDS TWICE")
            values[parameter.keyword] = parameter.value
        step, procstep = (scope.caller, statement.name) if scope.in_procedure else (statement.name, "")
        node = ExecNode(statement, step, procstep, values)
        scope.nodes.append(node)
        scope.current, scope.ddname = node.dds, ""
        return node

    def _procedure(self, statement: Statement, name: str, given: list[Parameter], depth: int) -> _Scope:
        self._check_depth(statement, depth)
        body = self.instream.get(name)
        source = "++" if body is not None else "XX"
        if body is None:
            text = self.library.member(name, self.order)
            if text is None:
                raise statement.error(f"IEFC612I PROCEDURE {name} WAS NOT FOUND")
            body = read(text)
        defaults: dict[str, str] = {}
        if body and body[0].operation == "PROC":
            entered = self._enter(body[0], source)
            defaults = {p.keyword: joined(p.value) for p in parameters(entered) if p.keyword}
            body = [one for one in body[1:] if one.operation != "PEND"]
        outer = self.symbols
        self.symbols = {**outer, **defaults, **_symbol_values(statement, given, body, defaults)}
        inner = _Scope({}, in_procedure=True, caller=statement.name)
        self._walk(body, inner, source, depth + 1)
        self.symbols = outer
        return inner

    def _override_dds(self, dds: list[Statement], steps: list[ExecNode]) -> None:
        target = steps[0] if steps else None
        ddname, position = "", 0
        for statement in dds:
            try:
                stepname, _, label = statement.name.rpartition(".")
                if stepname:
                    target = next((step for step in steps if step.procstep == stepname), None)
                if target is None:
                    raise statement.error(
                        f"IEFC632I STEP {stepname} NAMED ON THE DD STATEMENT WAS NOT FOUND IN THE PROCEDURE"
                    )
                ddname, position = (label, 0) if label else (ddname, position + 1)
                override_dd(target.dds.setdefault(ddname, []), position, dd_node(statement))
            except JclError as error:
                self.errors.append(error)


@dataclass
class _Scope:
    """Where statements of one job or procedure go."""

    current: dict[str, list[DdNode]] | None
    in_procedure: bool = False
    caller: str = ""
    ddname: str = ""
    nodes: list[Node] = field(default_factory=list)


def _count_dds(statements: list[Statement], at: int) -> int:
    end = at
    while end < len(statements) and statements[end].operation == "DD":
        end += 1
    return end - at


def _attach(dds: dict[str, list[DdNode]] | None, node: DdNode, scope: _Scope) -> None:
    if dds is None:
        raise node.statement.error("IEFC019I MISPLACED DD STATEMENT")
    if node.statement.name:
        scope.ddname = node.statement.name
        if scope.ddname in dds:
            raise node.statement.error(f"IEFC631I DDNAME {scope.ddname} STANDS TWICE IN THE STEP")
        dds[scope.ddname] = [node]
    elif scope.ddname:
        dds[scope.ddname].append(node)
    else:
        raise node.statement.error("IEFC019I MISPLACED DD STATEMENT")


def _symbol_values(
    statement: Statement, given: list[Parameter], body: list[Statement], defaults: Mapping[str, str]
) -> dict[str, str]:
    """Return the symbols an EXEC statement assigns.

    :raises JclError: the procedure does not use one.
    """
    values: dict[str, str] = {}
    for parameter in given:
        keyword, dot, _ = parameter.keyword.partition(".")
        if keyword in (keywords.EXEC | keywords.EXEC_LIMITS) - {"PGM", "PROC"}:
            continue
        if not keyword:
            raise unidentified(statement, parameter)
        used = keyword in defaults or any(f"&{keyword}" in one.operands for one in body)
        if dot or not used:
            raise statement.error(f"IEFC657I THE SYMBOL {keyword} WAS NOT USED")
        values[keyword] = joined(parameter.value)
    return values
