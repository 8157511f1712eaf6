"""What the commands share: the ledger's option, refusals with their return code, columns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec

import click

from imsclone.errors import CloneError
from imsclone.ledger import Ledger

P = ParamSpec("P")
REFUSED = 8

ledger_option = click.option(
    "--ledger", "url", required=True, envvar="IMSCLONE_LEDGER", show_envvar=True, help="URL of the ledger database."
)


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
