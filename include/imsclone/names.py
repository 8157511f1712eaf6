"""The names z/OS and IMS know things by, each a ``str`` that can only be made from a valid name.

Lower case is folded, as z/OS does it. Pydantic models use these classes directly as field types.
Rules: MVS JCL Reference, "Coding syntax" of DSNAME, VOL=SER, JOB; IMS System Definition, IMSID=.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

QUALIFIER_LENGTH = 8
DATA_SET_NAME_LENGTH = 44


class Name(str):
    """A name with a rule; ``rule`` is what a reader is told when a value breaks it."""

    __slots__ = ()
    rule: ClassVar[str]
    pattern: ClassVar[re.Pattern[str]]
    length: ClassVar[int]

    def __new__(cls, value: str) -> Self:
        if type(value) is cls:
            return value
        name = cls.fold(str(value))
        broken = cls.broken_rule(name)
        if broken:
            raise ValueError(f"{value!r} ({len(value)} characters) is not a {cls.__name__}: {broken}")
        return super().__new__(cls, name)

    @classmethod
    def fold(cls, value: str) -> str:
        """Bring a value to the form z/OS keeps it in."""
        return value.upper()

    @classmethod
    def broken_rule(cls, name: str) -> str:
        """Say which rule a folded value breaks; empty if none."""
        return "" if len(name) <= cls.length and cls.pattern.fullmatch(name) else cls.rule

    @classmethod
    def accept(cls, value: str) -> Self:
        """Make the name for pydantic, whose errors carry the rule by itself."""
        broken = cls.broken_rule(cls.fold(value))
        if broken:
            raise PydanticCustomError("name", "{kind}: {rule}", {"kind": cls.__name__, "rule": broken})
        return cls(value)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls.accept, core_schema.str_schema(strict=True), serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "maxLength": cls.length, "description": cls.rule}


class Volser(Name):
    """A volume serial, such as IMSP01."""

    rule = "1 to 6 letters, digits, @, #, $ or hyphens, not starting with a hyphen"
    pattern = re.compile(r"[A-Z0-9@#$][A-Z0-9@#$-]*")
    length = 6


class Qualifier(Name):
    """One qualifier of a data set name, such as a high-level qualifier."""

    rule = "1 to 8 letters, digits, @, #, $ or hyphens, starting with a letter, @, # or $"
    pattern = re.compile(r"[A-Z@#$][A-Z0-9@#$-]*")
    length = QUALIFIER_LENGTH


class DataSetName(Name):
    """A data set name without quotes, member or generation."""

    rule = "1 to 44 characters in qualifiers of 1 to 8, each starting with a letter, @, # or $, separated by periods"
    pattern = re.compile(r"[A-Z@#$][A-Z0-9@#$-]{0,7}(?:\.[A-Z@#$][A-Z0-9@#$-]{0,7})*")
    length = DATA_SET_NAME_LENGTH


class MemberName(Name):
    """A member of a partitioned data set; also a procedure or program."""

    rule = "1 to 8 letters, digits, @, # or $, starting with a letter, @, # or $"
    pattern = re.compile(r"[A-Z@#$][A-Z0-9@#$]*")
    length = 8


class JobName(MemberName):
    """The name of a job or started task."""


class DdName(MemberName):
    """The name of a DD statement."""


class StorageGroup(MemberName):
    """The name of an SMS storage group."""


class ImsId(Name):
    """The identifier of an IMS subsystem."""

    rule = "1 to 4 letters, digits, @, # or $, starting with a letter, @, # or $"
    pattern = re.compile(r"[A-Z@#$][A-Z0-9@#$]*")
    length = 4


class UnitAddress(Name):
    """A device number, such as 0A90; kept with four digits (five with a subchannel set)."""

    rule = "3 to 5 hexadecimal digits"
    pattern = re.compile(r"[0-9A-F]{4,5}")
    length = 5

    @classmethod
    def fold(cls, value: str) -> str:
        return value.upper().rjust(4, "0") if len(value) == 3 else value.upper()


class CardText(Name):
    """Free text that may reach a JCL or control statement, where it can only ever be text."""

    rule = "1 to 60 printable ASCII characters on one line, without quotes, ampersands, // or /*"
    pattern = re.compile(r"(?!.*(?://|/\*))[ !#-%(-~]+")
    length = 60

    @classmethod
    def fold(cls, value: str) -> str:
        return value
