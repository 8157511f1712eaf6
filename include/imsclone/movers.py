"""What copies data, and what each way of copying can promise about the copy."""

from __future__ import annotations

from typing import Literal, NamedTuple

Mover = Literal["dss", "emcsnap", "shadowimage", "own"]


class Gives(NamedTuple):
    """The kinds of consistency that a mover can give to copies of data sets, and to copies of volumes."""

    data_sets: tuple[str, ...]
    volumes: tuple[str, ...]


HELD = ("dbr", "dbd", "quiesce")
MOVERS: dict[Mover, Gives] = {
    "dss": Gives((*HELD, "fuzzy", "fuzzy_with_log_apply"), ("suspend", "freeze", "offline")),
    "emcsnap": Gives((*HELD, "fuzzy"), ()),
    "shadowimage": Gives((), ()),
    "own": Gives((*HELD, "fuzzy"), ("suspend", "offline")),
}
"""EMCSNAP (EMC TimeFinder/Clone Mainframe SNAP Facility) copies each data set at once, one after the other: they are
one point only while the source is held. ShadowImage pairs volumes, whose data sets keep their names. An own copy is
one point because nothing is updated until it is said to be made, or it is fuzzy. A freeze is part of the copies that
DFSMSdss makes; copies of volumes by EMCSNAP would have to be judged by listings that nobody here has seen."""


def refusal(mover: Mover, consistency: str, kind: Literal["data_sets", "volumes"]) -> str:
    """Say what a mover can give instead of what is asked for; empty if it can give it."""
    given: tuple[str, ...] = getattr(MOVERS[mover], kind)
    return "" if consistency in given else ", ".join(given) or "nothing"


def able(consistency: str, kind: Literal["data_sets", "volumes"]) -> str:
    """Name the movers that can give a consistency."""
    return ", ".join(name for name in MOVERS if not refusal(name, consistency, kind)) or "there is none"
