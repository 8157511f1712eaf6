"""Somebody who makes the copy that an environment with ``mover: own`` waits for."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import CliRunner

POLL_SECONDS, JOB_SECONDS = 0.05, 60
JCL = """\
//OWNCOPY JOB CLASS=A
//COPY EXEC PGM=ADRDSSU
//SYSPRINT DD SYSOUT=*
//SYSIN DD *
{cards}
/*
"""


class Copier(threading.Thread):
    """Reads the file of pairs, copies by a job of his own, and says so; what he is answered is ``said``.

    :param statements: makes the statements of his copy from the text of the file.
    :param failed: what he says went wrong; empty if nothing did.
    """

    def __init__(
        self, client: Any, file: Path, statements: Callable[[str], str], *, copies: bool = True, failed: str = ""
    ) -> None:
        super().__init__(daemon=True)
        self.client, self.file, self.statements = client, file, statements
        self.copies, self.failed, self.said = copies, failed, ""
        self.file.unlink(missing_ok=True)

    def run(self) -> None:
        from imsclone.cli import main

        while not self.file.exists():
            time.sleep(POLL_SECONDS)
        text = self.file.read_text()
        assert text.splitlines() == list(self.client.read_text("CLONE.IMST.PAIRS").lines)
        run, token = re.findall(r"(?m)^\* (?:RUN|TOKEN) (.*)$", text)
        if self.copies:
            jcl = JCL.format(cards=self.statements(text))
            job = self.client.wait(self.client.submit_once(jcl, f"OWN{token[-8:]}"), JOB_SECONDS)
            assert str(job.completion) == "CC 0000", job.completion
        told = CliRunner().invoke(main, ["copied", run, token, *(["--failed", self.failed] if self.failed else [])])
        self.said = told.output
