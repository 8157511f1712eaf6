"""The command ``imsclone``: check files, show a plan, look at what was done."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from imsclone import clone_types
from imsclone.booking import book, release
from imsclone.clone_types import AnyFacts, AnyPlan, AnySpec
from imsclone.connections import connection
from imsclone.copied import copied
from imsclone.errors import CloneError, all_messages, first_line, message_table
from imsclone.housekeeping import leases, ledger
from imsclone.ledger import Run
from imsclone.masking.command import mask as mask_command
from imsclone.plan import Plan
from imsclone.refresh.plan import RefreshPlan
from imsclone.report import write_report
from imsclone.spec import load_any, load_system
from imsclone.terminal import (
    REFUSED,
    columns,
    environment_of,
    folder_option,
    ledger_option,
    open_ledger,
    optional_ledger_option,
    refusals_shown,
)


class MessageUnknown(CloneError):
    """No message has an id."""

    id = "CLN602E"
    text = "No message has the id {name!r}."
    remedy = "`imsclone messages` lists all."


class NothingToCheck(CloneError):
    """A folder holds no system and no environment files."""

    id = "CLN606E"
    text = "There are no files systems/*.yaml and environments/*.yaml in {folder}."
    remedy = "Name the files, or the folder that holds them with --folder."


class FileNotWritten(CloneError):
    """A file that a command was asked to write could not be written."""

    id = "CLN605E"
    text = "{file} cannot be written: {reason}."
    remedy = "Name a file in a folder that exists and that you may write to."


@contextmanager
def _writing(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileNotWritten(file=str(file), reason=error.strerror or str(error)) from error


def facts_of(spec: AnySpec) -> AnyFacts:
    """Read both systems."""
    return clone_types.read(spec, connection)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="imsclone")
def main() -> None:
    """Clone IMS systems and databases for test and QA."""


@main.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@folder_option
@refusals_shown
def validate(files: tuple[Path, ...], folder: Path) -> None:
    """Check system and environment files: FILES, or all there are."""
    chosen = files or (*sorted(folder.glob("systems/*.yaml")), *sorted(folder.glob("environments/*.yaml")))
    refused = 0
    for path in chosen:
        try:
            _validate(path)
            click.echo(f"{path}: good")
        except CloneError as error:
            refused += 1
            click.echo(str(error), err=True)
    if not chosen:
        raise NothingToCheck(folder=str(folder))
    click.echo(f"{len(chosen)} files, {refused} refused")
    sys.exit(REFUSED if refused else 0)


def _validate(path: Path) -> None:
    if path.absolute().parent.name == "systems":
        load_system(path)
    else:
        clone_types.check(load_any(path))


@main.command()
@click.argument("environment")
@folder_option
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Write the plan as JSON to this file.")
@click.option("--data-sets", is_flag=True, help="Show the whole data-set map.")
@optional_ledger_option
@refusals_shown
def plan(environment: str, folder: Path, output: Path | None, data_sets: bool, url: str | None) -> None:
    """Read both systems and show what a clone of ENVIRONMENT (a name or a file) would do. Changes nothing on them."""
    spec = environment_of(environment, folder)
    clone_types.check(spec)
    facts = facts_of(spec)
    made = clone_types.make(spec, clone_types.looked(spec, facts, open_ledger(url)) if url else facts)
    if output is not None:
        with _writing(output):
            output.write_text(made.model_dump_json(), encoding="utf-8")
    _show_plan(made, data_sets=data_sets)


def _show_plan(made: AnyPlan, *, data_sets: bool) -> None:
    click.echo(f"Plan for {made.environment}: {made.source.imsid} to {', '.join(made.target_ids)}, {made.clone_type}")
    click.echo(f"Fingerprint {made.fingerprint}\n")
    if isinstance(made, RefreshPlan):
        _show_databases(made)
    else:
        _show_volumes(made)
    click.echo(f"\n{len(made.data_sets)} data sets, {sum(pair.renamed for pair in made.data_sets)} renamed by")
    for mask in made.masks:
        click.echo(f"  {mask}")
    if data_sets:
        _show_data_sets(made.data_sets.lines)
    click.echo(f"\nConsistency {made.consistency}, outage budget {made.outage_budget_seconds} s")
    for warning in made.warnings:
        click.echo(warning)


def _show_databases(made: RefreshPlan) -> None:
    for target in made.targets:
        columns(
            ("DATABASE", f"ON {target.side.imsid}", "TYPE", "HELD"),
            ((one.source, one.target, one.kind, "no, stopped" if one.stopped else "yes") for one in target.databases),
        )
        click.echo()
        columns(
            ("DD", "DATA SET", "ON TARGET", "VOLUMES"),
            ((one.ddname, one.source, one.target, " ".join(one.volsers)) for one in target.copies),
        )
        if target.haldbs:
            click.echo()
            numbered = [(haldb, part) for haldb in target.haldbs for part in haldb.partitions]
            columns(
                ("HALDB", "PARTITION", "ID", "REORG#"),
                ((haldb.name, part.name, str(part.id), str(part.reorg)) for haldb, part in numbered),
            )


def _show_volumes(made: Plan) -> None:
    columns(
        ("SOURCE", "UNIT", "TARGET", "UNIT", "DEVICE", "CYLS", "DATA SETS"),
        (
            (v.source, v.source_unit, v.target, v.target_unit, v.device_type, str(v.cylinders), str(v.data_sets))
            for v in made.volume_pairs
        ),
    )


def _show_data_sets(lines: Iterable[str]) -> None:
    columns(("SOURCE", "TARGET", "KIND", "VOLUMES"), (tuple(line.split(" ")) for line in lines))


@main.command()
@click.argument("run")
@ledger_option
@click.option("--output", "-o", type=click.Path(path_type=Path), help="File to write; imsclone-RUN.html if not given.")
@refusals_shown
def report(run: str, url: str, output: Path | None) -> None:
    """Write the HTML report of RUN."""
    safe = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in run)
    page = output or Path(f"imsclone-{safe}.html")
    ledger = open_ledger(url)
    with _writing(page):
        click.echo(write_report(ledger, run, page))


@main.command()
@click.argument("run", required=False)
@ledger_option
@click.option("--environment", "-e", help="Only runs of this environment.")
@click.option("--limit", default=20, show_default=True, help="How many runs.")
@click.option("--data-sets", is_flag=True, help="Show the data-set map of RUN.")
@refusals_shown
def history(run: str | None, url: str, environment: str | None, limit: int, data_sets: bool) -> None:
    """List the runs there were, or show what RUN did."""
    ledger = open_ledger(url)
    if run is None:
        columns(
            ("RUN", "ENVIRONMENT", "STATE", "STARTED", "ELAPSED", "LOST"), map(_row, ledger.runs(environment, limit))
        )
        return
    columns(("RUN", "ENVIRONMENT", "STATE", "STARTED", "ELAPSED", "LOST"), [_row(ledger.run(run))])
    click.echo()
    done = [(one.step, one.outcome, f"{one.seconds:.1f} s", one.job) for one in ledger.evidence(run)]
    columns(("STEP", "OUTCOME", "TIME", "JOB"), done)
    if data_sets:
        click.echo()
        _show_data_sets(ledger.maps(run).data_sets.lines)


def _row(run: Run) -> tuple[str, ...]:
    elapsed = f"{run.elapsed_seconds:.0f} s" if run.elapsed_seconds is not None else "-"
    lost = run.window.shown() if run.window else "-"
    return run.id, run.environment, run.state, f"{run.started_at:%Y-%m-%d %H:%M:%S}", elapsed, lost


@main.command()
@click.argument("message_id", required=False)
@click.option("--markdown", is_flag=True, help="Write the page docs/messages.md.")
@refusals_shown
def messages(message_id: str | None, markdown: bool) -> None:
    """List all messages, or explain MESSAGE_ID."""
    if markdown:
        click.echo(message_table(), nl=False)
        return
    for kind in all_messages():
        if message_id is None:
            click.echo(f"{kind.id}  {kind.text}")
        elif kind.id == message_id.upper():
            click.echo(f"{kind.id}  {kind.text}\n\nMeaning: {first_line(kind)}\nWhat to do: {kind.remedy}")
            return
    if message_id is not None:
        raise MessageUnknown(name=message_id)


main.add_command(book)
main.add_command(release)
main.add_command(copied)
main.add_command(leases)
main.add_command(ledger)
main.add_command(mask_command)
