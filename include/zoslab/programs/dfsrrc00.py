"""DFSRRC00: a region for an application program. Source: IMS System Definition, DFSRRC00 PARM positions.

Supported: BMP under a control region, DLI or DBB batch for programs that only read, and DFSBBO00. BANKFEES updates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from zoslab.ims import nucleus, subsystems
from zoslab.ims.bank.fees import collect
from zoslab.ims.bank.read import read_bank
from zoslab.ims.batch import run_batch
from zoslab.ims.dbrc import DbrcError
from zoslab.ims.dli import Pcb
from zoslab.ims.errors import ImsError, RegionCancelled, StartupFailed, UserAbend
from zoslab.ims.schedule import Program, batch_message_program
from zoslab.ims.stamps import stck
from zoslab.ims.step_host import StepHost
from zoslab.ims.utilities.backout import back_out
from zoslab.ims.utilities.environment import run
from zoslab.programs.registry import Abend, program

if TYPE_CHECKING:
    from zoslab.jes.step import Step

IMSID_POSITION = 13
WRONG = 4
BATCH_BACKOUT = "DFSBBO00"


@program("DFSRRC00")
def dfsrrc00(step: Step) -> int:
    """PARM='BMP|DLI|DBB,program,psb,...,imsid': run the program in a region of that type."""
    words = [word.strip() for word in step.parm.split(",")]
    words += [""] * (IMSID_POSITION + 1 - len(words))
    kind, name, psb = words[0], words[1], words[2] or words[1]
    if name == BATCH_BACKOUT and kind in ("DLI", "DBB"):
        return run(step, BATCH_BACKOUT, lambda environment: back_out(environment, step, psb))
    if name not in _READERS and name not in _UPDATERS:
        raise Abend("S806", f"program {name}")
    try:
        if kind == "BMP":
            return _bmp(step, words[IMSID_POSITION], name, psb)
        if kind in ("DLI", "DBB") and name in _READERS:
            return run_batch(StepHost(step), step.job.jobname, psb, lambda pcbs: _READERS[name](step, pcbs))
    except UserAbend as abend:
        _tell(step, name, psb, f"S000 U{abend.code:04d} {abend.reason}")
        raise Abend(f"U{abend.code:04d}", abend.reason) from None
    except RegionCancelled:
        _tell(step, name, psb, "S222 U0000")
        raise Abend("S222", "cancelled") from None
    except Abend as abend:
        _tell(step, name, psb, f"{abend.code} U0000")
        raise
    except (ImsError, DbrcError) as error:
        step.wto(str(error))
        raise Abend("U0476", str(error)) from None
    step.wto(f"DFS0578I REGION TYPE {kind} IS NOT SUPPORTED FOR {name}: BMP IS, AND DLI AND DBB FOR PROGRAMS THAT READ")
    return 12


def _tell(step: Step, name: str, psb: str, completion: str) -> None:
    """Report a program's abend: job, step, program, PSB with the type of its region, completion codes."""
    kind = "(2)" if step.parm.startswith("BMP") else ""
    step.wto(f"DFS554A {step.job.jobname}.{step.name}. {name} {psb}{kind} {completion}")


def _bmp(step: Step, imsid: str, name: str, psb: str) -> int:
    imsid = imsid or _default_imsid(step)
    region = subsystems.find(step.system, imsid)
    if region is None:
        raise StartupFailed(f"DFS690A CTL PGM NOT ACTIVE, {imsid} IS NOT THERE")

    def work(scheduled: Program) -> int:
        return _UPDATERS[name](step, scheduled) if name in _UPDATERS else _READERS[name](step, scheduled.pcbs)

    return batch_message_program(region, psb, name, work, step.cancelled)


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


def _bank_fees(step: Step, scheduled: Program) -> int:
    listing = step.print("SYSPRINT")
    for line in collect(scheduled, stck(scheduled.region.clock.now())).lines():
        listing.line(line)
    return 0


_READERS: dict[str, Callable[[Step, Sequence[Pcb]], int]] = {"BANKREAD": _bank_read}
_UPDATERS: dict[str, Callable[[Step, Program], int]] = {"BANKFEES": _bank_fees}
