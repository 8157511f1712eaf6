"""Which data sets COPY DATASET takes, and under which names: INCLUDE, EXCLUDE, BY, RENAMEUNCONDITIONAL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zoslab.catalog.entry import pattern
from zoslab.dasd.dscb import Format1
from zoslab.programs.adrdssu.messages import Refused
from zoslab.programs.statements import Group, Node, Operands, Statement
from zoslab.recondition.masks import InvalidMask, RenameMask, RenameMasks

_DSORG = {"SAM": "PS", "PS": "PS", "PAM": "PO", "PDS": "PO", "BDAM": "DA", "ISAM": "IS", "VSAM": "VS"}
_YES_NO = {"YES": True, "NO": False, "1": True, "0": False}
SYNTAX_ERROR = 12


@dataclass(frozen=True)
class Candidate:
    """What the filters look at. A VSAM component goes by its cluster's name too."""

    names: tuple[str, ...]
    dscb: Format1
    cataloged: bool
    volumes: int


Test = Callable[[Candidate], bool]


class Filter:
    """INCLUDE, EXCLUDE and BY of one statement.

    :ivar exact: the included names, if no mask is among them. :raises Refused: a BY criterion is not supported.
    """

    def __init__(self, operands: Operands) -> None:
        masks = operands.texts("INCLUDE") or ("**",)
        self._include = [pattern(mask) for mask in masks]
        self.exact = () if any(set(mask) & set("*%") for mask in masks) else tuple(dict.fromkeys(masks))
        self._exclude = [pattern(mask) for mask in operands.texts("EXCLUDE")]
        self._by = _criteria(operands.keywords.get("BY", ()))

    def names(self, *dsnames: str) -> bool:
        """Tell whether one of the names of a data set is included and none is excluded."""
        included = any(mask.fullmatch(name) for mask in self._include for name in dsnames)
        return included and not any(mask.fullmatch(name) for mask in self._exclude for name in dsnames)

    def selects(self, candidate: Candidate) -> bool:
        """Tell whether a data set is selected."""
        return self.names(*candidate.names) and all(test(candidate) for test in self._by)


def new_names(statement: Statement) -> Callable[[str], str]:
    """Return the function that RENAMEU stands for; a name that it does not speak of stays.

    :raises Refused: a pair is no rename mask.
    """
    groups = statement.groups("RENAMEUNCONDITIONAL")
    try:
        masks = RenameMasks([RenameMask(group[0], group[1]) for group in groups if len(group) == 2])
    except InvalidMask as error:
        raise Refused("ADR129E", f"RENAMEUNCONDITIONAL: {error}", SYNTAX_ERROR) from error
    prefixes = [group[0] for group in groups if len(group) == 1]
    if len(prefixes) > 1 or any(len(group) > 2 for group in groups):
        raise Refused("ADR129E", "RENAMEUNCONDITIONAL takes one prefix and pairs of names", SYNTAX_ERROR)

    def rename(dsname: str) -> str:
        new = masks.apply(dsname)
        if new is None and prefixes:
            return ".".join([prefixes[0], *dsname.split(".")[1:]])
        return new or dsname

    return rename


def _criteria(nodes: tuple[Node, ...]) -> list[Test]:
    """Read ``(schar,op,(arg,...))``, one or several of them."""
    if not nodes:
        return []
    groups = [node for node in nodes if isinstance(node, Group)]
    if len(groups) == len(nodes):
        return [_criterion(group.nodes) for group in groups]
    return [_criterion(nodes)]


def _criterion(nodes: tuple[Node, ...]) -> Test:
    words = [str(node) for node in nodes[:2]]
    given = [str(inner) for node in nodes[2:] for inner in (node.nodes if isinstance(node, Group) else (node,))]
    if len(words) != 2 or words[1] not in ("EQ", "NE") or not given:
        raise Refused("ADR129E", "BY takes (criterion,EQ or NE,value)", SYNTAX_ERROR)
    test = _test(words[0], given)
    return test if words[1] == "EQ" else lambda candidate: not test(candidate)


def _test(name: str, given: list[str]) -> Test:
    if name == "DSORG" and all(value in _DSORG for value in given):
        wanted = {_DSORG[value] for value in given}
        return lambda candidate: candidate.dscb.dsorg[:2] in wanted
    if name in ("CATLG", "MULTI") and len(given) == 1 and given[0] in _YES_NO:
        yes = _YES_NO[given[0]]
        if name == "CATLG":
            return lambda candidate: candidate.cataloged is yes
        return lambda candidate: (candidate.volumes > 1) is yes
    raise Refused("ADR129E", f"BY({name},..,{','.join(given)}): DSORG, CATLG and MULTI are supported", SYNTAX_ERROR)
