"""The spool: a folder per job, with its JCL, its state and its output. Own layout.

``job.json`` is replaced whole by one rename; ``jcl.txt`` is the submitted text; ``003.txt`` is spool data set 3, one
record a line, written through at each record, so that a killed process loses nothing that was ever shown.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from zoslab.dasd import commit
from zoslab.jes.job import Job, SpoolFile

JESMSGLG, JESJCL, JESYSMSG = 2, 3, 4
FIRST_SYSOUT = 101
_BREAKS = str.maketrans({character: " " for character in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"})


class SysoutWriter:
    """Writes records to one spool data set."""

    def __init__(self, path: Path, file: SpoolFile) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._stream = open(path, "ab", buffering=0)  # noqa: SIM115  (closed at the end of the step)

    def line(self, text: str = "") -> None:
        """Write one record."""
        self.lines((text,))

    def lines(self, texts: Iterable[str]) -> None:
        """Write records with one system call."""
        block = "".join(f"{text.translate(_BREAKS)}\n" for text in texts).encode()
        with self._lock:
            if not self._stream.closed:
                self._stream.write(block)

    def close(self) -> None:
        with self._lock:
            self._stream.close()


class Spool:
    """All jobs' folders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()

    def next_number(self) -> int:
        """Return a job number that no job ever had."""
        with self._lock:
            counter = self._folder / "last-number"
            number = int(counter.read_text()) + 1 if counter.exists() else 1
            commit.write(counter, str(number).encode())
            return number

    def enter(self, job: Job, jcl: str) -> None:
        """Take a job in: afterwards it survives the death of the process."""
        folder = self._folder / job.jobid
        folder.mkdir()
        (folder / "jcl.txt").write_text(jcl, encoding="utf-8")
        self.save(job)

    def save(self, job: Job) -> None:
        """Keep the job's state. A job that was purged meanwhile stays purged."""
        folder = self._folder / job.jobid
        with self._lock:
            if folder.is_dir():
                commit.write(folder / "job.json", json.dumps(job.state(), default=str, indent=1).encode())

    def load(self) -> list[Job]:
        """Return every job on the spool, by number. A folder whose job was never taken in is removed."""
        jobs: list[Job] = []
        for folder in self._folder.iterdir():
            if not folder.is_dir():
                continue
            commit.sweep(folder)
            if (folder / "job.json").exists():
                jobs.append(Job.from_state(json.loads((folder / "job.json").read_text(encoding="utf-8"))))
            else:
                shutil.rmtree(folder)
        return sorted(jobs, key=lambda job: job.submitted)

    def jcl(self, jobid: str) -> str:
        return (self._folder / jobid / "jcl.txt").read_text(encoding="utf-8")

    def open(
        self, job: Job, ddname: str, stepname: str, procstep: str, sysout_class: str, file_id: int = 0
    ) -> SysoutWriter:
        """Open a new spool data set, or go on with one of the system's (``file_id`` 2 to 4)."""
        known = next((file for file in job.files if file.id == file_id), None)
        if known is None:
            next_id = max([FIRST_SYSOUT - 1, *(file.id for file in job.files)]) + 1
            known = SpoolFile(file_id or next_id, ddname, stepname, procstep, sysout_class)
            writer = SysoutWriter(self._path(job.jobid, known.id), known)
            job.files = sorted([*job.files, known], key=lambda file: file.id)
            self.save(job)
            return writer
        return SysoutWriter(self._path(job.jobid, known.id), known)

    def files(self, job: Job) -> list[SpoolFile]:
        """Return the job's spool data sets with their sizes as of now."""
        return [self._measured(job.jobid, file) for file in job.files]

    def records(self, jobid: str, file_id: int) -> list[str]:
        """Return the records of one spool data set."""
        return list(self.iterate(jobid, file_id))

    def iterate(self, jobid: str, file_id: int) -> Iterator[str]:
        with open(self._path(jobid, file_id), encoding="utf-8", newline="\n") as stream:
            for line in stream:
                yield line.removesuffix("\n")

    def remove(self, jobid: str) -> None:
        """Purge a job: its state goes first, so that a kill in between leaves a folder that a start clears away."""
        with self._lock:
            folder = self._folder / jobid
            (folder / "job.json").unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)

    def _measured(self, jobid: str, file: SpoolFile) -> SpoolFile:
        content = self._path(jobid, file.id).read_bytes()
        records = content.count(b"\n")
        return replace(file, record_count=records, byte_count=len(content) - records)

    def _path(self, jobid: str, file_id: int) -> Path:
        return self._folder / jobid / f"{file_id:03d}.txt"
