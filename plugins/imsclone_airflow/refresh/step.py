"""What all steps of a refresh share: the refresh plan, and commands to one of its two sides."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from imsclone_airflow.operators.job import ZosJobOperator

if TYPE_CHECKING:
    from imsclone.jcl.card import Card
    from imsclone.listings.type2 import Answer
    from imsclone.refresh.plan import RefreshPlan, RefreshSide, TargetPlan
    from imsclone.zosmf import Protected
    from imsclone_airflow.jobs import JobOutput

COMMAND = "refresh_command.jcl"
WAIT_SECONDS = 60
SPOC_CODES = (0, 4, 8)
"""The listing says what became of a command on each member; the utility's code only that something did."""

AWAY_TRIES, AWAY_SECONDS = 60, 2.0
"""How often, and how long apart, an IMS is asked again that is not there: one that failed with its z/OS restarts."""


class RefreshStep(ZosJobOperator):
    """One step of a refresh."""

    @property
    def refresh(self) -> RefreshPlan:
        """The plan this task follows."""
        return cast("RefreshPlan", self.the_plan)

    def tries_again(self) -> Iterator[int]:
        """Count the further tries at an IMS that is not there from 1, with a pause before each."""
        for number in range(1, AWAY_TRIES + 1):
            self.fence.check()
            time.sleep(AWAY_SECONDS)
            yield number

    def protection(self) -> Protected:
        """Return the data sets that are copied: only the target's may be written."""
        from imsclone.zosmf import Protected

        return Protected(dsnames=tuple(one.source for one in self.refresh.copies))


class TargetStep(RefreshStep):
    """One step for each target.

    :param group: one of the targets that the plan task returned: its number, and its IMS id for people to read.
    """

    template_fields: Sequence[str] = (*RefreshStep.template_fields, "group")

    def __init__(self, *, group: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.group = group

    @property
    def aim(self) -> TargetPlan:
        """The target, as the plan has it."""
        return self.refresh.targets[int(self.group["number"])]

    def job_letters(self) -> str:
        """Return the job name's letters with the target's number: JES runs one job of a name at a time."""
        number = int(self.group["number"])
        return f"{self.letters[:3]}{number:02d}" if number else self.letters


class TargetCommand(TargetStep):
    """One command to a target's IMS."""

    jcl_template = COMMAND
    steps = {"SPOC": SPOC_CODES}  # noqa: RUF012

    def is_needed(self) -> bool:
        return self.aim.side.active

    def read(self, output: JobOutput) -> Answer:
        """Return the answer; while no IMS is there the command is given again, each time by a job of its own."""
        found = answer(output, "SPOC")
        for number in self.tries_again() if found.nobody else ():
            again = self.desk.run(f"again{number}", self.job_jcl)
            self.keep(again)
            found = answer(again, "SPOC")
            if not found.nobody:
                break
        return found


def spoc_values(side: RefreshSide, command: Card | None = None) -> dict[str, Any]:
    """Return what a step needs that gives commands to a side."""
    values = {"steplib": side.steplib, "imsplex": side.imsplex, "route": side.members, "wait": WAIT_SECONDS}
    return values if command is None else values | {"command": command}


def answer(output: JobOutput, step: str) -> Answer:
    """Return what became of the one command of a step."""
    from imsclone.listings import type2

    return type2.answers(output.sysprint(step))[0]


def said(found: Answer, good: Collection[int] = (0,)) -> str:
    """Return what an answer says was wrong; empty if nothing was.

    :param good: completion codes that are no failure.
    """
    failed = [row for row in found.rows if row.code not in good]
    if failed:
        return "; ".join(map(str, failed))
    return "" if found.rows else found.said


def recon_values(side: RefreshSide) -> Mapping[str, Any]:
    """Return what a DBRC job on a side's RECON needs."""
    return {"steplib": side.steplib, "recon": side.recon, "dbdlib": side.dbdlib}
