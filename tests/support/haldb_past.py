"""What DBAs do with the bank's HALDB while its source works: image copies, a split; and what it held at five dates.

The bank's terminals pause over a date, so that an unload right behind it is what the database held then. A schedule of
minutes and seconds means each of its seconds in each of its minutes, so a minute in which one date fails is left out.
"""

from __future__ import annotations

import contextlib
import itertools
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).parents[2] / "include" / "imsclone" / "jcl" / "rebuild_indexes.jcl"
EBCDIC, EYE = "cp037", "DFSURGU0".encode("cp037")
LATE, BOTH = (30,), (0, 30)
"""The dates of a minute, in seconds."""
WORK, PAUSE, BEHIND = timedelta(seconds=6), timedelta(seconds=3), timedelta(seconds=0.2)
POLL_SECONDS, PATIENCE = 0.3, 60.0
NEW, KEY = "HISTD", "0000001000"
PARTITIONS = ("HISTA", "HISTB", "HISTC")
START = "S BANKWL,RATE=10"
HELD, MADE = "CLONE.HELD.DATE{number}", "CLONE.MADE"
STEP = """\
//{name:8} EXEC PGM={program},COND=(0,NE),
//             PARM='{parm}'
//STEPLIB  DD DISP=SHR,DSN=IMSP.SDFSRESL
//         DD DISP=SHR,DSN=IMSP.MDALIB
//IMSACB   DD DISP=SHR,DSN=IMSP.ACBLIB
//SYSPRINT DD SYSOUT=*
{dds}//SYSIN    DD *
{cards}
/*
"""
COMMAND = """\
//{name:8} EXEC PGM=CSLUSPOC,COND={when},
//             PARM='IMSPLEX=PLEX1,ROUTE=(IMSP),WAIT=30,F=WRAP'
//STEPLIB  DD DISP=SHR,DSN=IMSP.SDFSRESL
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
 UPDATE DB NAME(HIST) {what}
/*
"""
OUTPUT = """\
//{dd:8} DD DSN={dsname},DISP=(NEW,CATLG),UNIT=3390,
//             VOL=SER=LABWK1,SPACE=(TRK,(15,15)),
//             DCB=(RECFM=VB,LRECL=8192,BLKSIZE=27998)
"""
DATA_SET = """\
//DATA     DD DSN=IMSP.DB.HIST.A00005,DISP=(NEW,CATLG),UNIT=3390,
//             VOL=SER=IMSP05,SPACE=(TRK,60),
//             DCB=(DSORG=PS,RECFM=F,LRECL=4096,BLKSIZE=4096)
"""
ILDS = """\
 DEFINE CLUSTER(NAME(IMSP.DB.HIST.L00005) INDEXED KEYS(9 0) -
   RECORDSIZE(50 50) CISZ(4096) TRACKS(15 15) VOLUMES(IMSP05))"""
PART = f"""\
 INIT.PART DBD(HIST) PART({NEW}) KEYSTRNG('{KEY}') -
   DSNPREFX(IMSP.DB.HIST) BLOCKSZE(4096) GENMAX(7)"""
GENERATIONS = f" DEFINE GDG(NAME({MADE}) LIMIT(20) SCRATCH)"
UNLOAD = f"""
//UNLOAD   EXEC PGM=DFSURGU0,COND=(0,NE),PARM='ULU,DFSURGU0,HIST'
{{% include "_steplib.jcl" %}}
{{% include "_control_blocks.jcl" %}}
{OUTPUT.format(dd="DFSURGU1", dsname=f"{MADE}(+1)")}"""
"""What a site puts behind the index builds of a refresh, so that each run leaves what it made."""
Records = list[bytes]


class Ended(Exception):
    """Nobody waits for the dates any more."""


def step(name: str, program: str, parm: str = "", cards: str = "", dds: str = "") -> str:
    return STEP.format(name=name, program=program, parm=parm, cards=cards, dds=dds)


def stopped(*steps: str) -> str:
    """Return a job that takes the HALDB from the source's programs, and gives it back whatever happened."""
    first = COMMAND.format(name="STOP", when="(0,NE)", what="STOP(ACCESS)")
    last = COMMAND.format(name="START", when="EVEN", what="START(ACCESS)")
    return "".join(["//DBAHIST  JOB CLASS=A\n", first, *steps, last])


def image_copies(number: int, partitions: tuple[str, ...]) -> str:
    """Return the step that copies each partition."""
    cards = "\n".join(f"D1 {name:8} {name + 'A':8} OUT{place}" for place, name in enumerate(partitions))
    outputs = (
        OUTPUT.format(dd=f"OUT{place}", dsname=f"CLONE.IC{number}.{name}") for place, name in enumerate(partitions)
    )
    return step("COPY", "DFSUDMP0", "", cards, "".join(outputs))


def first_copies() -> str:
    """Return the job of the first image copies; one partition's would else wait for a data set that is named before."""
    named = step("NOREUSE", "DSPURX00", cards=" CHANGE.DBDS DBD(HISTB) DDN(HISTBA) NOREUSE")
    generations = step("GROUP", "IDCAMS", cards=GENERATIONS)
    return stopped(generations, named, image_copies(1, PARTITIONS))


def split() -> str:
    """Return the job that splits a partition in the middle of its keys; what was reloaded needs image copies."""
    out = OUTPUT.format(dd="DFSURGU1", dsname="CLONE.SPLIT.HIST")
    return stopped(
        step("UNLOAD", "DFSURGU0", "ULU,DFSURGU0,HIST", dds=out),
        step("DEFINE", "DSPURX00", cards=PART),
        step("ALLOC", "IDCAMS", cards=ILDS, dds=DATA_SET),
        step("RELOAD", "DFSURGL0", "ULU,DFSURGL0,HIST", dds="//DFSUINPT DD DISP=SHR,DSN=CLONE.SPLIT.HIST\n"),
        image_copies(2, (*PARTITIONS, NEW)),
    )


def unloaded(raw: bytes) -> Iterator[bytes]:
    """Yield the records of an unload, each partition's header without the time of the run."""
    while raw:
        size = int.from_bytes(raw[:4], "big")
        record, raw = raw[4 : 4 + size], raw[4 + size :]
        yield record[:16] + record[24:] if record.startswith(EYE) else record


def partitions(records: Records) -> list[str]:
    """Return the partitions of an unload, in order of their keys."""
    return [one[16:24].decode(EBCDIC).rstrip() for one in records if one.startswith(EYE)]


@dataclass
class Past:
    """Lives through the dates in a thread of its own.

    :param look: has the product look at the source's RECON.
    """

    plant: Any
    look: Callable[[], None]
    held: dict[datetime, Records] = field(default_factory=dict)
    offset: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    wrong: BaseException | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        self.thread = threading.Thread(target=self._live, name="past", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.ended.set()
        self.thread.join(PATIENCE)

    def dates(self) -> tuple[dict[datetime, Records], str]:
        """Wait until all dates have passed; return what was held at each, and the schedule that means them."""
        self.thread.join()
        if self.wrong is not None:
            raise self.wrong
        minutes, seconds = ({getattr(date, name) for date in self.held} for name in ("minute", "second"))
        return self.held, f"{','.join(map(str, sorted(minutes)))} * * * * {','.join(map(str, sorted(seconds)))}"

    def _live(self) -> None:
        try:
            self.plant.done(first_copies())
            self.look()
            soonest = datetime.now(UTC) + WORK + PAUSE
            self.offset = max(soonest.second + 1 - LATE[0], 0)
            self._minute(LATE)
            self._minute(BOTH)
            self.look()
            self.plant.done(split())
            self.look()
            self._minute(BOTH)
        except BaseException as error:  # the test that waits for the dates tells it
            self.wrong = error

    def _minute(self, seconds: tuple[int, ...]) -> None:
        """Live through the dates of the next minute of whose dates none fails."""
        known: dict[datetime, Records] = {}
        while len(known) < len(seconds):
            soonest = datetime.now(UTC) + WORK + PAUSE
            minute = soonest.replace(second=self.offset, microsecond=0)
            minute += timedelta(minutes=minute + timedelta(seconds=seconds[0]) < soonest)
            known = {}
            for second in seconds:
                moment = minute + timedelta(seconds=second)
                if not self._paused(moment):
                    break
                known[moment] = self._unloaded()
        self.held |= known

    def _paused(self, moment: datetime) -> bool:
        """Stop the bank's terminals over a moment; return whether they had worked, and did stop, in time."""
        if datetime.now(UTC) > moment - PAUSE:
            return False
        self._sleep(moment - PAUSE)
        self.plant.command("P BANKWL")
        self._until(lambda: "BANKWL" not in self.plant.command("D A,L"))
        in_time = datetime.now(UTC) < moment
        self._sleep(moment + BEHIND)
        if not in_time:
            self.plant.command(START)
        return in_time

    def _unloaded(self) -> Records:
        """Unload what there is now, and have the bank go on."""
        dsname = HELD.format(number=next(self.numbers))
        out = OUTPUT.format(dd="DFSURGU1", dsname=dsname)
        self.plant.done(stopped(step("UNLOAD", "DFSURGU0", "ULU,DFSURGU0,HIST", dds=out)))
        self.plant.command(START)
        return list(unloaded(self.plant.content(dsname)))

    def _sleep(self, until: datetime) -> None:
        if self.ended.wait(max((until - datetime.now(UTC)).total_seconds(), 0)):
            raise Ended

    def _until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline
            if self.ended.wait(POLL_SECONDS):
                raise Ended


def made(plant: Any, number: int) -> Records:
    """Return what a run left."""
    return list(unloaded(plant.content(f"{MADE}.G{number:04}V00")))


def layout(plant: Any, ims: str) -> list[tuple[str, int, str]]:
    """Return the HALDB's partitions as a RECON has them: name, ID, high key."""
    from imsclone.listings import recon

    job = "//DBALIST  JOB CLASS=A\n" + step("LIST", "DSPURX00", cards=" LIST.RECON").replace("IMSP", ims)
    found = recon.read(plant.listing(job)).partitions
    return [(one.name, one.partition_id, one.high_key) for one in found if one.master == "HIST"]


@contextlib.contextmanager
def published(plant: Any) -> Iterator[None]:
    """Have each run leave an unload of what it made, by a template of the site."""
    folder = plant.site / "jcl"
    folder.mkdir()
    (folder / TEMPLATE.name).write_text(TEMPLATE.read_text() + UNLOAD)
    yield
    shutil.rmtree(folder)
