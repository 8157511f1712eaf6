"""YAML read as plain text values, each with the line it stands on.

Every scalar stays the text that was written, so that the serial 000001, the unit 0E80 and a qualifier NO are what
they look like; the models turn text into numbers and switches where they want them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from imsclone.errors import Place
from imsclone.spec.errors import KeyRepeated, SpecMalformed, SpecProblem, SpecRejected, SpecUnreadable, YamlTrick
from imsclone.spec.places import Key, described

PLAIN_TAGS = ("int", "float", "bool", "null", "str", "seq", "map", "timestamp", "value")
MAX_DEPTH = 20


@dataclass
class Document:
    """The data of a file, where each value stands, and what is wrong with the way it is written."""

    file: str
    data: Any = None
    places: dict[Key, Place] = field(default_factory=dict)
    problems: list[SpecProblem] = field(default_factory=list)


def read_document(path: Path) -> Document:
    """Read one file. A file that cannot be read or is not YAML is an error at once."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SpecRejected(file=shown(path), problems=[SpecUnreadable(file=shown(path), reason=reason)]) from error
    return parse_document(text, shown(path))


def shown(path: Path) -> str:
    """Write a path as short as it can be from where the reader is."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def parse_document(text: str, file: str) -> Document:
    """Parse the text of one file."""
    document = Document(file)
    try:
        root = YAML(typ="rt", pure=True).compose(text)
    except YAMLError as error:
        raise SpecRejected(file=file, problems=[_malformed(error, file, text)]) from error
    except (RecursionError, ValueError) as error:
        raise SpecRejected(file=file, problems=[SpecMalformed(Place(file, 1), reason=type(error).__name__)]) from error
    if root is None:
        document.data, document.places[()] = {}, Place(file, 1)
        return document
    document.data = _Reader(document).value(root, ())
    if not isinstance(document.data, dict):
        document.problems.append(SpecMalformed(Place(file, 1), reason="the file is not a list of 'key: value' lines"))
        document.data = {}
    return document


def _malformed(error: YAMLError, file: str, text: str) -> SpecProblem:
    if isinstance(error, MarkedYAMLError):
        place = Place(file, _line(error, text))
        reason = " ".join(str(error.problem or error.context or "unknown").split())
        if "single document" in reason or "another document" in reason:
            return YamlTrick(place, what="More than one document")
        return SpecMalformed(place, reason=reason)
    reason = " ".join(str(getattr(error, "reason", error)).split())
    line = text.count("\n", 0, int(getattr(error, "position", 0) or 0)) + 1
    return SpecMalformed(Place(file, line), reason=reason)


def _line(error: MarkedYAMLError, text: str) -> int:
    """Say which line is wrong; what the end of the file interrupts is wrong where it was begun."""
    last = text.rstrip().count("\n")
    lines = [int(mark.line) for mark in (error.problem_mark, error.context_mark) if mark]
    return min(*lines, last) + 1 if lines and lines[0] > last else (lines or [0])[0] + 1


class _Reader:
    """Walks the nodes of a file once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.seen: set[int] = set()

    def value(self, node: Node, key: Key) -> Any:
        place = Place(self.document.file, node.start_mark.line + 1, described(key))
        self.document.places.setdefault(key, place)
        trick = self._trick(node, key)
        if trick:
            self.document.problems.append(YamlTrick(place, what=trick))
            return None
        if isinstance(node, MappingNode):
            return dict(self._pairs(node, key))
        if isinstance(node, SequenceNode):
            return [self.value(child, (*key, position)) for position, child in enumerate(node.value)]
        return _scalar(node)

    def _trick(self, node: Node, key: Key) -> str:
        if id(node) in self.seen or node.anchor:
            return "An anchor or alias (& or *)"
        self.seen.add(id(node))
        if len(key) > MAX_DEPTH:
            return f"Nesting deeper than {MAX_DEPTH}"
        tag = str(node.tag or "")
        if tag.startswith("tag:yaml.org,2002:") and tag.rpartition(":")[2] in PLAIN_TAGS:
            return ""
        return f"The tag {tag!r}" if tag else ""

    def _pairs(self, node: MappingNode, key: Key) -> Iterator[tuple[str, Any]]:
        lines: dict[str, int] = {}
        for name_node, value_node in node.value:
            line = name_node.start_mark.line + 1
            if not isinstance(name_node, ScalarNode) or name_node.value == "<<":
                what = "A key that is not one word, or a merge key (<<)"
                self.document.problems.append(YamlTrick(Place(self.document.file, line, described(key)), what=what))
                continue
            name = str(name_node.value)
            inner = (*key, name)
            place = Place(self.document.file, line, described(inner))
            if name in lines:
                self.document.problems.append(KeyRepeated(place, key=name))
                continue
            lines[name] = line
            self.document.places[inner] = place
            yield name, self.value(value_node, inner)


def _scalar(node: Node) -> str | None:
    """Give a scalar's text; an empty, ``~`` or ``null`` plain scalar is nothing."""
    written = str(node.value)
    plain = not getattr(node, "style", None)
    return None if plain and written in ("", "~", "null") else written
