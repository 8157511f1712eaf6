"""DFSRRC00: a region for an application program. Source: IMS System Definition, DFSRRC00 PARM positions.

Supported: BMP under a control region, and DLI or DBB batch for programs that only read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from zoslab.ims import nucleus, subsystems
from zoslab.ims.bank.read import read_bank
from zoslab.ims.batch import run_batch
from zoslab.ims.dbrc import DbrcError
from zoslab.ims.dli import Pcb
from zoslab.ims.errors import ImsError, StartupFailed, UserAbend
from zoslab.ims.schedule import batch_message_program
from zoslab.ims.step_host import StepHost
from zoslab.programs.registry import Abend, program

if TYPE_CHECKING:
    from zoslab.jes.step import Step

IMSID_POSITION = 13
WRONG = 4


@program("DFSRRC00")
def dfsrrc00(step: Step) -> int:
    """PARM='BMP|DLI|DBB,program,psb,...,imsid': run the program in a region of that type."""
    words = [word.strip() for word in step.parm.split(",")]
    words += [""] * (IMSID_POSITION + 1 - len(words))
    kind, name, psb = words[0], words[1], words[2] or words[1]
    work = _PROGRAMS.get(name)
    if work is None:
        raise Abend("S806", f"program {name}")
    try:
        if kind == "BMP":
            return _bmp(step, words[IMSID_POSITION], name, psb, work)
        if kind in ("DLI", "DBB"):
            return run_batch(StepHost(step), step.job.jobname, psb, lambda pcbs: work(step, pcbs))
    except UserAbend as abend:
        step.wto(f"DFS554A {step.job.jobname} {name} {psb} ABEND U{abend.code:04d} {abend.reason}")
        raise Abend(f"U{abend.code:04d}", abend.reason) from None
    except (ImsError, DbrcError) as error:
        step.wto(str(error))
        raise Abend("U0476", str(error)) from None
    step.wto(f"DFS0578I REGION TYPE {kind} IS NOT SUPPORTED: BMP, DLI AND DBB ARE")
    return 12


def _bmp(step: Step, imsid: str, name: str, psb: str, work: Callable[[Step, Sequence[Pcb]], int]) -> int:
    imsid = imsid or _default_imsid(step)
    region = subsystems.find(step.system, imsid)
    if region is None:
        raise StartupFailed(f"DFS690A CTL PGM NOT ACTIVE, {imsid} IS NOT THERE")
    return batch_message_program(region, psb, name, lambda scheduled: work(step, scheduled.pcbs))


def _default_imsid(step: Step) -> str:
    text = StepHost(step).module(nucleus.BATCH)
    if text is None:
        raise StartupFailed(f"DFS0000I MODULE {nucleus.BATCH} NOT FOUND IN STEPLIB")
    return nucleus.default_ssid(text, nucleus.BATCH)


def _bank_read(step: Step, pcbs: Sequence[Pcb]) -> int:
    report = read_bank(pcbs)
    listing = step.print("SYSPRINT")
    for line in report.lines():
        listing.line(line)
    return 0 if report.holds else WRONG


_PROGRAMS: dict[str, Callable[[Step, Sequence[Pcb]], int]] = {"BANKREAD": _bank_read}
