"""Random units on a DEDB whose region is stopped at a write: what was committed is there after restart, no more."""

import copy
import random

import pytest

from zoslab.ims import pointer_check
from zoslab.ims.bank.definitions import Balance, Movement
from zoslab.ims.bank.ledger import TELLERS
from zoslab.ims.errors import ImsError
from zoslab.ims.schedule import scheduled

COLD = "/NRE CHKPT 0 FORMAT ALL"
ENTRY = "TENTRY  "


class History:
    """Random calls on tellers beside a model: entries by number under each teller."""

    def __init__(self, program, seed):
        self.program, self.pcb, self.choose = program, program.pcbs[3], random.Random(seed)
        self.now = {f"{number:010}": {} for number in range(30)}
        self.committed, self.doubtful = copy.deepcopy(self.now), None

    def step(self):
        number = f"{self.choose.randrange(45):010}"
        change = self.change_root if self.choose.random() < 0.2 else self.change_entry
        change(number)
        if self.choose.random() < 0.25:
            self.end()

    def change_root(self, number):
        if number in self.now:
            assert self.pcb.ghu(TELLERS.at(number)) is not None
            assert self.pcb.dlet()
            del self.now[number]
        else:
            assert self.pcb.isrt(bytes(Balance(number=number)), "TELLER  ")
            self.now[number] = {}

    def change_entry(self, number):
        place, amount = self.choose.randrange(1, 9), self.choose.randrange(10**6)
        movement, entries = bytes(Movement(number=place, amount=amount)), self.now.get(number)
        if entries is None:
            assert not self.pcb.isrt(movement, TELLERS.at(number), ENTRY)
        elif place not in entries:
            assert self.pcb.isrt(movement, TELLERS.at(number), ENTRY)
            entries[place] = movement
        else:
            self.hold(number, place)
            if amount % 2:
                assert self.pcb.repl(movement)
                entries[place] = movement
            else:
                assert self.pcb.dlet()
                del entries[place]

    def hold(self, number, place):
        data = self.pcb.ghu(TELLERS.at(number), ENTRY)
        while Movement.of(data).number != place:
            data = self.pcb.ghn(ENTRY)

    def end(self):
        if self.choose.random() < 0.3:
            self.program.roll_back()
            self.now = copy.deepcopy(self.committed)
            return
        self.doubtful = copy.deepcopy(self.now)
        self.program.sync()
        self.committed, self.doubtful = self.doubtful, None


def contents(region):
    found = {}
    with scheduled(region, "BANKPSB", "LOOK") as program:
        pcb = program.pcbs[3]
        data = pcb.gu()
        while data is not None:
            if pcb.segment == "TELLER":
                number = Balance.of(data).number
                found[number] = {}
            else:
                found[number][Movement.of(data).number] = data
            data = pcb.gn()
    return found


@pytest.mark.parametrize("at", sorted(random.Random(8).sample(range(20, 700), 10)))
def test_committed_units_of_a_dedb_survive_a_stop_at_any_write(extended_system, faults, crash, make_faults, at):
    extended_system.proclib["DFSVSM00"][0] = "IOBF=(4096,6,Y,Y)"
    region = extended_system.start(COLD)
    assert len(contents(region)) == 30
    faults.writes, faults.crash_at = 0, at
    try:
        with scheduled(region, "BANKTRN", "WORK") as program:
            history = History(program, at)
            for number in range(4000):
                history.step()
                if number % 150 == 149:
                    region.checkpoint()
    except (crash, ImsError):
        pass
    assert faults.writes >= at
    region.fail("CRASH", report=False)
    region.join()
    again = extended_system.copy(make_faults()).start("/ERE OVERRIDE")
    assert contents(again) in (history.committed, history.doubtful)
    assert pointer_check.check(again.databases.get("TELLER")).errors == []
    again.freeze()
