"""YAML read as plain text values, each with the line it stands on.

Every scalar stays the text that was written, so that the serial 000001, the unit 0E80 and a qualifier NO are what
they look like; the models turn text into numbers and switches where they want them.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from yaml import (
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    MarkedYAMLError,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    YAMLError,
)

from imsclone.errors import Place
from imsclone.spec.errors import KeyRepeated, SpecMalformed, SpecProblem, SpecRejected, SpecUnreadable, YamlTrick
from imsclone.spec.places import Key, described

LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""The parser in C where PyYAML was built with it: 200 environments are read whenever Airflow parses the Dags."""

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
    """Parse the text of one file. Two hundred environments name the same few systems: each is read once."""
    known = _parsed(text, file)
    return Document(file, deepcopy(known.data), dict(known.places), list(known.problems))


@lru_cache(maxsize=16)
def _parsed(text: str, file: str) -> Document:
    document = Document(file)
    try:
        _Reader(document, yaml.parse(text, LOADER)).read()
    except YAMLError as error:
        raise SpecRejected(file=file, problems=[_malformed(error, file, text)]) from error
    if not isinstance(document.data, dict):
        document.problems.append(SpecMalformed(Place(file, 1), reason="the file is not a list of 'key: value' lines"))
        document.data = {}
    return document


def _malformed(error: YAMLError, file: str, text: str) -> SpecProblem:
    if isinstance(error, MarkedYAMLError):
        place = Place(file, _line(error, text))
        return SpecMalformed(place, reason=" ".join(str(error.problem or error.context or "unknown").split()))
    reason = " ".join(str(getattr(error, "reason", error)).split())
    line = text.count("\n", 0, int(getattr(error, "position", 0) or 0)) + 1
    return SpecMalformed(Place(file, line), reason=reason)


def _line(error: MarkedYAMLError, text: str) -> int:
    """Say which line is wrong; what the end of the file interrupts is wrong where it was begun."""
    last = text.rstrip().count("\n")
    lines = [int(mark.line) for mark in (error.problem_mark, error.context_mark) if mark]
    return min(*lines, last) + 1 if lines and lines[0] > last else (lines or [0])[0] + 1


class _Reader:
    """Walks the events of a file once."""

    def __init__(self, document: Document, events: Iterator[Event]) -> None:
        self.document = document
        self.events = events

    def read(self) -> None:
        next(self.events)  # the start of the stream
        if isinstance(next(self.events), StreamEndEvent):
            self.document.data, self.document.places[()] = {}, Place(self.document.file, 1)
            return
        self.document.data = self.value(next(self.events), ())
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                self.report(event, (), "More than one document")

    def value(self, event: Event, key: Key) -> Any:
        self.document.places.setdefault(key, self.place(event, key))
        if len(key) > MAX_DEPTH:
            self.report(event, key[:3], f"Nesting deeper than {MAX_DEPTH}")
            raise SpecRejected(file=self.document.file, problems=self.document.problems)
        trick = _trick(event)
        if trick:
            self.report(event, key, trick)
            self.skip(event)
        elif isinstance(event, MappingStartEvent):
            return dict(self.pairs(key))
        elif isinstance(event, SequenceStartEvent):
            return [self.value(child, (*key, position)) for position, child in enumerate(self.until(SequenceEndEvent))]
        elif isinstance(event, ScalarEvent):
            return _scalar(event)
        return None

    def pairs(self, key: Key) -> Iterator[tuple[str, Any]]:
        names: set[str] = set()
        for name_event in self.until(MappingEndEvent):
            if not isinstance(name_event, ScalarEvent) or name_event.value == "<<":
                self.report(name_event, key, "A key that is not one word, or a merge key (<<)")
                self.skip(name_event)
                self.skip(next(self.events))
                continue
            name = name_event.value
            inner = (*key, name)
            if name in names:
                self.document.problems.append(KeyRepeated(self.place(name_event, inner), key=name))
                self.skip(next(self.events))
                continue
            names.add(name)
            self.document.places[inner] = self.place(name_event, inner)
            yield name, self.value(next(self.events), inner)

    def until(self, end: type[Event]) -> Iterator[Event]:
        """Yield the events that begin what a mapping or a sequence holds."""
        while not isinstance(event := next(self.events), end):
            yield event

    def skip(self, event: Event) -> None:
        """Pass over the rest of what an event begins."""
        depth = _opens(event)
        while depth:
            depth += _opens(next(self.events))

    def place(self, event: Event, key: Key) -> Place:
        line = event.start_mark.line + 1 if event.start_mark else 1
        return Place(self.document.file, line, described(key))

    def report(self, event: Event, key: Key, what: str) -> None:
        self.document.problems.append(YamlTrick(self.place(event, key), what=what))


def _opens(event: Event) -> int:
    if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
        return 1
    return -1 if isinstance(event, (MappingEndEvent, SequenceEndEvent)) else 0


def _trick(event: Event) -> str:
    if getattr(event, "anchor", None):
        return "An anchor or alias (& or *)"
    tag = str(getattr(event, "tag", None) or "")
    if tag.startswith("tag:yaml.org,2002:") and tag.rpartition(":")[2] in PLAIN_TAGS:
        return ""
    return f"The tag {tag!r}" if tag not in ("", "!") else ""


def _scalar(event: ScalarEvent) -> str | None:
    """Give a scalar's text; an empty, ``~`` or ``null`` plain scalar is nothing."""
    written = event.value
    return None if event.style is None and written in ("", "~", "null") else written
