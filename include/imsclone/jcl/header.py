"""The job statement's values."""

from __future__ import annotations

from dataclasses import dataclass

from imsclone.jcl.card import Card, quoted
from imsclone.names import CardText, JobName
from imsclone.zosmf.connection import JobCard
from imsclone.zosmf.correlator import Correlator


@dataclass(frozen=True, slots=True)
class JobHeader:
    """What stands at the top of every job.

    :param step: the task the job is for, such as REPLICATE.
    :param environment: the environment that is cloned.
    """

    name: JobName
    correlator: Correlator
    card: JobCard
    step: CardText
    environment: CardText

    @property
    def operands(self) -> Card:
        """The operands of the job statement."""
        card = self.card
        account = f"({card.account})," if card.account else ","
        text = (
            f"{account}{quoted(card.programmer)},CLASS={card.jobclass},MSGCLASS={card.msgclass},"
            f"MSGLEVEL=(1,1),REGION={card.region}"
        )
        text += f",NOTIFY={card.notify}" if card.notify else ""
        text += f",USER={card.user}" if card.user else ""
        return Card(text)

    @property
    def statements(self) -> tuple[Card, ...]:
        """The site's own statements, checked when the card was made."""
        return tuple(Card(line) for line in self.card.statements)


def job_name(prefix: str, letters: str) -> JobName:
    """Return a job name of a card's prefix and a step's letters, as much of both as eight characters hold."""
    return JobName((prefix[:5] + letters)[:8])
