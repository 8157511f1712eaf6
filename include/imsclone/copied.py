"""The command ``imsclone copied``: somebody says that a copy that a run waits for is made, or that it failed."""

from __future__ import annotations

import getpass

import click

from imsclone.errors import CloneError
from imsclone.pairs import COPIED
from imsclone.terminal import ledger_option, open_ledger, refusals_shown


class RunEnded(CloneError):
    """A run is over, so that nothing of it waits for a copy."""

    id = "CLN607E"
    text = "Run {run} has ended: {state}."
    remedy = "Look at the run that waits: its id and token are in the file of pairs."


@click.command()
@click.argument("run")
@click.argument("token")
@click.option("--failed", metavar="WHY", help="Say that the copy failed; the run then fails and releases the source.")
@ledger_option
@refusals_shown
def copied(run: str, token: str, failed: str | None, url: str) -> None:
    """Say that the copy which RUN waits for is made. TOKEN stands in its file of pairs, as RUN does."""
    known = open_ledger(url)
    state = known.run(run).state
    if state != "running":
        raise RunEnded(run=run, state=state)
    known.record_evidence(
        run,
        COPIED,
        attempt=1 + sum(one.step == COPIED for one in known.evidence(run)),
        outcome="failed" if failed else "done",
        after={"token": token},
        messages=[failed or f"Said to be copied by {getpass.getuser()}"],
    )
    click.echo(f"Run {run} is told that its copy {'failed' if failed else 'is made'}")
