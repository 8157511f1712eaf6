"""What operators ask and do at the console: devices, address spaces, replies."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from imsclone.listings.devices import Device, devices
from imsclone.listings.ims import OutstandingReply, outstanding
from imsclone.zosmf import Client

MOST_DEVICES = 64
POLL_SECONDS = 0.5


def display_units(client: Client, units: Iterable[str]) -> dict[str, Device]:
    """Return devices by number: ``D U`` once for each run of consecutive numbers."""
    found: dict[str, Device] = {}
    for first, count in _runs(units):
        answer = client.command(f"D U,,,{first},{count}", wanted="IEE45")
        found |= {device.unit: device for device in devices(answer.lines)}
    return found


def _runs(units: Iterable[str]) -> list[tuple[str, int]]:
    runs: list[tuple[str, int]] = []
    for unit in sorted(set(units)):
        if runs and runs[-1][1] < MOST_DEVICES and int(unit, 16) == int(runs[-1][0], 16) + runs[-1][1]:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((unit, 1))
    return runs


def vary_online(client: Client, units: Iterable[str]) -> dict[str, str]:
    """Vary devices online, one command each, and return what the system said to each."""
    return {unit: client.command(f"V {unit},ONLINE").text for unit in units}


def is_active(client: Client, name: str) -> bool:
    """Whether an address space runs: ``D A,name``."""
    answer = client.command(f"D A,{name}", wanted=name)
    return "NOT FOUND" not in answer.text and name in answer.text


def replies(client: Client, imsid: str) -> tuple[OutstandingReply, ...]:
    """Return what an IMS waits for: ``D R,L``."""
    return outstanding(client.command("D R,L", wanted="IEE112I").lines, imsid)


def reply(client: Client, to: OutstandingReply, text: str) -> str:
    """Answer a WTOR and return what the system said."""
    return client.command(f"R {to.number},{text}").text


def wait_until(true: Callable[[], bool], seconds: float, every: float = POLL_SECONDS) -> bool:
    """Ask again and again; False when it did not come true in time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() >= deadline:
            return False
        time.sleep(every)
    return True


def host_time(client: Client) -> datetime:
    """Return the time of the newest message of the hardcopy log, or ours where the log has none."""
    said = [one.time for one in client.hardcopy(datetime.now(UTC), minutes=1) if one.time is not None]
    return max(said, default=datetime.now(UTC))
