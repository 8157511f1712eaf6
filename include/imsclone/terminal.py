"""What the commands share: options, the environment they name, refusals with their return code, columns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from imsclone.errors import CloneError
from imsclone.ledger import Ledger
from imsclone.spec import EnvironmentSpec, RefreshSpec, load_any

P = ParamSpec("P")
REFUSED = 8
DEFAULT_FOLDER = Path(__file__).resolve().parents[1]

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_FOLDER,
    envvar="IMSCLONE_FOLDER",
    help="Folder with systems/ and environments/.",
)

ledger_option = click.option(
    "--ledger", "url", required=True, envvar="IMSCLONE_LEDGER", show_envvar=True, help="URL of the ledger database."
)

optional_ledger_option = click.option(
    "--ledger",
    "url",
    envvar="IMSCLONE_LEDGER",
    show_envvar=True,
    help="URL of the ledger database, which knows how HALDBs of past times were partitioned.",
)


class EnvironmentUnknown(CloneError):
    """There is no file for an environment."""

    id = "CLN601E"
    text = "There is no environment {name!r} in {folder}."
    remedy = "Environments there are: {known}."


def environment_of(name: str, folder: Path) -> EnvironmentSpec | RefreshSpec:
    """Load the environment with a name, or of a file."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else folder / "environments" / f"{name}.yaml"
    if not path.exists():
        known = ", ".join(sorted(path.stem for path in folder.glob("environments/*.yaml"))) or "none"
        raise EnvironmentUnknown(name=name, folder=str(folder / "environments"), known=known)
    return load_any(path)


def refusals_shown(command: Callable[P, None]) -> Callable[P, None]:
    """Show what was refused, all of it, and end with return code 8."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except CloneError as error:
            click.echo(str(error), err=True)
            sys.exit(REFUSED)

    return run


def columns(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows in columns as wide as they need to be."""
    table = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        click.echo("  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip())


def open_ledger(url: str) -> Ledger:
    """Open a ledger, with its tables brought to the newest version."""
    ledger = Ledger(url)
    ledger.upgrade()
    return ledger
