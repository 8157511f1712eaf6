"""The refreshes and HALDB copies that faults strike: what their files say, and which tasks have work on z/OS."""

from __future__ import annotations

from dataclasses import dataclass

import console_site

BUDGET_SECONDS = 10.0
WITH_LOGS = "fuzzy_with_log_apply"
POLICY = "fields:\n  - {database: CUST, segment: CUSTOMER, field: NAME, rule: names, list: full-names}\n"
MASKING = "masking: {policy: names.yaml, key: {variable: bank_mask_key}}\nwork: {volumes: [LABWK1]}"
INDEXES = ("CUSTX", "CUSTNX")
DBRC, LAST = ("dbrc_delete", "dbrc_init"), ("verify", "start_target")
LOGGED = ("stop_target", "replicate", "archive_log", *DBRC, "apply_log", "rebuild_indexes")
PUBLISH = "publish"
"""The one task of each that asks z/OSMF nothing."""


@dataclass(frozen=True)
class Refresh:
    """One of them. ``tasks`` are in the order of the work."""

    consistency: str
    databases: tuple[str, ...]
    tasks: tuple[str, ...]
    lines: str
    is_haldb_copy: bool = False

    @property
    def dag(self) -> str:
        """The Dag: that of the environment, or the one that asks for it."""
        return "haldb_copy" if self.is_haldb_copy else self.environment

    @property
    def environment(self) -> str:
        """Its name; the form of a Dag that asks for it knows those that ship."""
        return "hist" if self.is_haldb_copy else f"killed_{self.consistency}"

    @property
    def form(self) -> dict[str, str]:
        """What a user enters."""
        return {"environment": self.environment} if self.is_haldb_copy else {}

    @property
    def watched(self) -> tuple[str, ...]:
        """The databases that nobody may use, or that nothing may hold: with the indexes of CUST."""
        return (*self.databases, *(INDEXES if "CUST" in self.databases else ()))

    def file(self) -> str:
        """Return the text of the environment's file."""
        how = {"consistency": self.consistency, "budget": BUDGET_SECONDS}
        kind = "haldb_copy" if self.is_haldb_copy else "database_refresh"
        return console_site.environment(self.environment, self.lines, ", ".join(self.databases), kind=kind, **how)


REFRESHES = {
    "dbr": Refresh(
        "dbr",
        ("ACCT", "CUST", "TELLER"),
        ("plan", "stop_target", "keep_generation", "arm_quiesce", "replicate", "resume", *DBRC, "mask", *LAST),
        f"{MASKING}\nkeep_generations: 1",
    ),
    WITH_LOGS: Refresh(WITH_LOGS, ("ACCT", "CUST", "HIST", "TELLER"), (*LOGGED, "mask", *LAST), MASKING),
    "haldb_copy": Refresh(
        "dbr",
        ("HIST",),
        ("plan", "stop_target", "arm_quiesce", "replicate", "resume", *DBRC, *LAST),
        "redefine: true",
        is_haldb_copy=True,
    ),
    "haldb_copy_with_logs": Refresh(WITH_LOGS, ("HIST",), (*LOGGED, *LAST), "redefine: true", is_haldb_copy=True),
}
"""By name. What stays of a HALDB in its RECON is not kept, so HIST is refreshed in the other mode; nor is it masked."""
COMMAND = """\
//{step:8} EXEC PGM=CSLUSPOC{when},
//         PARM='IMSPLEX=PLEX1,ROUTE=(IMST),WAIT=30,F=WRAP'
//STEPLIB  DD DISP=SHR,DSN=IMST.SDFSRESL
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
 UPDATE DB NAME({databases}) {what}(ACCESS)
/*
"""


def stop(databases: str) -> str:
    """Return the job step that takes databases from the target's programs."""
    return COMMAND.format(step="STOP", when="", databases=databases, what="STOP")


def start(databases: str) -> str:
    """Return the job step that gives them back, whatever became of the steps before."""
    return COMMAND.format(step="START", when=",COND=EVEN", databases=databases, what="START")


OWN_PARTITION = f"""\
//OWNPART  JOB CLASS=A
{stop("HIST")}\
//DBRC     EXEC PGM=DSPURX00
//STEPLIB  DD DISP=SHR,DSN=IMST.SDFSRESL
//SYSPRINT DD SYSOUT=*
//RECON1   DD DISP=SHR,DSN=IMST.RECON1
//RECON2   DD DISP=SHR,DSN=IMST.RECON2
//RECON3   DD DISP=SHR,DSN=IMST.RECON3
//IMS      DD DISP=SHR,DSN=IMST.DBDLIB
//SYSIN    DD *
 INIT.PART DBD(HIST) PART(OWN) KEYSTRNG(X'00') DSNPREFX(IMST.DB.HIST)
 DELETE.PART DBD(HIST) PART(OWN)
/*
"""
"""The target gives a partition ID of its own away: only a redefinition brings it back to the source's numbering."""
LIST_RECON = """\
//LIST{ims} JOB CLASS=A
//LIST     EXEC PGM=DSPURX00
//STEPLIB  DD DISP=SHR,DSN={ims}.SDFSRESL
//SYSPRINT DD SYSOUT=*
//RECON1   DD DISP=SHR,DSN={ims}.RECON1
//RECON2   DD DISP=SHR,DSN={ims}.RECON2
//RECON3   DD DISP=SHR,DSN={ims}.RECON3
//IMS      DD DISP=SHR,DSN={ims}.DBDLIB
//SYSIN    DD *
 LIST.RECON
/*
"""
