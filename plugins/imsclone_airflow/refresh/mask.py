"""Mask the refreshed databases of a target, before they are started."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imsclone_airflow import settings
from imsclone_airflow.masking_key import masking_key
from imsclone_airflow.operators import replicate
from imsclone_airflow.refresh.errors import NothingWasCopied
from imsclone_airflow.refresh.step import TargetStep, recon_values

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.masking import DatabaseMask, Originals, Scanner
    from imsclone.names import DataSetName
    from imsclone.refresh.masking import MaskedDatabase, MaskingPlan
    from imsclone.refresh.plan import DataSetCopy
    from imsclone_airflow.jobs import JobOutput

COPY_DIGITS = 5
DONE = "masked copy"
"""What the evidence of a task that has masked a copy calls the copy."""


class MaskOperator(TargetStep):
    """Unload each database, mask it, load it again with its indexes, and look for original values in all of it.

    An unload comes here piece by piece and is masked on the way: what is on the worker's disk is masked, and keyed
    hashes of the original values. The masked unload goes over the unmasked one, which then changes its name: a
    data set called MASKED is whole, and a try that finds it goes on from there. UNMASKED ones are deleted when a
    try ends, however it ends, and at the latest by the next try or run. Run again for the same copy, it does nothing.
    """

    letters = "MASK"
    derived = True

    def work(self, context: Context) -> str:
        if self.refresh.masking is None:
            return "the environment does not ask for masking"
        if self.is_done():
            return "this copy is masked"
        self.attempt = int(context["ti"].try_number)
        try:
            self.delete_all(keep=f"{self.prefix}*.MASKED")
            self.delete_originals(keep=self.originals_file)
            self.mask()
        except BaseException:
            self.delete_unmasked()
            raise
        self.delete_all()
        self.delete_originals()
        self.evidence.after[DONE] = self.copy
        return "masked"

    # What it works on

    @property
    def masking(self) -> MaskingPlan:
        """The plan's masking."""
        found = self.refresh.masking
        assert found is not None
        return found

    @cached_property
    def copy(self) -> str:
        """What tells the copy apart that is to be masked: a later one must be masked again."""
        found = [one for one in self.ledger.evidence(self.task_key.run_key) if one.step == replicate.TASK]
        done = [f"{one.job} {one.ended_at}" for one in found if one.outcome == "done"]
        if not done:
            raise NothingWasCopied(run=self.task_key.run_key)
        whole = "\0".join([self.task_key.run_key, *done])
        return hashlib.sha256(whole.encode()).hexdigest()[:COPY_DIGITS].upper()

    def is_done(self) -> bool:
        """Whether an earlier execution of this task has masked this copy; masked again, it would hold other values."""
        key = self.task_key
        return any(
            one.step == key.task and one.map_index == key.map_index and one.after.get(DONE) == self.copy
            for one in self.ledger.evidence(key.run_key)
        )

    @property
    def prefix(self) -> str:
        """What the work data sets of this copy have in common."""
        return self.masking.prefix(self.aim.side.imsid, self.copy)

    def work_data_set(self, database: str, state: str) -> DataSetName:
        """Return the name of a work data set."""
        return self.masking.work_data_set(self.aim.side.imsid, self.copy, database, state)

    @cached_property
    def originals_file(self) -> Path:
        """Keyed hashes of original values; kept until the scan, which may be done by a later try."""
        folder = settings.reports() / "masking"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{self.aim.side.imsid}-{self.copy}.originals"

    # The work

    def mask(self) -> None:
        from imsclone.masking import Originals, Scanner
        from imsclone.masking.errors import OriginalsLost
        from imsclone.refresh.masking import MASKED

        policy = self.masking.load()
        key = masking_key(self.masking.key)
        finished = {one.dsname for one in self.client.data_sets(f"{self.prefix}*.{MASKED}")}
        if finished and not self.originals_file.exists():
            raise OriginalsLost(imsid=self.aim.side.imsid, file=str(self.originals_file))
        masks = self.masks(policy, key)
        with Originals(self.originals_file, key) as originals:
            for one in self.masking.databases:
                if self.work_data_set(one.name, MASKED) not in finished:
                    self.mask_database(one, masks, originals)
        for one in self.masking.databases:
            self.reload(one)
        with Originals(self.originals_file, key) as originals:
            self.scan(Scanner(originals))

    def masks(self, policy: Any, key: bytes) -> Mapping[str, DatabaseMask]:
        """Bring policy and key together with the target's definitions."""
        from imsclone.masking import plan_masking
        from imsclone.refresh.read import read_definitions

        known = read_definitions(self.client, self.aim.side.dbdsrc, self.aim.refreshed)
        return plan_masking(policy, known.values(), key)

    def mask_database(self, one: MaskedDatabase, masks: Mapping[str, DatabaseMask], originals: Originals) -> None:
        """Unload a database and put the masked unload in the place of the unload."""
        from imsclone.masking import mask_unload
        from imsclone.refresh.masking import MASKED, UNMASKED
        from imsclone.unload import begin_unload

        unload = self.work_data_set(one.name, UNMASKED)
        values = {**self.values(), "database": one.name, "output": unload}
        self.auxiliary(f"unload{one.name}{self.attempt}", "mask_unload.jcl", values, self.job_letters())
        with tempfile.TemporaryDirectory(prefix="imsclone-mask-") as folder:
            masked = Path(folder) / "masked"
            with self.client.records_coming(unload) as coming:
                report = mask_unload(begin_unload(coming, unload), masked, masks, originals=originals)
            originals.flush()
            self.client.send_records(unload, masked)
        self.client.rename(unload, self.work_data_set(one.name, MASKED))
        self.evidence.counts["segments masked"] += sum(report.segments.values())
        self.evidence.counts["values masked"] += sum(field.changed for field in report.fields)

    def values(self) -> Mapping[str, Any]:
        """Return what all jobs need."""
        side = self.aim.side
        work = {"work_volume": self.masking.volume, "cylinders": self.masking.cylinders}
        return {"steplib": side.steplib, "acblib": side.acblib, **work}

    def reload(self, one: MaskedDatabase) -> None:
        """Load the masked segments and build the indexes; a job of an earlier try that did it is not run again."""
        from imsclone.jcl import Card
        from imsclone.refresh.masking import MASKED

        known = [(copy.database, copy.owner, copy.ddname) for copy in self.aim.copies]
        values = {
            **self.values(),
            "database": one.name,
            "unload": self.work_data_set(one.name, MASKED),
            "builds": [Card(build) for build in one.builds],
            "commands": [] if self.refresh.image_copy == "needed" else list(self.masking.without_copies(one, known)),
            **recon_values(self.aim.side),
        }
        self.auxiliary(f"reload{one.name}", "mask_reload.jcl", values, self.job_letters())
        self.evidence.counts["databases masked"] += 1

    # The leak scan

    def scan(self, scanner: Scanner) -> None:
        """Look through the target's data sets, and all that jobs of this task printed."""
        from imsclone.listings.code_page import encode

        chosen = [one for one in self.aim.copies if one.database not in self.masking.not_scanned]
        for one in chosen:
            if one.organization == "OSAM":
                self.look(scanner, one.target, one.target)
        self.scan_clusters(scanner, [one for one in chosen if one.organization == "VSAM"])
        for number, text in enumerate(self.evidence.listings):
            scanner.scan(f"listing {number}", [encode(text)])
        self.evidence.counts["data sets scanned"] = len(chosen)
        self.evidence.counts["bytes scanned"] = scanner.report.bytes
        for name, count in scanner.report.said_too_little.items():
            self.evidence.messages.append(f"{count} values of {name} are too short to be looked for")
        scanner.report.require_clean(f"the data sets of {self.aim.side.imsid}")

    def look(self, scanner: Scanner, place: str, dsname: DataSetName) -> None:
        """Look through one data set as it comes."""
        with self.client.records_coming(dsname, lengths=False) as coming:
            scanner.scan(place, coming)
        self.fence.check()

    def scan_clusters(self, scanner: Scanner, clusters: Sequence[DataSetCopy]) -> None:
        """Look through the records of clusters, copied to where z/OSMF reads them."""
        from imsclone.refresh.masking import COPIED

        outputs = [self.work_data_set(f"S{number:07}", COPIED) for number, _ in enumerate(clusters)]
        if not clusters:
            return
        pairs = [(one.target, output) for one, output in zip(clusters, outputs, strict=True)]
        values = {**self.values(), "scanned": pairs}
        self.auxiliary(f"scan{self.attempt}", "mask_scan.jcl", values, self.job_letters())
        for name, output in pairs:
            self.look(scanner, name, output)

    # Cleaning up

    def delete_unmasked(self) -> None:
        """Delete what may hold original values; never hides why the task failed."""
        from imsclone.errors import CloneError

        with suppress(CloneError):
            self.delete_all(keep=f"{self.prefix}*.MASKED")

    def delete_all(self, keep: str = "") -> None:
        """Delete the work data sets of this target, of whatever copy, but for those of a mask."""
        from imsclone.masks import compile_mask

        kept = compile_mask(keep) if keep else None
        for name in self.leftovers():
            if kept is None or not kept.fullmatch(name):
                self.client.delete(name)

    def delete_originals(self, keep: Path | None = None) -> None:
        """Delete the records of original values of this target, of whatever copy, but for one."""
        for file in self.originals_file.parent.glob(f"{self.aim.side.imsid}-*.originals"):
            if file != keep:
                file.unlink(missing_ok=True)

    def leftovers(self) -> Iterator[str]:
        """Yield the work data sets that there are."""
        for one in self.client.data_sets(self.masking.level(self.aim.side.imsid)):
            yield one.dsname

    def auxiliary(self, label: str, template: str, values: Mapping[str, Any], letters: str = "") -> JobOutput:
        """Run a job under the fence."""
        self.fence.check()
        return super().auxiliary(label, template, values, letters)
