"""Automatic restart (AUTO=Y): which restart command a control region gives itself.

Own rule, beyond IMS: a region whose restart data set was never written and that DBRC has no log of starts cold, so
that a newly built system comes up. OVERRIDE is added only for the region's own log: its subsystem is known not to be
active when it is not identified in this system. A clone's log carries its source's IMSID, so a clone waits for /ERE.
"""

from __future__ import annotations

from zoslab.ims import rds
from zoslab.ims.region import ControlRegion


def restart_command(region: ControlRegion) -> str:
    """Return the command, empty if an operator has to decide."""
    if not region.configuration.region.automatic:
        return ""
    point, recorded = region.rds.read(), region.dbrc.olds(region.imsid)
    if point is None:
        return "" if recorded else "/NRE CHKPT 0 FORMAT ALL"
    if point.imsid != region.imsid or not recorded:
        return ""
    subsystem = region.dbrc.subsystem(region.imsid)
    if point.state == rds.ENDED and subsystem is None:
        return "/NRE"
    return "/ERE" if subsystem is not None and subsystem.abnormal else "/ERE OVERRIDE"
