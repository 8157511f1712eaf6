"""The commands ``imsclone book`` and ``imsclone release``: a team keeps an environment as it is until a time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from imsclone.ledger import target_lease
from imsclone.spec import EnvironmentSpec, RefreshSpec
from imsclone.terminal import environment_of, folder_option, ledger_option, open_ledger, refusals_shown


def moment(ctx: click.Context, param: click.Parameter, value: str) -> datetime:
    """Read a moment in ISO 8601; without an offset it is UTC."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter("give a moment such as 2026-11-23T18:00 or 2026-11-23T18:00+01:00") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def named(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Read a name that is not empty."""
    if not value.strip():
        raise click.BadParameter("nobody is named")
    return value.strip()


@click.command()
@click.argument("environment")
@folder_option
@ledger_option
@click.option("--until", callback=moment, required=True, help="When it ends, such as 2026-11-23T18:00; UTC.")
@click.option("--for", "team", callback=named, required=True, help="Who needs the environment as it is.")
@click.option("--note", default="", help="What for; shown to everybody who has to wait.")
@refusals_shown
def book(environment: str, folder: Path, url: str, until: datetime, team: str, note: str) -> None:
    """Keep the targets of ENVIRONMENT from being made anew. The same team again changes its booking."""
    for lease in open_ledger(url).book(targets(environment_of(environment, folder)), team, until, note):
        end = lease.expires_at.astimezone(UTC)
        click.echo(f"{lease.target} is booked by {lease.holder} until {end:%Y-%m-%d %H:%M:%S} UTC")


@click.command()
@click.argument("environment")
@folder_option
@ledger_option
@refusals_shown
def release(environment: str, folder: Path, url: str) -> None:
    """End the booking of the targets of ENVIRONMENT before its time."""
    ledger = open_ledger(url)
    for target in targets(environment_of(environment, folder)):
        click.echo(f"{target} is no longer booked by {ledger.unbook(target).holder}")


def targets(spec: EnvironmentSpec | RefreshSpec) -> list[str]:
    """Return the names of the leases on all targets of an environment."""
    further = spec.also if isinstance(spec, RefreshSpec) else ()
    return [target_lease(one.target.imsid) for one in (spec, *further)]
