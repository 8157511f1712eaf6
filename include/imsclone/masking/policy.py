"""What a site writes about masking: fields of databases, each with its rule. Strict models, read as the spec files."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, field_validator, model_validator

from imsclone.errors import Place
from imsclone.masking.checks import CHECKS
from imsclone.masking.dates import DateFormat
from imsclone.names import CardText, MemberName
from imsclone.spec.document import read_document
from imsclone.spec.load import validated
from imsclone.spec.places import Places
from imsclone.spec.schedule import Strict

RuleName = Literal["keep-format", "digits", "date", "names", "nulling"]
FieldType = Literal["C", "P", "Z", "X", "F", "H"]
Nothing = Literal["blanks", "zeros", "low-values"]
NUMERIC_KEYS = ("check", "keep", "digits")
PARAMETERS: dict[str, frozenset[str]] = {
    "keep-format": frozenset({"digits"}),
    "digits": frozenset(NUMERIC_KEYS),
    "date": frozenset({"format", "earliest", "latest"}),
    "names": frozenset({"list"}),
    "nulling": frozenset({"value"}),
}
"""What each rule may be told, besides ``domain``, which all of them may."""
REQUIRED = {"date": ("format", "earliest", "latest"), "names": ("list",)}


class DatabaseName(MemberName):
    """The name of a database or segment in a DBD."""


class ListName(CardText):
    """The name of a list."""

    rule = "1 to 30 letters, digits, underscores or hyphens"
    pattern = re.compile(r"[A-Za-z0-9_-]+")
    length = 30


class FieldName(MemberName):
    """A field by its name in the DBD, or by its external name."""

    rule = "1 to 128 letters, digits, @, #, $ or underscores"
    pattern = re.compile(r"[A-Z@#$][A-Z0-9@#$_]*")
    length = 128


class FieldRule(Strict):
    """One field and what becomes of it. The field is given by name, or by start (from 1) and length."""

    database: DatabaseName
    segment: DatabaseName
    field: FieldName | None = None
    start: Annotated[int, Field(ge=1, le=32_767)] | None = None
    length: Annotated[int, Field(ge=1, le=32_767)] | None = None
    type: FieldType | None = None
    sensitive: bool = True
    rule: RuleName | None = None
    domain: ListName | None = None
    check: str | None = None
    keep: Annotated[int, Field(ge=0, le=30)] = 0
    digits: Annotated[int, Field(ge=1, le=31)] | None = None
    format: DateFormat | None = None
    earliest: datetime.date | None = None
    latest: datetime.date | None = None
    list: ListName | None = None
    value: Nothing | None = None

    @field_validator("check")
    @classmethod
    def _known_check(cls, value: str | None) -> str | None:
        if value is not None and value not in CHECKS:
            raise ValueError(f"one of {', '.join(CHECKS)}")
        return value

    @model_validator(mode="after")
    def _one_way_to_find_it(self) -> Self:
        if (self.field is None) == (self.start is None):
            raise ValueError("give either field, or start and length")
        if (self.start is None) != (self.length is None):
            raise ValueError("start and length belong together")
        return self

    @model_validator(mode="after")
    def _parameters_of_the_rule(self) -> Self:
        known = {name for names in PARAMETERS.values() for name in names} | {"domain"}
        allowed = PARAMETERS.get(self.rule or "", frozenset()) | ({"domain"} if self.rule else set())
        wrong = sorted(name for name in (self.model_fields_set & known) - allowed)
        if wrong:
            where = f"the rule {self.rule}" if self.rule else "a field without rule"
            raise ValueError(f"{where} does not take {', '.join(wrong)}")
        missing = [name for name in REQUIRED.get(self.rule or "", ()) if getattr(self, name) is None]
        if missing:
            raise ValueError(f"the rule {self.rule} needs {', '.join(missing)}")
        if self.earliest and self.latest and self.earliest >= self.latest:
            raise ValueError("latest must come after earliest")
        return self

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.field or f"({self.start},{self.length})"


class Policy(Strict):
    """A masking policy. ``lists`` gives a site's own lists: name and file, relative to the policy."""

    code_page: Literal["cp1047", "cp037", "cp500", "cp273", "cp1140", "cp1141"] = "cp1047"
    lists: dict[ListName, str] = Field(default_factory=dict)
    fields: tuple[FieldRule, ...]

    _places: Places = PrivateAttr(default_factory=Places)
    _file: Path = PrivateAttr(default=Path())

    @field_validator("fields")
    @classmethod
    def _some_fields(cls, value: tuple[FieldRule, ...]) -> tuple[FieldRule, ...]:
        if not value:
            raise ValueError("name at least one field")
        return value

    @property
    def file(self) -> Path:
        """The file it was read from."""
        return self._file

    def place(self, *key: str | int) -> Place | None:
        """Say where a value, or else what contains it, was written."""
        return self._places.find(key)

    def written_in(self, file: Path, places: Places) -> Self:
        """Remember where the values were written."""
        self._file, self._places = file, places
        return self


def load_policy(path: Path | str) -> Policy:
    """Load a policy file. Raises SpecRejected with all that is wrong with it."""
    document = read_document(Path(path))
    return validated(Policy, document).written_in(Path(path), Places(document.places))
