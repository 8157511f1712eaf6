"""The workload: threads that send transactions to an IMS at a rate, and wait for it while it is away."""

from __future__ import annotations

import contextvars
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from zoslab.ims import subsystems
from zoslab.ims.bank.definitions import FIRST_CUSTOMER, Control, account_number
from zoslab.ims.bank.ssas import by_customer
from zoslab.ims.bank.transactions import MISTAKEN
from zoslab.ims.errors import ImsError, UserAbend
from zoslab.ims.region import RUNNING, ControlRegion
from zoslab.ims.schedule import run_transaction, scheduled
from zoslab.jes.errors import Abend

MODES = frozenset({"TRANSFER", "READ"})
GUESTS = 50
MISTAKES = 0.02
"""The share of transfers whose program abends at the end and is backed out."""
RETRY_SECONDS = 0.2


@dataclass
class Counts:
    """What the workload has done so far."""

    done: int = 0
    refused: int = 0
    failed: int = 0
    mistakes: int = 0


class Workload:
    """Transactions a second against one IMSID: transfers, some of them by mistake, and guests, or only balances."""

    def __init__(
        self,
        system: object,
        imsid: str,
        rate: int,
        mode: str = "TRANSFER",
        threads: int = 3,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._system, self._imsid, self._mode, self._say = system, imsid, mode, say
        self._last_failure = ""
        self._pause = threads / rate
        self._threads = threads
        self._stop = threading.Event()
        self._latch = threading.Lock()
        self._running: list[threading.Thread] = []
        self.counts = Counts()

    def start(self) -> None:
        """Begin."""
        for number in range(self._threads):
            context = contextvars.copy_context()
            target = lambda number=number, context=context: context.run(self._terminal, number)  # noqa: E731
            thread = threading.Thread(target=target, name=f"BANKWKLD-{number}", daemon=True)
            self._running.append(thread)
            thread.start()

    def stop(self) -> Counts:
        """End when the transactions under way are done; return the counts."""
        self._stop.set()
        for thread in self._running:
            thread.join(10)
        return self.counts

    def _terminal(self, number: int) -> None:
        choose = random.Random(time.time_ns() + number)
        due = time.monotonic()
        while not self._stop.is_set():
            region = subsystems.find(self._system, self._imsid)
            if region is None or region.state != RUNNING:
                self._stop.wait(RETRY_SECONDS)
                due = time.monotonic()
                continue
            self._send(region, choose)
            due = max(due + self._pause, time.monotonic() - 1)
            self._stop.wait(max(due - time.monotonic(), 0))

    def _send(self, region: ControlRegion, choose: random.Random) -> None:
        try:
            name, arguments = self._message(choose, self._accounts(region))
            answer = run_transaction(region, name, arguments)
        except (ImsError, Abend) as error:
            if isinstance(error, UserAbend) and error.code == MISTAKEN:
                self._count("mistakes")
                return
            self._count("failed")
            self._tell(str(error))
            self._stop.wait(RETRY_SECONDS)
        else:
            self._count("refused" if answer == "REFUSED" else "failed" if answer.startswith("BROKEN") else "done")

    def _tell(self, failure: str) -> None:
        """Report a failure unless it is the same as the one before."""
        if failure != self._last_failure:
            self._last_failure = failure
            self._say(f"BANK003W {self._imsid} {failure}")

    def _count(self, what: str) -> None:
        with self._latch:
            setattr(self.counts, what, getattr(self.counts, what) + 1)

    def _message(self, choose: random.Random, accounts: int) -> tuple[str, list[str]]:
        payer, payee = (account_number(choose.randint(1, accounts)) for _ in range(2))
        if self._mode == "READ":
            return "BALANCE", [payer]
        if choose.random() < 0.05:
            return "CUSTOMER", [f"9{choose.randint(1, GUESTS):07d}"]
        name = "MISTAKE" if choose.random() < MISTAKES else "TRANSFER"
        return name, [payer, payee, str(choose.randint(1, 5000))]

    def _accounts(self, region: ControlRegion) -> int:
        """Return how many accounts the bank has, from its control segment."""
        known = getattr(self, "_known", None)
        if known is None or known[0] is not region:
            with scheduled(region, "BANKINQ", "BANKWKLD") as program:
                raw = program.pcbs[1].gu(by_customer(FIRST_CUSTOMER), "CONTROL ")
            if raw is None:
                raise UserAbend(1003, "THE BANK HAS NO CONTROL SEGMENT")
            self._known = known = (region, Control.of(raw).accounts)
        accounts: int = known[1]
        return accounts
