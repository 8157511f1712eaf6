"""How a control region finds itself: procedure, DFSPBxxx, nucleus, DFSVSMxx, DFSDFxxx, DFSMDA members, data sets.

Every name comes from the member before it. Source: IMS System Definition, "IMS procedures" and PROCLIB members.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from zoslab.ims import acb, mda, nucleus, rdds
from zoslab.ims.dbd import Dbd
from zoslab.ims.errors import DatabaseUnavailable, StartupFailed
from zoslab.ims.host import Host, ImsDataSet
from zoslab.ims.mda import MdaMember
from zoslab.ims.parameters import RegionParameters, StorageParameters, SystemParameters, procedure_parm
from zoslab.ims.psb import Psb
from zoslab.ims.rdds import ResourceDefinitions


@dataclass(frozen=True)
class Configuration:
    """What the libraries of a control region say about it."""

    host: Host
    imsid: str
    region: RegionParameters
    storage: StorageParameters
    system: SystemParameters
    resources: ResourceDefinitions

    @classmethod
    def read(cls, host: Host, parm: str) -> Configuration:
        """Follow the procedure's PARM through the libraries.

        :raises StartupFailed: a member is missing or wrong.
        """
        group, overrides = procedure_parm(parm)
        member = f"DFSPB{group}"
        region = RegionParameters.read(member, _member(host, member), overrides)
        imsid = region.imsid or _default_imsid(host, region.suffix)
        vsm = f"DFSVSM{region.vspec}"
        storage = StorageParameters.read(vsm, _member(host, vsm))
        system = SystemParameters.read(_member(host, f"DFSDF{region.dfsdf}"))
        return cls(host, imsid, region, storage, system, _resources(host, system, imsid))

    def mda_member(self, name: str) -> MdaMember | None:
        """Return a DFSMDA member of STEPLIB."""
        text = self.host.module(name)
        return mda.parse(text, name) if text is not None else None

    def data_set(self, ddname: str) -> ImsDataSet:
        """Return a system data set: from the procedure's DD, else from the DFSMDA member of that name.

        :raises StartupFailed: there is neither, or the data set is not there.
        """
        found = self.host.allocated(ddname)
        if found is not None:
            return found
        member = self.mda_member(ddname)
        if member is None or not member.allocations:
            raise StartupFailed(
                f"DFS2503W DYNAMIC ALLOCATION FAILED FOR {ddname}: NO DD STATEMENT AND NO DFSMDA MEMBER"
            )
        dsname = member.allocations[0].dsname
        found = self.host.allocate(dsname)
        if found is None:
            raise StartupFailed(f"DFS2503W DYNAMIC ALLOCATION FAILED FOR {ddname}: DATA SET {dsname} NOT FOUND")
        return found

    def dbd(self, name: str) -> Dbd:
        """Return a database's definition from ACBLIB.

        :raises DatabaseUnavailable: it is not there.
        """
        raw = self.host.control_block(name)
        if raw is None:
            raise DatabaseUnavailable(f"DFS929I BLDL FAILED FOR MEMBER --{name}")
        return acb.parse_dmb(raw)

    def psb(self, name: str) -> Psb:
        """Return a program's PSB from ACBLIB.

        :raises DatabaseUnavailable: it is not there.
        """
        raw = self.host.control_block(name)
        if raw is None:
            raise DatabaseUnavailable(f"DFS929I BLDL FAILED FOR MEMBER --{name}")
        return acb.parse_psb(raw)

    def archive_target(self) -> tuple[str, str]:
        """Return generation data group and volume of the SLDSs: DD DFSSLOGP of the skeleton JCL ARCHJCL.

        :raises StartupFailed: there is no such member or statement.
        """
        for ddname in ("JCLPDS", "PROCLIB"):
            text = "\n".join(self.host.member(ddname, "ARCHJCL") or ())
            match = re.search(r"^//DFSSLOGP\s+DD\s+(.*(?:\n// .*)*)", text, re.MULTILINE)
            base = re.search(r"DSN=([A-Z0-9$#@.]+)\(\+1\)", match[1]) if match else None
            volume = re.search(r"VOL=SER=([A-Z0-9$#@]+)", match[1]) if match else None
            if base:
                return base[1], volume[1] if volume else ""
        raise StartupFailed("DFS3263I ARCHIVE FAILED: NO MEMBER ARCHJCL WITH A DFSSLOGP DD DSN=base(+1)")


def _member(host: Host, name: str) -> list[str]:
    lines = host.member("PROCLIB", name)
    if lines is None:
        raise StartupFailed(f"DFS1920I MEMBER {name} NOT FOUND IN PROCLIB")
    return lines


def _default_imsid(host: Host, suffix: str) -> str:
    module = nucleus.online(suffix)
    text = host.module(module)
    if text is None:
        raise StartupFailed(f"DFS0000I NUCLEUS MODULE {module} NOT FOUND IN STEPLIB")
    return nucleus.default_ssid(text, module)


def _resources(host: Host, system: SystemParameters, imsid: str) -> ResourceDefinitions:
    found = []
    for dsname in system.rdds:
        data_set = host.allocate(dsname)
        if data_set is None:
            raise StartupFailed(f"DFS3368E ERROR PROCESSING RDDS, RC=12, RDDSDSN ={dsname}")
        found.append((dsname, data_set.records()))
    return rdds.current(found, imsid, host.message)
