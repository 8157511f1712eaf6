"""SEGM and what belongs to it: FIELD, LCHILD, XDFLD."""

from __future__ import annotations

from collections.abc import Callable

from imsclone.dbd.grammar import (
    DATA_TYPES,
    FIELD_TYPES,
    INSERT_RULES,
    POINTED,
    POINTER_WORDS,
    POINTERS,
    TWIN_POINTERS,
)
from imsclone.dbd.model import Field, LogicalChild, SecondaryIndex, Segment
from imsclone.dbd.operands import Operands, parts, shown
from imsclone.dbd.statements import Value


def segment(given: Operands, access: str, group: str) -> Segment:
    """Read SEGM; ``group`` is the data set group it falls into if DSGROUP= does not say."""
    lengths = given.numbers("BYTES", 2)
    if not lengths and access not in ("LOGICAL", "MSDB"):
        given.missing("BYTES")
    longest, shortest = (*lengths, 0, 0)[:2]
    if shortest > longest:
        given.refuse("BYTES", "the shortest length, which comes second, is above the longest")
    rules, insert = _rules(given, access)
    parent, child_pointers, logical = _parents(given, access)
    return Segment(
        name=given.name(),
        parent=parent,
        longest=longest,
        shortest=shortest,
        pointers=_pointers(given, access),
        child_pointers=child_pointers,
        logical_parent=logical,
        rules=rules,
        insert_rule=insert,
        group=given.word("DSGROUP", "ABCDEFGHIJ", group),
        kind=given.word("TYPE", ("DIR", "SEQ"), "DIR"),
        compression=given.words("COMPRTN", 5),
        exits=tuple(map(shown, given.raw("EXIT"))),
        source=tuple(shown(one).strip("()") for one in given.raw("SOURCE")),
        subset_pointers=given.number("SSPTR"),
    )


def _parents(given: Operands, access: str) -> tuple[str, str, tuple[str, ...]]:
    """Read PARENT=0, name, ((name,DBLE)), or ((name,SNGL),(logical parent,VIRTUAL,database))."""
    physical, logical = (*given.raw("PARENT"), "", "")[:2]
    if isinstance(physical, str) and logical and isinstance(logical, str):
        physical, logical = (physical, logical), ""
    name, pointers = (*(shown(one) for one in parts(physical)), "", "")[:2]
    if pointers not in ("", "SNGL", "DBLE"):
        given.refuse("PARENT", "a parent keeps SNGL or DBLE pointers to its children")
    direct = access in POINTED or access == "DEDB"
    if name in ("", "0"):
        return "", "", _logical(given, logical)
    return name, pointers or ("SNGL" if direct else ""), _logical(given, logical)


def _logical(given: Operands, logical: Value) -> tuple[str, ...]:
    if not logical:
        return ()
    words = [shown(one) for one in parts(logical)]
    name, *rest = words
    kinds = {"V": "VIRTUAL", "VIRTUAL": "VIRTUAL", "P": "PHYSICAL", "PHYSICAL": "PHYSICAL"}
    kind = next((kinds[one] for one in rest if one in kinds), "VIRTUAL")
    databases = [one for one in rest if one and one not in kinds]
    if len(databases) != 1:
        given.refuse("PARENT", "a logical parent is (segment,VIRTUAL or PHYSICAL,database)")
        return ()
    return name, kind, databases[0]


def _pointers(given: Operands, access: str) -> tuple[str, ...]:
    keyword = "PTR" if given.has("PTR") else "POINTER"
    found = {POINTERS.get(one, one) for one in given.words(keyword) if one}
    if not found <= POINTER_WORDS:
        given.refuse(keyword, f"takes {', '.join(sorted(POINTER_WORDS))} or their short forms")
    if access in POINTED and not found & TWIN_POINTERS:
        found.add("TWIN")
    return tuple(sorted(found))


def _rules(given: Operands, access: str) -> tuple[str, str]:
    words = given.words("RULES", 2)
    default = "HERE" if access == "DEDB" else "LAST"
    rules = next((one for one in words if one and one not in INSERT_RULES), "")
    insert = next((one for one in words if one in INSERT_RULES), default)
    if len(rules) > 3 or set(rules) - set("LPVB"):
        given.refuse("RULES", "takes three of L, P, V, B, and FIRST, LAST or HERE")
    return rules, insert


def field(given: Operands, within: Segment) -> Field | None:
    """Read FIELD; one without a name that IMS or a program knows is passed over."""
    name, sequence, unique = _named(given)
    external = given.word("EXTERNALNAME").strip("'").upper()
    if not name and not external:
        return None
    kind = _type(given)
    length = given.number("BYTES", FIELD_TYPES[kind], least=1)
    start = given.number("START", least=1)
    if given.has("NAME") and not start and not name.startswith("/") and not given.has("STARTAFTER"):
        given.missing("START")
    if not length and not given.has("MAXBYTES"):
        given.missing("BYTES")
    if within.longest and start and start + length - 1 > within.longest:
        given.refuse("START", f"the field ends at byte {start + length - 1}, segment {within.name} at {within.longest}")
    return Field(name, start, length, kind, sequence, unique, external)


def _named(given: Operands) -> tuple[str, bool, bool]:
    words = (*given.words("NAME", 3), "", "", "")[:3]
    if words[1] not in ("", "SEQ") or words[2] not in ("", "U", "M"):
        given.refuse("NAME", "takes name, or (name,SEQ,U) or (name,SEQ,M)")
    if given.has("NAME") and not words[0].startswith("/") and not 1 <= len(words[0]) <= 8:
        given.refuse("NAME", "a name has 1 to 8 characters")
    return words[0], words[1] == "SEQ", words[1] == "SEQ" and words[2] != "M"


def _type(given: Operands) -> str:
    if given.has("TYPE"):
        return given.word("TYPE", FIELD_TYPES, "C")
    described = shown((*given.raw("DATATYPE"), "")[0]).partition("(")[0]
    return DATA_TYPES.get(described, "X" if described else "C")


def logical_child(given: Operands) -> LogicalChild:
    """Read LCHILD."""
    segment_name, database = (*given.names("NAME", 2), "", "")[:2]
    if not segment_name or not database:
        given.missing("NAME=(segment,database)")
    keyword = "PTR" if given.has("PTR") else "POINTER"
    pointer = given.word(keyword, ("INDX", "SNGL", "DBLE", "SYMB", "NONE"))
    return LogicalChild(
        segment_name,
        database,
        pointer or ("" if given.has("INDEX") else "NONE"),
        given.word("INDEX"),
        given.word("PAIR"),
        given.word("RULES", INSERT_RULES, "LAST"),
        given.number("RKSIZE"),
    )


def secondary_index(
    given: Operands, link: LogicalChild, target: Segment, find: Callable[[str], Segment | None], known: list[str]
) -> SecondaryIndex:
    """Read XDFLD; its fields must be those of the source segment."""
    source = given.word("SEGMENT", default=target.name)
    found = find(source)
    if found is None:
        given.unknown("SEGMENT", "segment", source, known)
    fields = {}
    for keyword in ("SRCH", "SUBSEQ", "DDATA"):
        fields[keyword] = given.names(keyword, 5, also="/")
        names = [one.name for one in found.fields] if found else []
        for name in fields[keyword]:
            if found and name not in names and not name.startswith("/"):
                given.unknown(keyword, f"field of {source}", name, names)
    if not fields["SRCH"]:
        given.missing("SRCH")
    extraction = (given.word("NULLVAL"), given.word("EXTRTN"), given.word("CONST"))
    return SecondaryIndex(
        given.name(), link.database, target.name, source, fields["SRCH"], fields["SUBSEQ"], fields["DDATA"], *extraction
    )
