"""DBD source to a definition: every error of the source at once, each with its line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from imsclone.dbd import segments as rules
from imsclone.dbd.errors import (
    DbdKeywordUnknown,
    DbdMisplaced,
    DbdNameRepeated,
    DbdRejected,
    DbdStatementUnknown,
    DbdUnreadable,
)
from imsclone.dbd.grammar import END, KEYWORDS, METHODS, OPTIONS, PASSED_OVER
from imsclone.dbd.model import HALDB, RANDOMIZED, Area, Database, DataSetGroup, LogicalChild, Randomizer, Segment
from imsclone.dbd.operands import Operands, shown
from imsclone.dbd.statements import Statement, read_statements
from imsclone.errors import CloneError, Place


def load_dbd(path: Path | str) -> Database:
    """Read the DBD source in a file. Raises DbdRejected."""
    file = str(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DbdRejected(file=file, problems=[DbdUnreadable(file=file, reason=reason)]) from error
    return read_dbd(text, file)


def read_dbd(text: str, file: str) -> Database:
    """Read DBD source; ``file`` is what errors call it. Raises DbdRejected."""
    reader = _Reader(file)
    for statement in read_statements(text, file, reader.problems):
        reader.take(statement)
        if reader.database is None:
            break
    made = reader.made()
    if made is None or reader.problems:
        raise DbdRejected(file=file, problems=sorted(reader.problems, key=_line))
    return made


def _line(problem: CloneError) -> int:
    return problem.place.line if problem.place else 0


@dataclass
class _Reader:
    """Takes statement after statement."""

    file: str
    problems: list[CloneError] = field(default_factory=list)
    database: Database | None = None
    groups: dict[str, DataSetGroup] = field(default_factory=dict)
    areas: list[Area] = field(default_factory=list)
    segments: dict[str, Segment] = field(default_factory=dict)
    group: str = ""
    last: Segment | None = None
    link: LogicalChild | None = None
    indexes: list[tuple[Operands, LogicalChild, Segment]] = field(default_factory=list)

    def take(self, statement: Statement) -> None:
        operation = statement.operation
        known = KEYWORDS.get(operation)
        if known is None:
            every = ", ".join((*KEYWORDS, *sorted(PASSED_OVER), END))
            self.problems.append(
                DbdStatementUnknown(statement.place, operation=operation or statement.label, known=every)
            )
            return
        given = Operands(statement, self.problems)
        for keyword in statement.operands.keys() - known:
            self.problems.append(
                DbdKeywordUnknown(
                    given.place(keyword), operation=operation, keyword=keyword, known=", ".join(sorted(known))
                )
            )
        wrong = self._misplaced(operation)
        if wrong:
            self.problems.append(DbdMisplaced(statement.place, operation=operation, said=wrong))
            return
        handlers: dict[str, Callable[[Operands], None]] = {
            "DBD": self._dbd,
            "DATASET": self._dataset,
            "AREA": self._area,
            "SEGM": self._segm,
            "FIELD": self._field,
            "LCHILD": self._lchild,
            "XDFLD": self._xdfld,
        }
        handlers[operation](given)

    def _misplaced(self, operation: str) -> str:
        if operation == "DBD":
            return "there is one DBD statement already" if self.database else ""
        if self.database is None:
            return "there is no DBD statement before it"
        access = self.database.access
        if operation == "AREA" and access != "DEDB":
            return f"{access} has no areas"
        if operation == "DATASET" and (access == "DEDB" or access in HALDB):
            return f"the data sets of {access} are given by {'AREA' if access == 'DEDB' else 'DSGROUP= and RECON'}"
        if operation in ("FIELD", "LCHILD", "XDFLD") and self.last is None:
            return "there is no SEGM statement before it"
        return "there is no LCHILD statement before it" if operation == "XDFLD" and self.link is None else ""

    def _dbd(self, given: Operands) -> None:
        access, *words = (*given.words("ACCESS"), "")
        if access not in METHODS:
            given.refuse("ACCESS", f"takes one of {', '.join(METHODS)}") if access else given.missing("ACCESS")
            access, words = "LOGICAL", []
        methods = METHODS[access]
        options = tuple(one for one in words if one in OPTIONS)
        method = next((one for one in words if one and one not in OPTIONS), methods[0])
        if method not in methods:
            given.refuse("ACCESS", f"{access} takes {' or '.join(methods) or 'no access method'}")
        self.database = Database(
            name=given.name(),
            access=access,
            method=method,
            randomizer=_randomizer(given, access),
            selection_routine=given.word("PSNAME"),
            exits=tuple(map(shown, given.raw("EXIT"))),
            options=options,
            version=given.word("VERSION").strip("'"),
            encoding=given.word("ENCODING").strip("'"),
        )
        if access in HALDB:
            self.group = "A"

    def _dataset(self, given: Operands) -> None:
        label = given.statement.label or str(len(self.groups) + 1)
        self.group = label
        if label in self.groups and not given.has("DD1"):
            return
        if label in self.groups:
            self._repeated("data set group", label, given.statement.place)
        keyword = "BLOCK" if given.has("BLOCK") else "SIZE"
        self.groups[label] = DataSetGroup(
            label,
            "" if self._described("LOGICAL") else given.name("DD1"),
            given.word("OVFLW") or given.word("DD2"),
            given.numbers(keyword, 2),
            given.numbers("RECORD", 2),
            given.numbers("FRSPC", 2),
        )

    def _described(self, access: str) -> bool:
        return self.database is not None and self.database.access == access

    def _area(self, given: Operands) -> None:
        pairs = []
        for keyword in ("UOW", "ROOT"):
            numbers = given.numbers(keyword, 2, least=1)
            if len(numbers) != 2:
                given.refuse(keyword, "takes two numbers")
            pairs.append((*numbers, 0, 0)[:2])
        if not given.has("SIZE"):
            given.missing("SIZE")
        ddname = given.name("DD1")
        if ddname in [one.ddname for one in self.areas]:
            self._repeated("area", ddname, given.statement.place)
        (uow, root) = ((int(first), int(second)) for first, second in pairs)
        self.areas.append(Area(ddname, given.number("SIZE", least=512), uow, root))

    def _segm(self, given: Operands) -> None:
        assert self.database is not None
        self.last, self.link = rules.segment(given, self.database.access, self.group), None
        if self.last.name in self.segments:
            self._repeated("segment", self.last.name, given.statement.place)
        if self.last.parent and self.last.parent not in self.segments:
            given.unknown("PARENT", "segment", self.last.parent, self.segments)
        if not self.last.parent and self.segments:
            given.refuse("PARENT", f"{next(iter(self.segments))} is the root, every other segment has a parent")
        self.segments[self.last.name] = self.last

    def _change(self, changed: Segment) -> None:
        self.last = self.segments[changed.name] = changed

    def _field(self, given: Operands) -> None:
        assert self.last is not None
        made = rules.field(given, self.last)
        if made is None:
            return
        if made.name and made.name in [one.name for one in self.last.fields]:
            self._repeated("field", made.name, given.statement.place)
        if made.sequence and self.last.sequence:
            given.refuse("NAME", f"segment {self.last.name} has the sequence field {self.last.sequence.name}")
        self._change(replace(self.last, fields=(*self.last.fields, made)))

    def _lchild(self, given: Operands) -> None:
        assert self.last is not None
        self.link = rules.logical_child(given)
        self._change(replace(self.last, children=(*self.last.children, self.link)))

    def _xdfld(self, given: Operands) -> None:
        assert self.last is not None
        assert self.link is not None
        self.indexes.append((given, self.link, self.last))

    def _repeated(self, kind: str, name: str, place: Place) -> None:
        self.problems.append(DbdNameRepeated(place, kind=kind, name=name))

    def made(self) -> Database | None:
        """Put the definition together."""
        if self.database is None:
            if not self.problems:
                said = "the source has no DBD statement"
                self.problems.append(DbdMisplaced(Place(self.file, 1), operation="The end", said=said))
            return None
        indexes = [
            rules.secondary_index(given, link, target, self.segments.get, list(self.segments))
            for given, link, target in self.indexes
        ]
        groups = tuple(self.groups.values())
        if self.database.access in HALDB:
            groups = tuple(DataSetGroup(letter) for letter in sorted({one.group for one in self.segments.values()}))
        return replace(
            self.database,
            segments=tuple(self.segments.values()),
            groups=groups,
            areas=tuple(self.areas),
            indexes=tuple(indexes),
        )


def _randomizer(given: Operands, access: str) -> Randomizer | None:
    if access not in RANDOMIZED:
        return None
    words = given.words("RMNAME", 4)
    if not words:
        if access != "PHDAM":
            given.missing("RMNAME")
        return None
    module, *rest = words
    if access == "DEDB":
        stage = next((int(one) for one in rest if one.isdecimal()), 1)
        return Randomizer(module, stage, extended_call="XCI" in rest)
    numbers = [int(one) if one.isdecimal() else 0 for one in rest]
    if any(one and not one.isdecimal() for one in rest):
        given.refuse("RMNAME", "takes module, anchor points, highest block, bytes")
    anchors, highest, size = (*numbers, 0, 0, 0)[:3]
    return Randomizer(module, anchors or 1, highest, size)
