"""Work that is done on the clone so that the source need not do it: each piece is off unless the plan asks for it."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from imsclone_airflow.errors import MessagesFound, OffloadUnproven, PointersBroken
from imsclone_airflow.operators.job import ZosJobOperator
from imsclone_airflow.operators.update_recon import recon_values

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.listings.recon_types import DatabaseDataSet, Recon
    from imsclone.names import DataSetName, ImsId, MemberName
    from imsclone.spec.model import Offload
    from imsclone_airflow.jobs import JobOutput

FIGURES = re.compile(r"ACCOUNTS (\d+)\s+TOTAL (-?\d+)")
COPIED = re.compile(r"HAS COMPLETED NORMALLY\. .* (\d+) RECORDS")
UNLOADED = re.compile(r"^ {10,}[A-Z@#$][A-Z0-9@#$]* +(\d+)$", re.MULTILINE)
POINTER_ERRORS = re.compile(r"PCK099I (\d+) DATABASES CHECKED, (\d+) POINTER ERRORS")
INDEX_LETTERS = "XYL"
"""Last letters of a HALDB's data sets that are rebuilt and not copied."""


class OffloadOperator(ZosJobOperator):
    """One piece of offload work: a job on the clone that runs. What the plan does not ask for is done at once."""

    derived = True

    @property
    @abstractmethod
    def wanted(self) -> bool:
        """Whether the plan asks for it."""

    @property
    def offload(self) -> Offload:
        """What the plan asks for."""
        return self.the_plan.offload

    def work(self, context: Context) -> Any:
        if not self.wanted:
            self.log.info("The environment does not ask for this work")
            return "not asked for"
        return super().work(context)


class OffloadReportOperator(OffloadOperator):
    """Run a program that only reads in a BMP on the clone, and require the line that proves the data.

    The IMS that it runs under is the one in the clone's batch nucleus: if that is production's, it is found here.
    """

    jcl_template = "offload_report.jcl"
    letters = "READ"

    @property
    def wanted(self) -> bool:
        return self.offload.report is not None

    def values(self) -> Mapping[str, Any]:
        report = self.offload.report
        assert report is not None
        return {
            "steplib": self.the_plan.target.steplib,
            "program": report.program,
            "psb": report.psb,
            "readers": [(step, None if number == 0 else imsid) for number, (step, imsid) in enumerate(self.readers)],
        }

    @property
    def readers(self) -> list[tuple[MemberName, ImsId]]:
        """The steps and the IMSs they read under: every member must find the data in order."""
        from imsclone.names import MemberName

        ids = [member.target for member in self.the_plan.members]
        return [(MemberName(f"READ{number}" if number > 1 else "READ"), one) for number, one in enumerate(ids, 1)]

    def read(self, output: JobOutput) -> dict[str, str]:
        return {str(imsid): output.sysprint(step) for step, imsid in self.readers}

    def check(self, found: dict[str, str]) -> None:
        proof = self.offload.report.proof if self.offload.report else None
        for imsid, text in found.items():
            if proof and proof not in text:
                said = "; ".join(line.strip() for line in text.splitlines() if line.strip())[-300:]
                raise OffloadUnproven(imsid=imsid, said=said)

    def finish(self, found: dict[str, str]) -> str:
        figures = FIGURES.search("\n".join(found.values()))
        if figures:
            self.evidence.after = {"accounts": int(figures[1]), "total": int(figures[2])}
        return "proven" if self.offload.report and self.offload.report.proof else "done"


class ClosedDatabasesOperator(OffloadOperator):
    """Work on databases that the clone closes for it and opens again, whatever happened: three steps of one job."""

    @cached_property
    def listed(self) -> Recon:
        """The clone's RECON. Its listing is no evidence: the report has room for that of the work itself."""
        from imsclone.listings import recon
        from imsclone.zosmf import gate

        maker = self.maker("list_recon.jcl", "LIST", recon_values(self.the_plan))
        output = self.desk.run(f"list{self.desk.attempt()}", maker)
        gate(output.job)
        return recon.read(output.sysprint("LIST"))

    @property
    def databases(self) -> Sequence[str]:
        """The databases that are closed: all but indexes, which go with theirs, and partitions."""
        indexes = {one.dbd for one in self.listed.data_sets if one.record.get("DBORG") in ("INDEX", "PSINDEX")}
        return [one.dbd for one in self.listed.databases if one.kind != "PART" and one.dbd not in indexes]

    def values(self) -> Mapping[str, Any]:
        from imsclone.names import MemberName

        target = self.the_plan.target
        return {
            "steplib": target.steplib,
            "acblib": target.acblib,
            "imsplex": target.imsplex,
            "route": [member.target for member in self.the_plan.members],
            "databases": [MemberName(name) for name in self.databases],
        }

    def work_data_set(self, kind: str, name: str) -> DataSetName:
        """Return the name of a data set that the work leaves."""
        from imsclone.names import DataSetName

        return DataSetName(f"{self.the_plan.work.hlq}.{self.the_plan.target.imsid}.{kind}.{name}")


class PointerCheckOperator(ClosedDatabasesOperator):
    """Follow every pointer of every database of the clone."""

    jcl_template = "pointer_check.jcl"
    letters = "PTRCK"
    steps = {"CHECK": {0, 4, 8}}  # noqa: RUF012

    @property
    def wanted(self) -> bool:
        return self.offload.pointer_check

    def read(self, output: JobOutput) -> str:
        return output.sysprint("CHECK")

    def check(self, found: str) -> None:
        ended = POINTER_ERRORS.search(found)
        if ended is None:
            raise MessagesFound(what="The pointer check did not end", said=found.strip()[-300:])
        if int(ended[2]):
            rows = [line.strip() for line in found.splitlines() if re.match(r" {2}\S+ +\S+ +\S+ +[0-9A-F]{8} ", line)]
            shown = "; ".join(rows[:5])
            raise PointersBroken(imsid=self.the_plan.target.imsid, count=int(ended[2]), shown=shown)

    def finish(self, found: str) -> str:
        ended = POINTER_ERRORS.search(found)
        self.evidence.counts["databases checked"] = int(ended[1]) if ended else 0
        return "sound"


@dataclass(frozen=True)
class Copy:
    """One image copy: what is in its control statement before the output ddname, and the data set it goes to."""

    statement: str
    output: DataSetName


class ImageCopyOperator(ClosedDatabasesOperator):
    """Copy every database data set of the clone that is not rebuilt from others; its RECON learns of each copy."""

    jcl_template = "image_copy.jcl"
    letters = "IMCPY"

    @property
    def wanted(self) -> bool:
        return self.offload.image_copy

    @property
    def copied(self) -> Sequence[DatabaseDataSet]:
        """The data sets."""
        return [one for one in self.listed.data_sets if not one.of_partition or one.ddname[-1] not in INDEX_LETTERS]

    def values(self) -> Mapping[str, Any]:
        from imsclone.jcl import Card

        copies = [
            Copy(Card(f"D1 {one.dbd:8} {one.ddname:8} "), self.work_data_set("IC", one.ddname)) for one in self.copied
        ]
        return {**super().values(), "image_copies": copies, "work_volume": self.the_plan.work.volumes[0]}

    def read(self, output: JobOutput) -> str:
        return output.sysprint("COPY")

    def check(self, found: str) -> None:
        made = len(COPIED.findall(found))
        if made != len(self.copied):
            raise MessagesFound(what=f"{made} of {len(self.copied)} image copies were made", said=found.strip()[-300:])

    def finish(self, found: str) -> str:
        self.evidence.counts["image copies made"] = len(COPIED.findall(found))
        return "copied"


@dataclass(frozen=True)
class Unload:
    """One database to unload, and the data set it goes to."""

    database: str
    output: DataSetName


class UnloadOperator(ClosedDatabasesOperator):
    """Unload databases of the clone, for a warehouse."""

    jcl_template = "unload.jcl"
    letters = "UNLD"

    @property
    def wanted(self) -> bool:
        return bool(self.offload.unload)

    @property
    def databases(self) -> Sequence[str]:
        return self.offload.unload

    def values(self) -> Mapping[str, Any]:
        unloads = [Unload(name, self.work_data_set("UNLOAD", name)) for name in self.offload.unload]
        return {**super().values(), "unloads": unloads, "work_volume": self.the_plan.work.volumes[0]}

    def read(self, output: JobOutput) -> list[str]:
        return [output.sysprint(f"UNLD{number}") for number, _ in enumerate(self.offload.unload, 1)]

    def finish(self, found: list[str]) -> str:
        self.evidence.counts["segments unloaded"] = sum(int(one) for text in found for one in UNLOADED.findall(text))
        return "unloaded"
