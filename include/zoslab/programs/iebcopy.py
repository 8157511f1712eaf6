"""IEBCOPY: copy and compress libraries. Source: DFSMSdfp Utilities, IEBCOPY.

COPY with INDD, OUTDD, SELECT, EXCLUDE. COPYGRP, COPYMOD, ALTERMOD, unloading and loading are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.dasd.errors import DasdError, NoSpace
from zoslab.dasd.pds import Member, Pds
from zoslab.dasd.record_format import BadBlock, BadRecordLength
from zoslab.jes.errors import DdMissing
from zoslab.programs.iebcopy_statements import ControlError, Copy, Input, Selection, generated, operations
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.datasets import DataSet
    from zoslab.jes.step import Listing, Step

WARNING, ERROR = 4, 8


@program("IEBCOPY")
def iebcopy(step: Step) -> int:
    """Carry out SYSIN; without it copy SYSUT1 to SYSUT2, as PARM says."""
    listing = step.print("SYSPRINT")
    listing.line(f"{'IEBCOPY MESSAGES AND CONTROL STATEMENTS':>75}")
    lines = [line for line in step.dd("SYSIN").records() if line.strip()] if step.has("SYSIN") else []
    run = _Run(step, listing)
    try:
        copies = list(operations(lines)) if lines else [generated(step.parm)]
        for line in lines:
            listing.line(f" {line}")
        for copy in copies:
            run.copy(copy)
    except (ControlError, DdMissing) as error:
        listing.line(f"IEB1099E {error}" if isinstance(error, DdMissing) else str(error))
        run.code = ERROR
    if run.code >= ERROR:
        listing.line("IEB151I JOB HAS TERMINATED WITH ERROR(S)")
    listing.line(f"IEB147I END OF JOB - {run.code} WAS HIGHEST SEVERITY CODE")
    return run.code


class _Run:
    """One execution: its listing and highest code."""

    def __init__(self, step: Step, listing: Listing) -> None:
        self.step, self.listing = step, listing
        self.code = 0

    def copy(self, copy: Copy) -> None:
        """Copy all inputs to the output, or compress it if it is the input too."""
        target = self._dataset(copy.outdd)
        self.step.authorise(target.dsname, "UPDATE")
        for given in copy.inputs:
            source = self._dataset(given.ddname)
            if (source.dsname, source.volsers) == (target.dsname, target.volsers):
                self._compress(copy, target)
            else:
                self._copy(copy, given, source, target)
        free = target.space.tracks - target.space.last[0] - 1
        self.listing.line(f"IEB144I THERE ARE {free} UNUSED TRACKS IN OUTPUT DATA SET REFERENCED BY {copy.outdd}")

    def _compress(self, copy: Copy, target: DataSet) -> None:
        if copy.select or copy.exclude:
            raise ControlError("IEB1014E SELECT AND EXCLUDE DO NOT GO WITH A COMPRESS IN PLACE")
        self.listing.line(f"IEB1018I COMPRESSING PDS OUTDD={copy.outdd} VOL={target.volsers[0]} DSN={target.dsname}")
        pds = target.pds()
        before = {member.name: member.ttr for member in pds.members()}
        pds.compress()
        for member in pds.members():
            if member.ttr == before[member.name]:
                text = "COMPRESSED - WAS ALREADY IN PLACE AND NOT MOVED"
            else:
                text = "HAS BEEN SUCCESSFULLY COMPRESSED"
            self.listing.line(f"IEB152I {member.name} {text}")

    def _copy(self, copy: Copy, given: Input, source: DataSet, target: DataSet) -> None:
        self.listing.line(f"IEB1013I COPYING FROM PDS  INDD={given.ddname} VOL={source.volsers[0]} DSN={source.dsname}")
        self.listing.line(f"IEB1014I           TO PDS OUTDD={copy.outdd} VOL={target.volsers[0]} DSN={target.dsname}")
        from_pds, to_pds = source.pds(), target.pds()
        whole_blocks = _compatible(source, target)
        members = from_pds.members()
        chosen = self._chosen(copy, given, members)
        self.listing.line(f"IEB167I FOLLOWING MEMBER(S) COPIED FROM INPUT DATA SET REFERENCED BY {given.ddname}")
        new_names: dict[tuple[int, int], str] = {}
        copied = 0
        for member, selection in sorted(chosen, key=lambda pair: pair[0].alias):
            new = selection.new_name or member.name
            if new in to_pds and not (selection.replace or given.replace):
                self.listing.line(f"IEB178I {new} IS IN THE OUTPUT DATA SET AND IS NOT REPLACED")
                continue
            try:
                _store(from_pds, to_pds, member, new, new_names, whole_blocks=whole_blocks)
            except NoSpace:
                raise
            except (DasdError, BadBlock, BadRecordLength) as error:
                self._fail(f"IEB1022I {member.name} IS NOT COPIED: {error}")
                continue
            new_names.setdefault(member.ttr, new)
            copied += 1
            renamed = f" AND IS A NEW NAME FOR {member.name}" if new != member.name else ""
            self.listing.line(f"IEB154I {new} HAS BEEN SUCCESSFULLY COPIED{renamed}")
        self.listing.line(
            f"IEB1098I {copied} OF {len(chosen)} MEMBERS COPIED FROM INPUT DATA SET REFERENCED BY {given.ddname}"
        )

    def _chosen(self, copy: Copy, given: Input, members: list[Member]) -> list[tuple[Member, Selection]]:
        """Return the members to copy with how; a member asked for that is not there is an error."""
        known = {member.name: member for member in members}
        for name in (*(selection.name for selection in copy.select), *copy.exclude):
            if name not in known:
                self._fail(f"IEB177I {name} WAS SELECTED BUT NOT FOUND IN ANY INPUT DATA SET: {given.ddname}")
        if copy.select:
            return [(known[each.name], each) for each in copy.select if each.name in known]
        return [(member, Selection(member.name)) for member in members if member.name not in copy.exclude]

    def _fail(self, text: str, code: int = ERROR) -> None:
        self.listing.line(text)
        self.code = max(self.code, code)

    def _dataset(self, ddname: str) -> DataSet:
        dataset = self.step.dd(ddname).dataset
        if dataset is None or not dataset.dsorg.startswith("PO"):
            raise ControlError(f"IEB120I {ddname} VALIDATION ERROR: IT IS NOT A PARTITIONED DATA SET")
        return dataset


def _compatible(source: DataSet, target: DataSet) -> bool:
    """Tell whether blocks can be copied as they are; otherwise records are blocked anew.

    :raises ControlError: neither is possible.
    """
    same = (source.recfm, source.lrecl) == (target.recfm, target.lrecl)
    if source.recfm.startswith("U"):
        if target.recfm.startswith("U") and target.blksize >= source.blksize:
            return True
        raise ControlError(
            f"IEB120I BLKSIZE {target.blksize} OF THE OUTPUT IS SMALLER THAN {source.blksize}: USE COPYMOD"
        )
    if not same:
        raise ControlError(
            f"IEB120I RECFM {source.recfm} LRECL {source.lrecl} OF THE INPUT AND RECFM {target.recfm} LRECL "
            f"{target.lrecl} OF THE OUTPUT DO NOT GO TOGETHER"
        )
    return source.blksize == target.blksize


def _store(
    source: Pds, target: Pds, member: Member, new: str, known: dict[tuple[int, int], str], *, whole_blocks: bool
) -> None:
    """Copy a member; an alias whose member has been copied becomes an alias of it again."""
    if member.alias and member.ttr in known:
        if new in target:
            target.delete(new)
        target.add_alias(new, known[member.ttr])
    elif whole_blocks:
        target.copy_from(source, member.name, new)
    else:
        target.write(new, source.read(member.name), member.user_data)
