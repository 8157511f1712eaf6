"""``python -m bench [name ...]``: the measurements named (`MEASUREMENTS`), all of them without a name."""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench import (
    copying,
    ims,
    masking,
    orchestration,
    planning,
    reconditioning,
    refresh,
    restart,
    scale,
    slowdown,
    window,
)

MEASUREMENTS: dict[str, Callable[[], None]] = {
    "window": window.main,
    "orchestration": orchestration.main,
    "reconditioning": reconditioning.main,
    "copying": copying.main,
    "planning": planning.main,
    "masking": masking.main,
    "refresh": refresh.main,
    "scale": scale.main,
    "ims": ims.main,
    "restart": restart.main,
    "slowdown": slowdown.main,
}


def main(names: list[str]) -> None:
    """Run the measurements named, one after the other."""
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        raise SystemExit(f"There is no measurement {', '.join(unknown)}. Known are {', '.join(MEASUREMENTS)}.")
    for name in names or MEASUREMENTS:
        MEASUREMENTS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
