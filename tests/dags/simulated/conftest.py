"""A simulated z/OS on which all goes well, whose devices, listings and outcomes a test can change."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

SUSPENDED = "SUS001I IMSP SUSPENDED AT 2026.324 23:59:59.100000"
RESUMED = "SUS002I IMSP RESUMED AT 2026.324 23:59:59.350000 AFTER 0.250000 SECONDS"
NOT_SUSPENDED = "SUS003I IMSP WAS NOT SUSPENDED"


def copy_listing(jcl: str, *, without_fast: str = "") -> str:
    """Print what DFSMSdss prints for the copy statements of a job."""
    lines, tasks = [], re.findall(r"INDYNAM\(\((\w+)\)\)", jcl)
    for number, _ in enumerate(tasks, 1):
        lines.append(f" ADR101I (R/I)-RI01 (01), TASKID {number:03} HAS BEEN ASSIGNED TO COMMAND 'COPY '")
    for number, source in enumerate(tasks, 1):
        head = f"({number:03})"
        lines.append(f" ADR006I {head}-STEND(01), 2026.324 23:59:59 EXECUTION BEGINS")
        if source != without_fast:
            lines.append(f" ADR806I {head}-TOMI (03), VOLUME {source} WAS COPIED USING A FAST REPLICATION FUNCTION")
        lines.append(f" ADR013I {head}-CLTSK(01), 2026.324 23:59:59 TASK COMPLETED WITH RETURN CODE 0000")
    lines.append(
        " ADR012I (SCH)-DSSU (01), 2026.324 23:59:59 DFSMSDSS PROCESSING COMPLETE. HIGHEST RETURN CODE IS 0000"
    )
    return "\n".join(lines)


@pytest.fixture
def host(zosmf: Any) -> Any:
    """A z/OS on which all goes well; its devices are online under their own serials."""
    zosmf.serials = {f"0A{0x8F + n:02X}": f"IMST{n:02}" for n in range(1, 7)}
    zosmf.online = set(zosmf.serials)
    zosmf.resume = RESUMED
    zosmf.without_fast = ""

    def devices(text: str) -> str:
        first, count = text.split(",")[3:]
        rows = []
        for number in range(int(first, 16), int(first, 16) + int(count)):
            unit = f"{number:04X}"
            on = unit in zosmf.online
            rows.append(f"{unit} 3390 {'O' if on else 'OFFLINE'} {zosmf.serials[unit] if on else ''} PRIV/RSDNT 0")
        return "\n".join(["IEE457I 10.00.00 UNIT STATUS", *rows])

    def vary(text: str) -> str:
        unit = text.split()[1].partition(",")[0]
        if zosmf.serials[unit].startswith("IMSP"):
            return f"IEA213I DUPLICATE VOLUME {zosmf.serials[unit]}, {unit} REMAINS OFFLINE"
        zosmf.online.add(unit)
        return f"IEE302I {unit} ONLINE"

    def outcome(job: Any) -> None:
        if job.name == "CLNWATCH":
            job.status = "ACTIVE"
        elif job.name == "CLNCOPY":
            job.listings = {
                ("SUSPEND", "SYSPRINT"): SUSPENDED,
                ("COPY", "SYSPRINT"): copy_listing(job.jcl, without_fast=zosmf.without_fast),
                ("RESUME", "SYSPRINT"): zosmf.resume,
            }
        elif job.name == "CLNRESUM":
            job.listings = {("RESUME", "SYSPRINT"): NOT_SUSPENDED}
        elif "PGM=ICKDSF" in job.jcl:
            relabel(zosmf, job)

    zosmf.answers = {r"D U": devices, r"V ": vary, r"D A,": lambda text: f" {text[4:]} NOT FOUND"}
    zosmf.outcome = outcome
    return zosmf


def relabel(zosmf: Any, job: Any) -> None:
    statements = re.findall(r"UNIT\((\w+)\) VERIFY\((\w+)\) -?\s*VOLID\((\w+)\)", job.jcl)
    lines = []
    for unit, source, target in statements:
        assert zosmf.serials[unit] == source
        zosmf.serials[unit] = target
        lines += [f" REFORMAT UNIT({unit}) VERIFY({source}) VOLID({target}) NOCHECK PURGE"]
        lines += ["ICK00001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 0"]
    lines.append("ICK00002I ICKDSF PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 0")
    job.listings = {("RELABEL", "SYSPRINT"): "\n".join(lines)}


@pytest.fixture
def operator() -> Callable[..., Any]:
    """Make an operator by the name of its step."""
    import imsclone_airflow.operators as operators

    def make(name: str, **arguments: Any) -> Any:
        task_id = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        return getattr(operators, f"{name}Operator")(task_id=task_id, plan=None, retries=2, **arguments)

    return make
