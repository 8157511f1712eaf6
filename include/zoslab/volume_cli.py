"""``zoslab volume``: look at volumes in image files, whoever made them, check them, recondition them, write one out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import click

from zoslab.dasd.check import check_volume
from zoslab.dasd.devices import Device
from zoslab.dasd.errors import DasdError
from zoslab.dasd.export import export_volume
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import Volume
from zoslab.dasd.vsam.component import open_vvds
from zoslab.dasd.vvds_check import check_vvds
from zoslab.recondition.errors import InvalidRequest
from zoslab.recondition.masks import InvalidMask
from zoslab.recondition.offline import opened, recondition_image
from zoslab.recondition.report import lines
from zoslab.recondition.request import NotRenamed, Pair

IMAGE = click.argument("image", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def volume() -> None:
    """Volumes: list, check and recondition image files, write a volume of the system out as one."""


@volume.command()
@IMAGE
def ls(image: Path) -> None:
    """List the data sets of the volume in IMAGE."""
    with _told(), opened(image) as device:
        found = Volume.open(device)
        geometry = found.geometry
        click.echo(f"{found.volser}  {geometry.device}, {geometry.cylinders} cylinders")
        for entry in found.vtoc.entries():
            dscb = entry.dscb
            attributes = f"{dscb.dsorg:<4} {dscb.recfm:<4} {dscb.ds1lrecl:>5} {dscb.ds1blkl:>5}"
            click.echo(f"{entry.dsname:<44} {attributes} {len(entry.extents):>3} extents {entry.tracks:>6} tracks")
        free = sum(extent.tracks for extent in found.vtoc.free_space)
        click.echo(f"{len(found.vtoc.names())} data sets, {free} of {geometry.tracks} tracks free")


@volume.command()
@IMAGE
@click.option("--every-track", is_flag=True, help="Also read each track and check its framing.")
@click.pass_context
def check(context: click.Context, image: Path, every_track: bool) -> None:
    """Check the volume in IMAGE; return code 1 if anything is wrong."""
    with _told(), opened(image) as device:
        findings = list(map(str, check_volume(device, every_track=every_track)))
        if not findings:
            vvds = open_vvds(Volume.open(device))
            findings = [f"VVDS: {text}" for text in check_vvds(vvds)] if vvds is not None else []
    for finding in findings:
        click.echo(finding)
    if findings:
        context.exit(1)
    click.echo("nothing found")


@volume.command()
@click.argument("which", metavar="DEVICE-OR-VOLSER")
@click.argument("file", type=click.Path(exists=False, path_type=Path))
@click.option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The system's state.")
@click.pass_obj
def export(default: Path | None, which: str, file: Path, folder: Path | None) -> None:
    """Write a volume of the stopped system to FILE, as Hercules reads it."""
    place = folder or default
    if place is None or not (place / "dasd").is_dir():
        raise click.ClickException(f"{place} holds no system; name its folder with --folder.")
    with _told(), DiskSubsystem(place / "dasd", background_copy=False) as subsystem:
        device = _device(subsystem, which.upper())
        export_volume(device, file)
        click.echo(f"{device} ({device.volser or 'offline'}) is in {file}")


@volume.command()
@IMAGE
@click.option("--volser", default="", help="The volume's new serial; without it the volume keeps its own.")
@click.option("--rename", "renames", multiple=True, metavar="'OLD.**=NEW.**'", help="Rename mask; the first decides.")
@click.option(
    "--not-renamed",
    type=click.Choice(["keep", "delete", "fail"]),
    default="keep",
    show_default=True,
    help="What becomes of data sets no mask matches.",
)
@click.option("--simulate", is_flag=True, help="Tell what would be done, change nothing.")
@click.pass_context
def recondition(
    context: click.Context, image: Path, volser: str, renames: tuple[str, ...], not_renamed: str, simulate: bool
) -> None:
    """Give the volume in IMAGE a new serial and its data sets new names, in place."""
    policy = cast(NotRenamed, not_renamed.upper())
    with _told():
        plan = recondition_image(image, volser.upper(), [_pair(text) for text in renames], policy, simulate=simulate)
    for old, new in sorted(plan.renames.items()):
        click.echo(f"{old:<44} {new}")
    for problem in plan.problems:
        click.echo(str(problem), err=True)
    if any(problem.is_error for problem in plan.problems):
        click.echo(f"{image} is not changed.", err=True)
        context.exit(1)
    for line in lines(plan):
        click.echo(line)


def _pair(text: str) -> Pair:
    old, equals, new = text.upper().partition("=")
    if not equals:
        raise click.UsageError(f"--rename {text}: write OLD.**=NEW.**")
    return old.strip(), new.strip()


def _device(subsystem: DiskSubsystem, which: str) -> Device:
    """Return the device of a serial, or of a number in hexadecimal."""
    for device in subsystem.devices():
        if which in (device.volser, f"{device.devno:04X}", f"{device.devno:03X}"):
            return device
    offline = [device for device in subsystem.devices() if not device.online and device.label() == which]
    if len(offline) != 1:
        raise click.ClickException(f"There is no device and no volume {which}.")
    return offline[0]


@contextmanager
def _told() -> Iterator[None]:
    """Turn what is wrong with a volume or a request into the command's message."""
    try:
        yield
    except (DasdError, InvalidRequest, InvalidMask, FileExistsError) as error:
        raise click.ClickException(str(error)) from error
