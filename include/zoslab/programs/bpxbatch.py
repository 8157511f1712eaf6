"""BPXBATCH: run a shell command. The embedded z/OS has no shell; of all commands it knows sleep and echo.

Source: z/OS UNIX System Services Command Reference, BPXBATCH: PARM='SH command'; a failing command's exit status n
becomes return code n * 256, of which the system keeps twelve bits.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Step

KEPT = 0xFFF
NOT_FOUND = 127 * 256 & KEPT
USAGE = 1 * 256 & KEPT
SECONDS = re.compile(r"\d+(\.\d+)?")


@program("BPXBATCH")
def bpxbatch(step: Step) -> int:
    """Run the command of PARM; ``sleep`` ends early when the job is cancelled."""
    kind, _, command = step.parm.strip().partition(" ")
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if kind.upper() != "SH" or not words:
        return _refuse(step, f"BPXM047I BPXBATCH FAILED: PARM '{step.parm}' IS NOT 'SH COMMAND'", USAGE)
    if words[0] == "echo":
        _standard_output(step, " ".join(words[1:]))
        return 0
    if words[0] != "sleep":
        return _refuse(step, f"{words[0]}: FSUM7351 not found", NOT_FOUND)
    if len(words) != 2 or not SECONDS.fullmatch(words[1]):
        return _refuse(step, "FSUM6013 Usage: sleep seconds", USAGE)
    step.cancelled.wait(float(words[1]))
    step.check()
    return 0


def _refuse(step: Step, text: str, code: int) -> int:
    if step.has("STDERR"):
        step.print("STDERR").line(text)
    else:
        step.log(text)
    return code


def _standard_output(step: Step, text: str) -> None:
    if step.has("STDOUT"):
        step.print("STDOUT").line(text)
