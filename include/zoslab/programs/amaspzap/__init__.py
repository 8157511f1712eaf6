"""AMASPZAP: look at and change load modules and blocks. MVS Diagnosis: Tools and Service Aids, "SPZAP".

CHECKSUM, CONSOLE, RECORD and SETSSI are not supported; they are refused like any statement that is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from zoslab import ebcdic
from zoslab.dasd.errors import DasdError
from zoslab.dasd.pds import Pds
from zoslab.programs.amaspzap import listing
from zoslab.programs.amaspzap.target import (
    Block,
    NotFound,
    OutOfRange,
    Section,
    Target,
    block_dump,
    data_set_blocks,
    member_blocks,
    parsed,
    section_dump,
)
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.datasets import DataSet
    from zoslab.jes.step import Listing, Step

WARNING, INPUT_ERROR, SEVERE = 4, 8, 12
PARMS = {"", "IGNIDRFULL"}
NAME = re.compile(r"[A-Z@#$][A-Z0-9@#$]{0,7}")
OFFSET = re.compile(r"[0-9A-F]{1,8}")
CCHHR = re.compile(r"[0-9A-F]{10}")
DATA = re.compile(r"[0-9A-F]{2}(,?[0-9A-F]{2})*")


class InvalidStatement(Exception):
    """A control statement that cannot be understood."""


@program("AMASPZAP", "IMASPZAP")
def amaspzap(step: Step) -> int:
    """Carry out the statements of SYSIN on the data set of SYSLIB."""
    report = step.print("SYSPRINT")
    report.line(f" {listing.TITLE}")
    dataset = step.dd("SYSLIB").dataset
    if dataset is None or step.parm.strip() not in PARMS:
        what = f"PARM {step.parm}" if dataset is not None else "SYSLIB"
        report.line(f" AMA111I {what} IS NOT VALID. AMASPZAP TERMINATED")
        return SEVERE
    zap = Zap(step, report, dataset)
    for card in step.dd("SYSIN").records():
        zap.statement(card)
    zap.finish()
    report.line(" AMA100I AMASPZAP PROCESSING COMPLETED")
    return zap.code


class Zap:
    """One run: what NAME or CCHHR chose, and whether REP is allowed."""

    def __init__(self, step: Step, report: Listing, dataset: DataSet) -> None:
        self.step, self.report, self.dataset = step, report, dataset
        self.code = self.base = 0
        self.user_data = ""
        self.target: Target | None = None
        self.no_go = False
        self.replaced = False

    def statement(self, card: str) -> None:
        """Print a statement and carry it out."""
        text = card[:71].strip()
        self.report.line(f" {card.strip()}")
        if not text or text.startswith("*"):
            return
        verb, *operands = _words(text)
        try:
            if verb not in STATEMENTS:
                raise InvalidStatement(f"{verb} IS NOT A CONTROL STATEMENT OF THIS SYSTEM'S AMASPZAP")
            STATEMENTS[verb](self, operands)
        except InvalidStatement as error:
            self._say(f"AMA105I INVALID CARD OR NO GO SWITCH SET - {error}", INPUT_ERROR)
            self.no_go = True
        except NotFound as error:
            self._say(f"AMA102I {error} NOT FOUND", WARNING)
            self.target, self.no_go = None, True
        except OutOfRange as error:
            self._say(f"AMA103I OFFSET {error} - SET NO GO SWITCH", WARNING)
            self.no_go = True
        except DasdError as error:
            self._say(f"AMA115I I/O ERROR ON {self.dataset.dsname} - {error}", SEVERE)
            self.target, self.no_go = None, True

    def name(self, operands: list[str]) -> None:
        """NAME member [csect]: the section that VER and REP are about."""
        member, csect = _names(operands)
        self.finish()
        self.target, self.no_go = None, True
        self.target = Section(self.dataset, member, csect)
        self.no_go = False

    def cchhr(self, operands: list[str]) -> None:
        """CCHHR address: the block that VER and REP are about."""
        if len(operands) != 1 or not CCHHR.fullmatch(operands[0]):
            raise InvalidStatement("CCHHR NEEDS TEN HEXADECIMAL DIGITS")
        self.finish()
        self.target, self.no_go = None, True
        self.target = Block(self.dataset, operands[0])
        self.no_go = False

    def set_base(self, operands: list[str]) -> None:
        """BASE offset: what the offsets of VER and REP count from."""
        if len(operands) != 1 or not OFFSET.fullmatch(operands[0]):
            raise InvalidStatement("BASE NEEDS A HEXADECIMAL OFFSET")
        self.base = int(operands[0], 16)

    def identification(self, operands: list[str]) -> None:
        """IDRDATA text: up to eight characters for the identification record."""
        if len(operands) != 1 or len(operands[0]) > 8:
            raise InvalidStatement("IDRDATA NEEDS ONE TO EIGHT CHARACTERS")
        self.user_data = operands[0]

    def verify(self, operands: list[str]) -> None:
        """VER offset data: set the no-go switch unless the data are there."""
        offset, data = self._place(operands)
        if self.target is None:
            raise InvalidStatement("NO NAME OR CCHHR IS IN EFFECT")
        if self.target.read(offset, len(data)) != data:
            self._say("AMA104I VERIFY REJECT - SET NO GO SWITCH", WARNING)
            self.no_go = True
            self._print(self.target.dump(False))

    def replace(self, operands: list[str]) -> None:
        """REP offset data: put data in place of what is there; ignored while the no-go switch is on."""
        offset, data = self._place(operands)
        if self.target is None or self.no_go:
            self._say("AMA105I INVALID CARD OR NO GO SWITCH SET", WARNING)
            return
        self.step.authorise(self.dataset.dsname, "UPDATE")
        if isinstance(self.target, Section) and not self.replaced and not self._identified(self.target):
            return
        old = self.target.read(offset, len(data))
        self.target.replace(offset, data)
        self.replaced = True
        self._say(f"AMA122I OLD DATA WAS {old.hex().upper()}")
        if isinstance(self.target, Block):
            self._say(f"AMA112I RECORD {self.target.cchhr} OF {self.dataset.dsname} HAS BEEN UPDATED")

    def dump(self, operands: list[str], translated: bool = False) -> None:
        """DUMP member [csect|ALL]."""
        member, csect = _names(operands)
        pds = Pds(self.dataset.space)
        module = parsed(pds, member)
        for each in module.csects if csect == "ALL" else (Section(self.dataset, member, csect).csect,):
            self._print(section_dump(pds, self.dataset.space, member, module, each, translated))

    def block_dump(self, operands: list[str], translated: bool = False) -> None:
        """ABSDUMP ALL | member | first last."""
        space = self.dataset.space
        member = ""
        if operands == ["ALL"]:
            blocks = data_set_blocks(space)
        elif len(operands) == 2 and all(CCHHR.fullmatch(each) for each in operands):
            blocks = data_set_blocks(space, *operands)
        elif len(operands) == 1 and NAME.fullmatch(operands[0]):
            member = operands[0]
            blocks = member_blocks(Pds(space), space, member)
        else:
            raise InvalidStatement("ABSDUMP NEEDS ALL, A MEMBER, OR TWO ADDRESSES OF TEN DIGITS")
        for cchhr, record in blocks:
            self._print(block_dump(cchhr, record, translated, member))

    def finish(self) -> None:
        """End what the last NAME or CCHHR began."""
        self.replaced, self.base = False, 0

    def _identified(self, section: Section) -> bool:
        """Enter the change in the module's identification record, and say so; False if there is no room."""
        override = self.step.parm.strip() == "IGNIDRFULL"
        today = self.step.system.clock.now().date()
        count, full = section.identify(self.user_data, today)
        if full:
            self._say(f"AMA120I {section.member:<8} NO IDR SPACE - RE-LINK", 0 if override else WARNING)
            if not override:
                self.no_go = True
                return False
            self._say("AMA128I UPDATES ENABLED BY OVERRIDE PARM")
        self._say(f"AMA125I {section.member:<8} IDR COUNT = {count:04d} (MAX=0019)")
        return True

    def _place(self, operands: list[str]) -> tuple[int, bytes]:
        if len(operands) < 2 or not OFFSET.fullmatch(operands[0]):
            raise InvalidStatement("AN OFFSET AND DATA ARE NEEDED")
        offset = int(operands[0], 16) - self.base
        if offset < 0:
            raise OutOfRange(f"{operands[0]} IS BEFORE BASE {self.base:06X}")
        return offset, _data(operands[1])

    def _print(self, lines: Iterator[str]) -> None:
        self.report.line()
        for line in lines:
            self.report.line(f" {line}")

    def _say(self, text: str, code: int = 0) -> None:
        self.report.line(f" {text}")
        self.code = max(self.code, code)


def _words(text: str) -> list[str]:
    """Split a statement at blanks, but not inside apostrophes; what is not in apostrophes is folded to upper case."""
    words = re.findall(r"'(?:[^']|'')*'|[^\s']+", text)
    return [word if word.startswith("'") else word.upper() for word in words]


def _names(operands: list[str]) -> tuple[str, str]:
    if not 1 <= len(operands) <= 2 or not all(NAME.fullmatch(each) for each in operands):
        raise InvalidStatement("A MEMBER AND A CSECT NAME ARE NEEDED")
    return operands[0], operands[1] if len(operands) == 2 else ""


def _data(text: str) -> bytes:
    if text.startswith("'"):
        return ebcdic.encode(text[1:-1].replace("''", "'"))
    if not DATA.fullmatch(text):
        raise InvalidStatement(f"{text} ARE NOT BYTES IN HEXADECIMAL")
    return bytes.fromhex(text.replace(",", ""))


STATEMENTS: dict[str, Callable[[Zap, list[str]], None]] = {
    "NAME": Zap.name,
    "CCHHR": Zap.cchhr,
    "BASE": Zap.set_base,
    "IDRDATA": Zap.identification,
    "VER": Zap.verify,
    "VERIFY": Zap.verify,
    "REP": Zap.replace,
    "DUMP": Zap.dump,
    "DUMPT": lambda zap, operands: zap.dump(operands, True),
    "ABSDUMP": Zap.block_dump,
    "ABSDUMPT": lambda zap, operands: zap.block_dump(operands, True),
}
