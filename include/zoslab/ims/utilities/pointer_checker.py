"""FABPPC00, the HD Pointer Checker of IMS High Performance Pointer Checker. Source: its User's Guide, PROCCTL data set.

PARM is ``ULU,FABPMAIN``. PROCCTL has ``PROC TYPE=ALL``, then ``DATABASE DB=name`` or ``DATABASE DB=name,DD=*`` for each
database, and perhaps ``END``. Databases are checked whole, with their indexes; other keywords are refused. Own choice:
the report goes to SYSPRINT, condition code 8 says that errors were found, and DEDBs, which have a checker of their own
at IBM, are checked too.
"""

from __future__ import annotations

import re

from zoslab.ims import pointer_check
from zoslab.ims.utilities.environment import Environment
from zoslab.ims.utilities.errors import UtilityFailed
from zoslab.ims.utilities.exclusive import for_utility

DATABASE = re.compile(r"DATABASE\s+DB=(\w{1,8})(,DD=\*)?")
FOUND = 8


def check(environment: Environment) -> int:
    """Check the databases that the control statements name."""
    code = 0
    for name in _databases(environment):
        dbd = environment.definition(name)
        with for_utility(environment, dbd, "READ") as opened:
            report = pointer_check.check(opened.open())
            opened.close()
        for line in report.lines():
            environment.say(f" {line}")
        code = max(code, FOUND if report.errors else 0)
    return code


def _databases(environment: Environment) -> list[str]:
    cards = [card[:72].strip() for card in environment.step.dd("PROCCTL").records()]
    statements = [card for card in cards if card and not card.startswith("*")]
    if environment.step.parm.split(",")[:2] != ["ULU", "FABPMAIN"]:
        raise UtilityFailed("FABP0001E PARM MUST BEGIN WITH ULU,FABPMAIN", 16)
    if not statements or statements[0] != "PROC TYPE=ALL":
        raise UtilityFailed("FABP0001E THE FIRST STATEMENT MUST BE PROC TYPE=ALL", 16)
    if statements[-1] == "END":
        statements.pop()
    found = [DATABASE.fullmatch(one) for one in statements[1:]]
    wrong = next((one for one, match in zip(statements[1:], found, strict=True) if match is None), None)
    if wrong is not None or not found:
        raise UtilityFailed(f"FABP0001E CONTROL STATEMENT IS NOT SUPPORTED: {wrong or 'NO DATABASE'}", 16)
    return [match[1] for match in found if match is not None]
