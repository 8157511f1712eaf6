"""The TLS server that carries the services, in a thread of the embedded z/OS."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from zoslab.zosmf.tls import certificates

START_SECONDS = 15.0


class ServerNotStarted(Exception):
    """The server did not come up: mostly because the port is taken."""


class Server:
    """Serve ``application`` over TLS at ``host`` and ``port`` until ``stop``."""

    def __init__(self, application: Starlette, folder: Path, host: str, port: int) -> None:
        files = certificates(folder, host)
        self.authority = files.authority
        self._where = f"{host}:{port}"
        self._server = uvicorn.Server(
            uvicorn.Config(
                application,
                host=host,
                port=port,
                ssl_certfile=str(files.certificate),
                ssl_keyfile=str(files.key),
                log_level="warning",
                lifespan="off",
                timeout_graceful_shutdown=2,
            )
        )
        self._thread = threading.Thread(target=self._server.run, name="zosmf", daemon=True)

    def start(self) -> None:
        """Return once the server answers.

        :raises ServerNotStarted: it did not within 15 s.
        """
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise ServerNotStarted(f"z/OSMF does not start at {self._where}; is the port taken?")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the server."""
        self._server.should_exit = True
        self._thread.join(timeout=5)
