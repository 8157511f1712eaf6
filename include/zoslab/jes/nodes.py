"""Steps and DD statements between expansion and conversion: their parameters by keyword, overrides applied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from zoslab.jes import keywords
from zoslab.jes.operands import Parameter, Value, parameters, unidentified, words
from zoslab.jes.statements import Statement


@dataclass
class DdNode:
    """A DD statement with its parameters by keyword; positional ``*``, ``DATA`` and ``DUMMY`` stand as keywords."""

    statement: Statement
    values: dict[str, Value]


@dataclass
class ExecNode:
    """An EXEC PGM= statement and the DD statements that belong to it, concatenations together."""

    statement: Statement
    step: str
    procstep: str
    values: dict[str, Value]
    dds: dict[str, list[DdNode]] = field(default_factory=dict)


def dd_node(statement: Statement) -> DdNode:
    """Parse a DD statement.

    :raises JclError: for a keyword that no table has, or one that stands twice.
    """
    values: dict[str, Value] = {}
    for parameter in parameters(statement):
        for keyword, value in _dd_keywords(statement, parameter):
            if keyword in values:
                raise statement.error(f"IEFC629I INCORRECT USE OF {keyword}: IT STANDS TWICE ON THE DD STATEMENT")
            values[keyword] = value
    return DdNode(statement, values)


def _dd_keywords(statement: Statement, parameter: Parameter) -> Iterator[tuple[str, Value]]:
    """Yield a DD parameter under its one name, DCB taken apart."""
    keyword = keywords.DD_SYNONYMS.get(parameter.keyword, parameter.keyword)
    if not keyword:
        if parameter.value in keywords.DD_POSITIONAL:
            yield str(parameter.value), ""
        elif parameter.value:
            raise unidentified(statement, parameter)
    elif keyword == "DCB":
        for part in words(parameter.value):
            name, equals, value = part.partition("=")
            if part and (name not in keywords.DCB or not equals):
                raise statement.error(f"IEFC630I UNIDENTIFIED KEYWORD {name} IN THE DCB FIELD OF THE DD STATEMENT")
            if part:
                yield name, value
    elif keyword in keywords.DD | keywords.DD_LIMITS:
        yield keyword, parameter.value
    else:
        raise unidentified(statement, parameter)
