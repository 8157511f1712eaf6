"""The thread that carries background copy on while relationships want it."""

from __future__ import annotations

import threading

from zoslab.dasd.flashcopy import FlashCopy


class BackgroundCopy(threading.Thread):
    """Drives background copy a few tracks at a time, leaving the processor to others between."""

    TRACKS = 64
    PAUSE_SECONDS = 0.002

    def __init__(self, flash: FlashCopy, wanted: threading.Event) -> None:
        super().__init__(name="flashcopy-background", daemon=True)
        self._flash = flash
        self._wanted = wanted
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.is_set():
            self._wanted.wait()
            self._wanted.clear()
            while not self._stopped.wait(self.PAUSE_SECONDS) and self._flash.copy_step(self.TRACKS):
                continue

    def stop(self) -> None:
        self._stopped.set()
        self._wanted.set()
        self.join()
