"""The correlator that makes a job findable, so that it is submitted exactly once.

Source: z/OSMF Programming Guide, X-IBM-User-Correlator: 1 to 32 of A-Z 0-9 $ # @, no digit first. JES2 puts it
behind a 31-character system part and a colon.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import ClassVar

from imsclone.names import Name

HASH_LENGTH = 24


class Correlator(Name):
    """The user part of a job correlator."""

    rule: ClassVar[str] = "1 to 32 letters, digits, @, # or $, not starting with a digit"
    pattern: ClassVar[re.Pattern[str]] = re.compile(r"[A-Z@#$][A-Z0-9@#$]*")
    length: ClassVar[int] = 32


def correlator(dag: str, run: str, task: str, map_index: int = -1, attempt: int = 1) -> Correlator:
    """Return the correlator of one try of one task: the same for the same try, another for any other.

    The first letters are the task's, for people; the rest is a hash of all.
    """
    key = "\0".join([dag, run, task, str(map_index), str(attempt)])
    digest = base64.b32encode(hashlib.sha256(key.encode()).digest()).decode()[:HASH_LENGTH]
    letters = re.sub(r"[^A-Z0-9]", "", task.rpartition(".")[2].upper())[:7]
    return Correlator(f"C{letters}{digest}")


def user_part(job_correlator: str | None) -> str:
    """Return the user part of a whole job correlator, empty if there is none."""
    return (job_correlator or "").rpartition(":")[2].strip() if job_correlator and ":" in job_correlator else ""
