"""Run a job from a template to its end, outside of any scheduler."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from imsclone.jcl import JobHeader, job_name, render
from imsclone.listings.messages import messages
from imsclone.names import CardText
from imsclone.zosmf import Client, Job, JobCard, correlator, gate
from imsclone.zosmf.completion import Ending
from imsclone.zosmf.errors import StepsFailed, ZosmfError

LONGEST = 1800.0
CLOSING = ("IDC0001I", "IDC0002I")


class ReadingFailed(StepsFailed):
    """A job that only reads could not read what a plan needs."""

    id = "CLN323E"
    text = "What is on z/OS cannot be read. Job {job}: {problems}. It says: {said}"
    remedy = "Repair what the messages name, then plan again; nothing was changed."


class ReadingLost(ZosmfError):
    """The system failed while a job that only reads ran. The reading may be done again."""

    id = "CLN765E"
    text = "Job {job}, which reads what a plan needs, did not finish: {said}."
    remedy = "It is tried again by itself; nothing was changed."
    retry = True


class Batch:
    """Jobs of one reading. Each is submitted exactly once: its correlator is made of the reading and a number.

    :param environment: for the comment at the top of each job.
    """

    def __init__(
        self, client: Client, card: JobCard, environment: str, templates: Sequence[Path] = (), reading: str = ""
    ) -> None:
        self.client, self.card = client, card
        self.environment, self.templates = CardText(environment), tuple(templates)
        self.reading = reading or uuid.uuid4().hex
        self._number = 0

    def run(
        self, template: str, letters: str, steps: Mapping[str, Collection[int]] | None = None, **values: Any
    ) -> Job:
        """Submit a job, wait for it, and require that its steps ended as they may.

        :param letters: the job name's letters behind the site's prefix.
        :param steps: allowed codes by step, as for :func:`imsclone.zosmf.gate`.
        """
        self._number += 1
        name = correlator("read", self.reading, letters, self._number)
        header = JobHeader(job_name(self.card.prefix, letters), name, self.card, CardText(letters), self.environment)
        jcl = render(template, self.templates, job=header, **values)
        job = self.client.wait(self.client.submit_once(jcl, name), LONGEST)
        if job.completion is not None and job.completion.ending is Ending.SYSTEM_FAILURE:
            raise ReadingLost(job=str(job), said=str(job.completion))
        try:
            gate(job, steps)
        except StepsFailed as failed:
            raise ReadingFailed(job=str(job), problems=failed.values["problems"], said=self._said(job)) from failed
        return job

    def _said(self, job: Job) -> str:
        """Return what the listings of a failed job say was wrong."""
        found: dict[str, None] = {}
        for file in self.client.spool_files(job):
            if file.ddname == "SYSPRINT":
                text = self.client.spool(job, file)
                found |= dict.fromkeys(str(one) for one in messages(text) if not one.id.startswith(CLOSING))
        return "; ".join(found) or "its listings name no reason"
