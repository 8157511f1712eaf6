"""LISTCAT. AMS Commands, "LISTCAT" and "Interpreting LISTCAT output listings"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from zoslab.catalog.entry import GENERATION, Entry
from zoslab.catalog.errors import EntryNotFound
from zoslab.programs.idcams import listcat_fields as fields
from zoslab.programs.idcams.function import WARNING, Function, failing, messages
from zoslab.programs.idcams.names import CATALOG, DDNAME, ENTRY, catalog_of, types, wanted_kinds
from zoslab.programs.statements import Command, Statement, flag, value, values

KINDS = ("ALIAS", "CLUSTER", "DATA", "INDEX", "NONVSAM", "GDG", "UCAT")
COMMAND = Command(
    "LISTCAT",
    values("ENTRIES", "ENTRY", "ENT", pattern=ENTRY),
    values("LEVEL", "LVL", pattern=ENTRY),
    *types(*KINDS),
    flag("ALL"),
    flag("NAME"),
    flag("HISTORY", "HIST"),
    flag("VOLUME", "VOL"),
    flag("ALLOCATION", "ALLOC"),
    value("OUTFILE", "OFILE", pattern=DDNAME),
    CATALOG,
    abbreviations=("LISTC",),
    exclusive=[("ENTRIES", "LEVEL"), ("ALL", "NAME", "HISTORY", "VOLUME", "ALLOCATION")],
)
TITLES = {
    "CLUSTER": "CLUSTER -------",
    "DATA": "   DATA -------",
    "INDEX": "   INDEX ------",
    "NONVSAM": "NONVSAM -------",
    "GDS": "NONVSAM -------",
    "GDG": "GDG BASE ------",
    "ALIAS": "ALIAS ---------",
    "UCAT": "USERCATALOG ---",
}
COUNTED = (
    "AIX", "ALIAS", "CLUSTER", "DATA", "GDG", "INDEX", "NONVSAM", "PAGESPACE", "PATH", "SPACE", "USERCATALOG",
    "TAPELIBRARY", "TAPEVOLUME",
)  # fmt: skip


def run(function: Function, statement: Statement) -> None:
    """List the entries that were asked for, and how many of each kind they were."""
    messages_go_to = function.listing
    if statement.has("OUTFILE"):
        function.listing = function.step.print(function.dd(statement.text("OUTFILE")).name)
    try:
        listing = _Listing(function, statement)
        with failing(statement.text("CATALOG")):
            for entry in listing.entries():
                listing.entry(entry)
        listing.totals()
    finally:
        function.listing = messages_go_to


class _Listing:
    """One LISTCAT: what was asked for, and what has been printed."""

    def __init__(self, function: Function, statement: Statement) -> None:
        self.function, self.statement = function, statement
        self.catalogs = function.system.catalogs
        self.catalog = catalog_of(function, statement)
        self.kinds = wanted_kinds(statement, *KINDS)
        details = ("ALL", "HISTORY", "VOLUME", "ALLOCATION")
        self.detail = next((each for each in details if statement.has(each)), "NAME")
        self.counted: Counter[str] = Counter()
        self.components = fields.Components(function.system)
        self.groups: set[str] = set()

    def entries(self) -> Iterator[Entry]:
        """Yield the entries at the top; what belongs to one is printed with it."""
        wanted = [*self.statement.texts("ENTRIES"), *(f"{level}.**" for level in self.statement.texts("LEVEL"))]
        if not wanted:
            yield from self._top(self.catalogs.entries("**", self.catalog or self.catalogs.master_dsname))
        for each in wanted:
            if "*" in each or "%" in each:
                found = False
                for entry in self._top(self.catalogs.entries(each, self.catalog)):
                    found = True
                    yield entry
                if not found:
                    self._missing(each.removesuffix(".**") if self.statement.has("LEVEL") else each)
            else:
                one = self.catalogs.locate(each, self.catalog)
                if one is None:
                    self._missing(each)
                else:
                    yield one

    def entry(self, entry: Entry) -> None:
        """Print an entry and, below it, its components or generations."""
        below = self._below(entry)
        if not self.kinds or entry.kind in self.kinds:
            self._print(entry, indented=entry.kind in ("DATA", "INDEX"))
        for part in below:
            if not self.kinds or part.kind in self.kinds:
                self._print(part, indented=True)

    def totals(self) -> None:
        """Print how many entries there were."""
        self.function.listing.line("0         THE NUMBER OF ENTRIES PROCESSED WAS:")
        for kind in (*COUNTED, "TOTAL"):
            count = self.counted.total() if kind == "TOTAL" else self.counted[kind]
            self.function.line(f"                   {kind + ' ':-<{24 - len(str(count))}}{count}")
        self.function.line("         THE NUMBER OF PROTECTED ENTRIES SUPPRESSED WAS 0")

    def _top(self, entries: Iterator[Entry]) -> Iterator[Entry]:
        asked = self.kinds & {"DATA", "INDEX"}
        for entry in entries:
            if entry.kind == "GDG":
                self.groups.add(entry.name)
            if entry.kind in ("DATA", "INDEX") and not (asked and "CLUSTER" not in self.kinds):
                continue
            generation = GENERATION.fullmatch(entry.name) if entry.kind == "GDS" else None
            if generation is None or generation[1] not in self.groups or self.detail == "NAME":
                yield entry

    def _below(self, entry: Entry) -> Iterator[Entry]:
        if entry.kind == "CLUSTER" and self.kinds != {"CLUSTER"}:
            for kind, name in entry.associations:
                part = self.catalogs.locate(name, entry.catalog)
                if part is None or part.kind != kind:
                    part = Entry(name, kind, entry.volsers, entry.catalog, (("CLUSTER", entry.name),))
                yield part
        elif entry.kind == "GDG" and self.detail != "NAME":
            for _, name in entry.associations:
                generation = self.catalogs.locate(name, entry.catalog)
                if generation is not None:
                    yield generation

    def _print(self, entry: Entry, *, indented: bool) -> None:
        title = TITLES[entry.kind].strip()
        self.function.listing.line(f"0{'   ' if indented else ''}{title} {entry.name}")
        self.function.line(f"     IN-CAT --- {entry.catalog}")
        for line in fields.lines(self.function.system, entry, self.detail, self.components):
            self.function.line(line)
        counted = {"GDS": "NONVSAM", "UCAT": "USERCATALOG"}
        self.counted[counted.get(entry.kind, entry.kind)] += 1

    def _missing(self, name: str) -> None:
        self.function.say(*messages(EntryNotFound(name), name), code=WARNING)
        self.function.say(f"IDC1566I ** {name} NOT LISTED", code=WARNING)
