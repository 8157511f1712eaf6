"""The commands ``imsclone leases`` and ``imsclone ledger prune``: who holds what, and what is no longer needed."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from imsclone.ledger import Lease
from imsclone.terminal import columns, ledger_option, open_ledger, refusals_shown


@click.command()
@ledger_option
@click.option("--tasks", is_flag=True, help="Also those that single tasks hold against their own older processes.")
@refusals_shown
def leases(url: str, tasks: bool) -> None:
    """Show who holds which target: a run, or a team that has booked it."""
    known = open_ledger(url)
    now = known.clock()
    rows = [_row(lease, now) for lease in known.leases(tasks=tasks)]
    columns(("TARGET", "STATE", "UNTIL (UTC)", "TOKEN", "HOLDER"), rows)


def _row(lease: Lease, now: datetime) -> tuple[str, ...]:
    if lease.is_free:
        return lease.target, "free", "-", str(lease.token), "-"
    state = ("booked" if lease.booked else "held") if lease.expires_at > now else "ran out"
    until = f"{lease.expires_at:%Y-%m-%d %H:%M:%S}"
    holder = f"{lease.holder}: {lease.note}" if lease.note else lease.holder
    return lease.target, state, until, str(lease.token), holder


@click.group()
def ledger() -> None:
    """Keep the ledger small."""


@ledger.command()
@ledger_option
@click.option(
    "--keep-days", type=click.IntRange(min=1), required=True, help="Keep what is not older than this many days."
)
@refusals_shown
def prune(url: str, keep_days: int) -> None:
    """Remove the evidence of runs that ended long ago, and leases of tasks that ran out long ago.

    Runs stay, with their plans, maps and windows. So do the leases of targets: their tokens must go on growing.
    """
    removed = open_ledger(url).prune(timedelta(days=keep_days))
    click.echo(f"Removed: evidence of {removed.runs} runs ({removed.evidence} tasks), leases of {removed.leases} tasks")
