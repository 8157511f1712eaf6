"""DFSMVRC0: the IMS control region, a started task. Source: IMS System Definition, "IMS procedure"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.ims.console import Cancelled, OperatorSession
from zoslab.ims.dbrc import DbrcError
from zoslab.ims.errors import ImsError
from zoslab.ims.step_host import StepHost
from zoslab.programs.registry import Abend, program

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@program("DFSMVRC0")
def dfsmvrc0(step: Step) -> int:
    """Find what PARM, PROCLIB and STEPLIB say about this IMS, restart it, work until it is shut down."""
    try:
        return OperatorSession(step, StepHost(step), step.parm).run()
    except Cancelled:
        raise Abend("S222", "cancelled") from None
    except (ImsError, DbrcError) as error:
        step.wto(str(error))
        raise Abend("U0071", str(error)) from None
