"""The command ``imsclone mask``."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path

import click

from imsclone.dbd import load_dbd
from imsclone.masking.errors import MaskKeyMissing
from imsclone.masking.originals import Originals
from imsclone.masking.plan import plan_masking
from imsclone.masking.policy import load_policy
from imsclone.masking.run import MaskReport, mask_file, require_definition
from imsclone.terminal import columns, refusals_shown
from imsclone.unload import open_unload

KEY_VARIABLE = "IMSCLONE_MASK_KEY"
SHORTEST_KEY = 16

_file = click.Path(path_type=Path, dir_okay=False)


def masking_key(file: Path | None) -> bytes:
    """Return the masking key from a file, or from the variable IMSCLONE_MASK_KEY. Raises MaskKeyMissing."""
    if file is None:
        key, reason = os.environ.get(KEY_VARIABLE, "").strip().encode(), f"{KEY_VARIABLE} is not set"
    else:
        try:
            key, reason = file.read_bytes().strip(), f"{file} is empty"
        except OSError as error:
            raise MaskKeyMissing(reason=f"{file}: {error.strerror}", variable=KEY_VARIABLE) from error
    if not key:
        raise MaskKeyMissing(reason=reason, variable=KEY_VARIABLE)
    if len(key) < SHORTEST_KEY:
        raise MaskKeyMissing(reason=f"it has {len(key)} bytes", variable=KEY_VARIABLE)
    return key


@click.command()
@click.argument("source", metavar="IN", type=_file)
@click.argument("target", metavar="OUT", type=_file, required=False)
@click.option("--policy", "-p", "policy_file", type=_file, required=True, help="The masking policy, a YAML file.")
@click.option("--dbd", "-d", "dbds", type=_file, multiple=True, required=True, help="DBD source; may be given again.")
@click.option("--key-file", type=_file, help=f"File with the masking key; the variable {KEY_VARIABLE} if not given.")
@click.option("--originals", type=_file, help="Keep keyed hashes of the original values here, for a leak scan.")
@click.option("--replace", is_flag=True, help="Replace OUT if it exists.")
@click.option("--dry-run", is_flag=True, help="Read and mask everything, write nothing, show the counts.")
@refusals_shown
def mask(
    source: Path,
    target: Path | None,
    policy_file: Path,
    dbds: tuple[Path, ...],
    key_file: Path | None,
    originals: Path | None,
    replace: bool,
    dry_run: bool,
) -> None:
    """Mask the unloaded database IN (the output of DFSURGU0) into OUT, by a policy."""
    if target is None and not dry_run:
        raise click.UsageError("Missing argument 'OUT'; to write nothing, say --dry-run.")
    policy = load_policy(policy_file)
    databases = [load_dbd(path) for path in dbds]
    key = masking_key(key_file)
    plans = plan_masking(policy, databases, key)
    with open_unload(source) as unload:
        require_definition(unload.header, [one.name for one in databases], source)
    kept = Originals(originals, key) if originals is not None and not dry_run else None
    with click.progressbar(length=source.stat().st_size, label=f"Masking {source.name}") as bar, kept or nullcontext():
        report = mask_file(
            source,
            None if dry_run else target,
            plans,
            replace=replace,
            originals=kept,
            progress=lambda _, position: bar.update(position - bar.pos),
        )
    show(report, dry_run=dry_run)


ORDERS = {
    "kept": "as it was unloaded",
    "record": "as it was unloaded, twins sorted by their new keys",
    "database": "sorted by the new root keys",
}


def show(report: MaskReport, *, dry_run: bool) -> None:
    """Print what was done."""
    done = "would be" if dry_run else "were"
    total = sum(report.segments.values())
    click.echo(
        f"Database {report.database}: {total} segments, order {ORDERS[report.order]}. Values that {done} changed:"
    )
    columns(
        ("SEGMENT", "FIELD", "RULE", "CHANGED", "STAYED"),
        [(one.segment, one.name, one.rule, str(one.changed), str(one.stayed)) for one in report.fields],
    )
    if report.unmentioned:
        click.echo(f"Fields that the policy does not mention, left as they are: {', '.join(report.unmentioned)}")
    if report.indexes:
        click.echo(f"Build these indexes anew after the reload: {', '.join(report.indexes)}")
    if dry_run:
        click.echo("Nothing was written.")
