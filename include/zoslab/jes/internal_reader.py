"""What the internal reader takes: card images with one JOB statement in front."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from zoslab.jes.errors import JclRejected

if TYPE_CHECKING:
    from zoslab.jes.jes import Jes
    from zoslab.jes.job import Job
    from zoslab.jes.joblog import JobLog

CARD = 80


def checked(jcl: str) -> str:
    """Return the job name.

    :raises JclRejected: the text is not one job of card images.
    """
    cards = jcl.splitlines()
    for number, card in enumerate(cards, 1):
        if len(card) > CARD:
            raise JclRejected(
                "record length", f"Record {number} is {len(card)} characters long, a card image holds {CARD}"
            )
    name, at = job_card(jcl)
    if not name:
        raise JclRejected("no job", "The input has no JOB statement")
    if any(card.strip() and not card.startswith("//*") for card in cards[:at]):
        raise JclRejected("no job", "The input does not begin with a JOB statement")
    return name


def jobs_in(cards: list[str]) -> Iterator[str]:
    """Split internal reader input at its JOB statements, but for those that are in-stream data."""
    job: list[str] = []
    delimiter = ""
    for card in cards:
        opened = re.match(r"//\S* +DD +(?:DATA|\*)(?=[ ,]|$)(?:\S*DLM='?(..)'?)?", card)
        if delimiter:
            delimiter = "" if card.startswith(delimiter) else delimiter
        elif opened and (opened[1] or " DATA" in card):
            delimiter = opened[1] or "/*"
        elif job_card(card)[0] and job:
            yield "\n".join(job)
            job = []
        job.append(card)
    if job:
        yield "\n".join(job)


def job_card(text: str) -> tuple[str, int]:
    """Return the job name of the first JOB statement and the index of its card; ("", -1) if there is none."""
    for index, card in enumerate(text.splitlines()):
        found = re.match(r"//([A-Z@#$][A-Z0-9@#$]{0,7}) +JOB( |$)", card)
        if found:
            return found.group(1), index
    return "", -1


def submit_output(jes: Jes, job: Job, file_id: int, log: JobLog) -> None:
    """Submit the jobs that a step wrote to SYSOUT=(x,INTRDR)."""
    for jcl in jobs_in(jes.spool_records(job.jobid, file_id)):
        try:
            log.message(f"$HASP100 {jes.submit(jcl, job.owner)} SUBMITTED BY {job.jobname}")
        except JclRejected as error:
            log.message(f"$HASP110 {job.jobname} -- INTERNAL READER: {error}")
