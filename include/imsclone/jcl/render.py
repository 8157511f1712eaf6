"""JCL from templates. A value enters only as a checked name, a number, or through a filter that checks it.

Templates are files beside this module; a site's folder comes first in the search path. Rendering is strict: an
undefined value, a plain string, a line over its limit or a stray character is an error and nothing is submitted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
    UndefinedError,
    meta,
    nodes,
)

from imsclone.jcl.card import LAST_COLUMN, Card, control, keyword, quoted, statement
from imsclone.jcl.errors import (
    CharacterRefused,
    LineStray,
    LineTooLong,
    TemplateBroken,
    TemplateMissing,
    UntypedValue,
    ValueMissing,
)
from imsclone.masks import Arrow
from imsclone.names import Name

FOLDER = Path(__file__).parent
RECORD = 80


def render(template: str, search_path: Sequence[Path] = (), **values: Any) -> str:
    """Return a job's JCL.

    :param template: file name, such as ``relabel.jcl``.
    :param search_path: folders that come before ours.
    :raises JclError: the template or a value is not right.
    """
    environment = jinja(tuple(search_path))
    try:
        text = environment.get_template(template).render(**values)
    except TemplateNotFound as error:
        folders = ", ".join(str(folder) for folder in (*search_path, FOLDER))
        raise TemplateMissing(template=error.name or template, folders=folders) from None
    except TemplateSyntaxError as error:
        raise TemplateBroken(template=error.name or template, line=error.lineno, said=error.message) from None
    except UndefinedError as error:
        raise ValueMissing(template=template, said=error.message) from None
    except _Untyped as error:
        raise UntypedValue(template=template, value=error.value, kind=type(error.value).__name__) from None
    lines = [line for line, _, _ in _read(line.rstrip() for line in text.removesuffix("\n").split("\n"))]
    check(template, lines)
    return "\n".join(lines) + "\n"


def values_of(template: str, search_path: Sequence[Path] = ()) -> frozenset[str]:
    """Return the names of the values a template and what it includes need."""
    environment = jinja(tuple(search_path))
    loader = environment.loader
    if loader is None:
        raise TypeError("the environment has no loader")
    found: set[str] = set()
    given: set[str] = set()
    waiting = [template]
    while waiting:
        tree = environment.parse(loader.get_source(environment, waiting.pop())[0])
        found |= meta.find_undeclared_variables(tree)
        given |= {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
        waiting += [name for name in meta.find_referenced_templates(tree) if name]
    return frozenset(found - given)


@lru_cache(maxsize=16)
def jinja(search_path: tuple[Path, ...] = ()) -> Environment:
    """Return the environment templates are rendered in."""
    environment = Environment(
        loader=FileSystemLoader([*search_path, FOLDER]),
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters |= {"control": control, "keyword": keyword, "quoted": quoted, "statement": statement}
    environment.filters |= {"sides": sides, "listed": listed, "data": data}
    return environment


def sides(pair: Arrow) -> Card:
    """Return the two names of a mask as ``(LEFT,RIGHT)``."""
    left, right = pair.sides
    return Card(f"({left},{right})")


def listed(names: Iterable[object]) -> Card:
    """Return checked names or numbers separated by commas."""
    return Card(",".join(str(_finalize(name)) for name in names))


def data(lines: Iterable[object]) -> Card:
    """Return checked lines one below the other."""
    return Card("\n".join(str(_finalize(line)) for line in lines))


def check(template: str, lines: Sequence[str]) -> None:
    """Check that every line is a card: 71 columns, 80 for in-stream data behind DD DATA.

    :raises LineTooLong: a line would be cut off.
    :raises LineStray: a line is in no statement and no in-stream data.
    :raises CharacterRefused: a character has no place on a card.
    """
    for number, (line, limit, is_data) in enumerate(_read(lines), 1):
        _check_characters(template, number, line)
        if not is_data and not line.startswith(("//", "/*")):
            raise LineStray(template=template, line=number, shown=line[:40])
        if len(line) > limit:
            raise LineTooLong(template=template, line=number, length=len(line), limit=limit, shown=line[:40])


def _read(lines: Iterable[str]) -> Iterator[tuple[str, int, bool]]:
    """Read lines as the reader does: each with its limit, and whether it is in-stream data."""
    delimiter, limit = "", LAST_COLUMN
    for line in lines:
        ends = line.startswith(delimiter) or (delimiter == "/*" and line.startswith("//") and limit < RECORD)
        if delimiter and not ends:
            yield line, limit, True
            continue
        if not delimiter and not line.strip():
            continue
        is_mark = bool(delimiter) and line.startswith(delimiter)
        yield line, LAST_COLUMN, is_mark
        delimiter, limit = ("", LAST_COLUMN) if is_mark else _instream(line)


def _instream(line: str) -> tuple[str, int]:
    """Return what ends the in-stream data a DD statement begins, and how long its lines may be."""
    words = line.split()
    if len(words) < 3 or words[1] != "DD" or line.startswith("//*"):
        return "", LAST_COLUMN
    operands = words[2].split(",")
    if operands[0] not in ("*", "DATA"):
        return "", LAST_COLUMN
    marks = [one.partition("=")[2].strip("'") for one in operands if one.startswith("DLM=")]
    return (marks or ["/*"])[0], RECORD if operands[0] == "DATA" else LAST_COLUMN


def _check_characters(template: str, number: int, line: str) -> None:
    for character in line:
        if not " " <= character <= "~":
            raise CharacterRefused(template=template, line=number, character=character)


class _Untyped(Exception):
    """A plain value reached the text."""

    def __init__(self, value: object) -> None:
        super().__init__(repr(value))
        self.value = value


def _finalize(value: object) -> object:
    if isinstance(value, Undefined):
        return value
    if isinstance(value, Name | Card) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise _Untyped(value)
