"""BANKWKLD: drives the bank's transactions at a rate, as terminals would. Own program, part of the sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.ims.bank.workload import MODES, Workload
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@program("BANKWKLD")
def bankwkld(step: Step) -> int:
    """PARM='imsid,rate[,TRANSFER|READ[,threads]]': run until stopped (P) or cancelled."""
    words = [word.strip() for word in step.parm.split(",")]
    if not 2 <= len(words) <= 4 or not words[1].isdigit() or not int(words[1]):
        step.wto(f"BANK001E INVALID PARM {step.parm!r}: EXPECTED imsid,rate,TRANSFER|READ,threads")
        return 12
    mode = words[2] if len(words) > 2 and words[2] else "TRANSFER"
    if mode not in MODES or (len(words) > 3 and not words[3].isdigit()):
        step.wto(f"BANK001E INVALID PARM {step.parm!r}: EXPECTED imsid,rate,TRANSFER|READ,threads")
        return 12
    threads = int(words[3]) if len(words) > 3 else 3

    def say(text: str) -> None:
        step.system.console.message(text, step.job.jobid, step.job.jobname)

    workload = Workload(step.system, words[0], int(words[1]), mode, threads, say)
    workload.start()
    commands = step.modify_commands
    while not step.cancelled.wait(0.1):
        if not commands.empty() and commands.get().verb in ("P", "STOP"):
            break
    counts = workload.stop()
    backed_out = f"{counts.failed} FAILED, {counts.mistakes} BACKED OUT"
    say(f"BANK002I {words[0]} {counts.done} TRANSACTIONS, {counts.refused} REFUSED, {backed_out}")
    step.check()
    return 0
