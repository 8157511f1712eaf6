"""PTRCHECK: checks every pointer of databases. Own program: it stands for a site's pointer checker.

Statements: ``CHECK DBD(name)``. RECON and database data sets are found as by any batch region; a database must not be
in use. The report ends with PCK099I; condition code 8 says that there are errors.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zoslab.ims import pointer_check
from zoslab.ims.utilities.environment import Environment, run
from zoslab.ims.utilities.errors import UtilityFailed
from zoslab.ims.utilities.exclusive import for_utility
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Step

ERRORS, SYNTAX = 8, 12
_STATEMENT = re.compile(r"CHECK\s+DBD\(([A-Z@#$][A-Z0-9@#$]{0,7})\)")


@program("PTRCHECK")
def ptrcheck(step: Step) -> int:
    """Check the databases that SYSIN names."""
    return run(step, "PTRCHECK", _check_all)


def _check_all(environment: Environment) -> int:
    if environment.dbrc is None:
        raise UtilityFailed("PCK001E DBRC IS REQUIRED", SYNTAX)
    names = []
    for card in environment.step.dd("SYSIN").records():
        text = card[:72].strip().upper()
        match = _STATEMENT.fullmatch(text)
        if match is not None:
            names.append(match[1])
        elif text and not text.startswith("*"):
            raise UtilityFailed(f"PCK002E SYNTAX ERROR: {text}", SYNTAX)
    wrong = sum(_check(environment, name) for name in names)
    environment.say(f"PCK099I {len(names)} DATABASES CHECKED, {wrong} POINTER ERRORS")
    return ERRORS if wrong else 0


def _check(environment: Environment, name: str) -> int:
    dbd = environment.definition(name)
    with for_utility(environment, dbd, "READ") as opened:
        report = pointer_check.check(opened.open())
        opened.close()
    for line in report.lines():
        environment.say(line)
    return len(report.errors)
