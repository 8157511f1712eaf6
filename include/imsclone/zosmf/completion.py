"""How a job or step ended, in the words z/OSMF uses.

Source: z/OSMF Programming Guide, retcode of the job document and completion of the step data. A cancel during
execution shows as CANCELED or as ABEND S222. Words that are not known raise, they are never taken for success.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from imsclone.zosmf.errors import UnknownCompletion

_CODE = re.compile(r"CC (\d{1,4})")
_SYSTEM = re.compile(r"ABEND ?S([0-9A-F]{3})")
_USER = re.compile(r"ABEND ?U(\d{1,4})")
_CANCEL_ABENDS = {"222", "122"}


class Ending(Enum):
    """The kinds of ending."""

    CODE = "condition code"
    SYSTEM_ABEND = "system abend"
    USER_ABEND = "user abend"
    CANCELLED = "cancelled"
    JCL_ERROR = "JCL error"
    SECURITY = "security error"
    SYSTEM_FAILURE = "system failure"
    CONVERTER = "converter failure"
    NOT_RUN = "did not run"


_WORDS = {
    "CANCELED": Ending.CANCELLED,
    "CANCELLED": Ending.CANCELLED,
    "JCL ERROR": Ending.JCL_ERROR,
    "SEC ERROR": Ending.SECURITY,
    "SYS FAIL": Ending.SYSTEM_FAILURE,
    "CONV ABEND": Ending.CONVERTER,
    "CONV ERROR": Ending.CONVERTER,
    "FLUSH": Ending.NOT_RUN,
    "FLUSHED": Ending.NOT_RUN,
    "NOTEXEC": Ending.NOT_RUN,
    "NOT EXECUTED": Ending.NOT_RUN,
    "NOT RUN": Ending.NOT_RUN,
}


@dataclass(frozen=True, slots=True)
class Completion:
    """One ending; ``code`` is the condition code, -1 for every other kind."""

    ending: Ending
    text: str
    code: int = -1

    def __str__(self) -> str:
        return self.text


def parse(text: str | None) -> Completion | None:
    """Return the ending a retcode or completion text means; None for one that is not there yet.

    :raises UnknownCompletion: the text is none that is documented.
    """
    if text is None or not text.strip():
        return None
    words = " ".join(text.upper().split())
    if match := _CODE.fullmatch(words):
        return Completion(Ending.CODE, words, int(match[1]))
    if match := _SYSTEM.fullmatch(words):
        return Completion(Ending.CANCELLED if match[1] in _CANCEL_ABENDS else Ending.SYSTEM_ABEND, words)
    if _USER.fullmatch(words):
        return Completion(Ending.USER_ABEND, words)
    if words in _WORDS:
        return Completion(_WORDS[words], words)
    raise UnknownCompletion(completion=text)
