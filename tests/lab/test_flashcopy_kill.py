"""A process that writes, establishes and copies is killed with SIGKILL at any moment; its folder is opened again."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from zoslab.dasd import track
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.track import Record

SOURCE, TARGET = 0xA80, 0xA90
GEOMETRY = Geometry("3390", 2)
ROUNDS = 10

CHILD = """
import os, sys
sys.path.insert(0, os.path.dirname(sys.argv[1]))
import test_flashcopy_kill as me
me.write_for_ever(*sys.argv[2:])
"""


def tracks_of(step: int) -> list[int]:
    """Return the tracks step ``step`` writes: mostly one, every third step four in one transaction."""
    return [(step * 7 + number) % GEOMETRY.tracks for number in range(4 if step % 3 == 0 else 1)]


def image(number: int, step: int) -> bytes:
    """Return a track that is full of the number of the step that wrote it."""
    return track.build(*GEOMETRY.cchh(number), [Record(1, b"", step.to_bytes(8, "big") * 6500)], GEOMETRY)


def content_after(step: int) -> dict[int, int]:
    """Return which step wrote each track last when ``step`` was done."""
    return {number: done for done in range(1, step + 1) for number in tracks_of(done)}


def write_for_ever(folder: str, log_path: str, first: str) -> None:
    log = os.open(log_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    subsystem = DiskSubsystem(folder)
    source = subsystem.device(SOURCE)
    step = int(first)
    while True:
        step += 1
        if step % 5 == 0:
            os.write(log, b"establishing %d\n" % (step - 1))
            subsystem.flash.establish(SOURCE, TARGET, background=step % 2 == 0, freeze=True)
            os.write(log, b"established %d\n" % (step - 1))
            subsystem.flash.thaw()
        with subsystem.atomic():
            for number in tracks_of(step):
                source.write_track(number, image(number, step))
        os.write(log, b"done %d\n" % step)


def steps_on(subsystem: DiskSubsystem, devno: int) -> dict[int, int]:
    """Return the step each track of the device is full of, failing on a torn track."""
    found = {}
    for number in range(GEOMETRY.tracks):
        content = subsystem.device(devno).read_track(number)
        records = track.parse(content)
        if records:
            found[number] = int.from_bytes(records[0].data[:8], "big")
            assert content == image(number, found[number]), f"{devno:04X} track {number} is torn"
    return found


def run_and_kill(folder: Path, log_path: Path, first: int, seconds: float) -> list[tuple[str, int]]:
    log_path.unlink(missing_ok=True)
    child = subprocess.Popen([sys.executable, "-c", CHILD, __file__, str(folder), str(log_path), str(first)])
    deadline = time.monotonic() + 30
    while not log_path.exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(seconds)
    assert child.poll() is None, "the child ended by itself"
    child.send_signal(signal.SIGKILL)
    child.wait()
    return [(what, int(step)) for what, step in (line.split() for line in log_path.read_text().splitlines())]


def test_after_a_kill_the_source_is_at_a_step_and_the_target_at_the_instant_it_was_established(tmp_path: Path):
    folder = tmp_path / "dasd"
    with DiskSubsystem(folder) as subsystem:
        subsystem.define(SOURCE, GEOMETRY)
        subsystem.define(TARGET, GEOMETRY)
    chance = random.Random(20261121)
    step, instants = 0, [0]
    for _ in range(ROUNDS):
        log = run_and_kill(folder, tmp_path / "log", step, chance.uniform(0.02, 0.2))
        done = max([done for what, done in log if what == "done"], default=step)
        certain = [at for what, at in log if what == "established"]
        begun = [at for what, at in log if what == "establishing"]
        instants = (certain or instants)[-1:] + ([begun[-1]] if len(begun) > len(certain) else [])
        with DiskSubsystem(folder, background_copy=False) as subsystem:
            source, target = steps_on(subsystem, SOURCE), steps_on(subsystem, TARGET)
        [step] = [at for at in (done, done + 1) if source == content_after(at)]
        instants = [at for at in instants if target == content_after(at)]
        assert instants, f"target is none of the instants {log[-5:]}"
    assert step > ROUNDS
