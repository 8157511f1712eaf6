"""Databases of the embedded z/OS unloaded, masked by the engine, and loaded again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from imsclone.dbd import Database, read_dbd
from imsclone.masking import Originals, load_policy, mask_file, plan_masking, scan_blocks
from imsclone.unload import Form, Segment, open_unload, read_segments
from zoslab.ims.bank import definitions
from zoslab.sample.create import create
from zoslab.zos import Zos

KEY = b"a masking key of the tests"
JOB = """//MASKING  JOB CLASS=A
//STEP     EXEC PGM={program},PARM='{name}'
//STEPLIB  DD DISP=SHR,DSN=IMSP.SDFSRESL
//         DD DISP=SHR,DSN=IMSP.MDALIB
//IMSACB   DD DISP=SHR,DSN=IMSP.ACBLIB
//SYSPRINT DD SYSOUT=*
//{dd:8} DD DSN={dsname},
//             {disposition}
"""
NEW = """DISP=(NEW,CATLG),UNIT=3390,
//             VOL=SER=IMSP04,SPACE=(TRK,(45,15)),
//             DCB=(RECFM=VB,LRECL=8192,BLKSIZE=27998)"""
POLICY = """\
fields:
  - {database: CUST, segment: CUSTOMER, field: CUSTNO, rule: digits}
  - {database: CUST, segment: CUSTOMER, start: 9, length: 24, rule: names, list: full-names}
  - {database: ACCT, segment: ACCOUNT, field: ACCTNO, rule: digits}
  - {database: ACCT, segment: ACCOUNT, start: 27, length: 8, rule: digits}
  - {database: ACCT, segment: HISTORY, start: 13, length: 10, rule: keep-format}
"""
NAMES = ("CUST", "ACCT")


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zos]:
    folder = tmp_path_factory.mktemp("masking") / "system"
    create(folder, lambda _: None)
    running = Zos.ipl(folder)
    yield running
    running.shutdown()


def submit(system: Zos, program: str, name: str, dd: str, dsname: str, disposition: str) -> None:
    jcl = JOB.format(program=program, name=name, dd=dd, dsname=dsname, disposition=disposition)
    jobid = system.jes.submit(jcl, "IBMUSER")
    end = time.monotonic() + 60
    while system.jes.job(jobid).status != "OUTPUT":
        assert time.monotonic() < end
        time.sleep(0.05)
    job = system.jes.job(jobid)
    spool = [line for file in job.files for line in system.jes.spool_records(jobid, file.id)]
    assert job.retcode == "CC 0000", "\n".join(spool)


def unloaded(system: Zos, name: str, dsname: str, file: Path) -> Path:
    """Unload a database and download what was written, as the record form of z/OSMF."""
    submit(system, "DFSURGU0", name, "DFSURGU1", dsname, NEW)
    file.write_bytes(b"".join(map(Form.ZOSMF.frame, system.datasets.find(dsname).records())))
    return file


def segments(file: Path, database: Database) -> list[Segment]:
    with open_unload(file) as unload:
        return list(read_segments(unload, database))


def test_masked_databases_are_loaded_again_hold_nothing_of_the_originals_and_still_match(
    system: Zos, tmp_path: Path
) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY)
    source = {name: read_dbd(definitions.DBD_SOURCE[name].format(blocks=40), name) for name in NAMES}
    plans = plan_masking(load_policy(tmp_path / "policy.yaml"), source.values(), KEY, every=True)
    with Originals(tmp_path / "originals", KEY) as originals:
        for name in NAMES:
            before = unloaded(system, name, f"IMSP.UNL.{name}", tmp_path / name)
            report = mask_file(before, tmp_path / f"{name}.masked", plans, originals=originals)
            assert all(one.changed for one in report.fields)
        dirty = scan_blocks(originals, _database_blocks(system))
        assert dirty.found == 1000
        for name in NAMES:
            with open_unload(tmp_path / f"{name}.masked") as masked:
                records = [masked.header.record(), *masked.records]
            system.datasets.find(f"IMSP.UNL.{name}").write(records)
            submit(system, "DFSURGL0", name, "DFSUINPT", f"IMSP.UNL.{name}", "DISP=SHR")
        clean = scan_blocks(originals, _database_blocks(system))
        assert clean.bytes > 1_000_000
        clean.require_clean("the databases")
    after = {}
    for name in NAMES:
        again = unloaded(system, name, f"IMSP.AGN.{name}", tmp_path / f"{name}.again")
        after[name] = segments(again, source[name])
        assert sorted(after[name]) == sorted(segments(tmp_path / f"{name}.masked", source[name]))
    assert after["CUST"] == segments(tmp_path / "CUST.masked", source["CUST"]), "a HIDAM comes in key order"
    customers = {one.data[:8] for one in after["CUST"] if one.name == "CUSTOMER"}
    accounts = [one.data for one in after["ACCT"] if one.name == "ACCOUNT"]
    assert {data[26:34] for data in accounts} <= customers, "equal values stay equal across databases"
    assert len({data[:10] for data in accounts}) == len(accounts), "keys stay unique"


def _database_blocks(system: Zos) -> dict[str, Iterator[bytes]]:
    """Return every record on every track of the masked databases' data sets, with CUST's indexes.

    The others are not masked, and their tellers have numbers as accounts have: both count from 1.
    """
    names = [
        entry.name
        for mask in ("IMSP.DB.ACCT*.**", "IMSP.DB.CUST*.**")
        for entry in system.catalogs.entries(mask)
        if entry.kind in ("NONVSAM", "DATA", "INDEX")
    ]
    assert len(names) >= 4
    return {name: _tracks(system, name) for name in names}


def _tracks(system: Zos, dsname: str) -> Iterator[bytes]:
    space = system.datasets.find(dsname).space
    for track in range(space.tracks):
        for record in space.read(track):
            yield record.data
