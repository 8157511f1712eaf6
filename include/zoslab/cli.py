"""The command ``zoslab``: create, start, stop and look at the embedded z/OS."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any, TextIO

import click
import httpx

from zoslab import service
from zoslab.dasd.errors import DasdError
from zoslab.ims.dbd_report import report
from zoslab.ims.dbdgen import generate
from zoslab.ims.macros import SourceError
from zoslab.sample.create import RATE, FolderNotEmpty
from zoslab.sample.create import create as create_sample
from zoslab.volume_cli import volume

FOLDER = ".lab"
IMSID = re.compile(r"[A-Z@#$][A-Z0-9@#$]{0,3}")


class Commands(click.Group):
    """Commands whose refusals are shown as one line, with return code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except (service.ServiceError, FolderNotEmpty, DasdError, OSError, httpx.HTTPError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--folder", type=click.Path(path_type=Path), default=Path(FOLDER), show_default=True, help="Its state.")
@click.pass_context
def main(context: click.Context, folder: Path) -> None:
    """An embedded z/OS: real volume formats, catalogs, JES, utilities and IMS behind z/OSMF on loopback."""
    context.obj = folder.absolute()


@main.command()
@click.option("--members", type=click.IntRange(1, 2), default=1, show_default=True, help="2 adds IMSQ, sharing data.")
@click.option(
    "--rate", type=click.IntRange(1), default=RATE, show_default=True, help="The bank's transactions a second."
)
@click.pass_obj
def create(folder: Path, members: int, rate: int) -> None:
    """Build the sample system with the production IMS called IMSP."""
    create_sample(folder, click.echo, members=members, rate=rate)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to bind; loopback unless told otherwise.")
@click.option("--port", type=click.IntRange(1, 65535), default=10443, show_default=True, help="Port of z/OSMF.")
@click.option("--detach", is_flag=True, help="Return once it is up; 'zoslab stop' ends it.")
@click.pass_obj
def start(folder: Path, host: str, port: int, detach: bool) -> None:
    """Start the system and its z/OSMF. Commands of SYS1.PARMLIB(COMMND00) start IMS and its workload."""
    if detach:
        service.start_detached(folder, host, port)
        click.echo(f"z/OSMF at {service.connection(folder)['host']}:{service.connection(folder)['port']}")
    else:
        service.run(folder, host, port)


@main.command()
@click.pass_obj
def stop(folder: Path) -> None:
    """Stop the system. What was active comes back at the next start, as after an automatic restart."""
    click.echo("stopped" if service.stop(folder) else "was not running")


@main.command()
@click.pass_obj
def status(folder: Path) -> None:
    """Say whether the system runs, and what is active in it."""
    if service.running(folder) is None:
        raise click.ClickException(f"the system in {folder} is not running")
    for line in service.command(folder, "D A,L"):
        click.echo(line)


@main.command()
@click.argument("command", nargs=-1, required=True)
@click.pass_obj
def console(folder: Path, command: tuple[str, ...]) -> None:
    """Issue an operator command and print its response."""
    for line in service.command(folder, " ".join(command)):
        click.echo(line)


@main.command()
@click.option("--ims", default="IMSP", show_default=True, help="The IMS, by its identifier of 1 to 4 characters.")
@click.option(
    "--rate",
    type=click.IntRange(0, 10000),
    default=20,
    show_default=True,
    help="Transactions a second; 0 stops the workload.",
)
@click.pass_obj
def workload(folder: Path, ims: str, rate: int) -> None:
    """Start or stop the bank's transactions on an IMS."""
    if not IMSID.fullmatch(ims.upper()):
        raise click.BadParameter("an IMS identifier is 1 to 4 letters, digits, @, # or $", param_hint="--ims")
    text = f"S BANKWL,IMS={ims.upper()},RATE={rate}" if rate else "P BANKWL"
    for line in service.command(folder, text):
        click.echo(line)


@main.command()
@click.confirmation_option(prompt="Remove the system and everything in it?")
@click.pass_obj
def delete(folder: Path) -> None:
    """Remove a stopped system."""
    if service.running(folder) is not None:
        raise click.ClickException("the system is running; stop it first")
    shutil.rmtree(folder, ignore_errors=True)


@main.command()
@click.argument("source", type=click.File())
def dbdgen(source: TextIO) -> None:
    """Read DBD macro source and print the database as it was read, or what is wrong and in which line."""
    try:
        lines = report(generate(source))
    except SourceError as error:
        raise click.ClickException(f"{source.name} {error}") from error
    for line in lines:
        click.echo(line)


main.add_command(volume)
