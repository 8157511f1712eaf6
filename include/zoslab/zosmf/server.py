"""The TLS server that carries the services, in a thread of the embedded z/OS."""

from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from zoslab.zosmf.tls import certificates

START_SECONDS = 15.0
BACKLOG = 256
KEEP_ALIVE_SECONDS = 75
"""Longer than clients keep an idle connection, so that none is closed under a request on its way."""


class ServerNotStarted(Exception):
    """The server did not come up: mostly because the port is taken."""


class Server:
    """Serve ``application`` over TLS at ``host`` and ``port`` until ``stop``.

    :ivar authority: file with the certificate authority that clients are to trust.
    """

    def __init__(self, application: Starlette, folder: Path, host: str, port: int) -> None:
        files = certificates(folder, host)
        self.authority = files.authority
        self._host, self._port = host, port
        self._server = uvicorn.Server(
            uvicorn.Config(
                application,
                host=host,
                port=port,
                ssl_certfile=str(files.certificate),
                ssl_keyfile=str(files.key),
                log_level="warning",
                access_log=False,
                lifespan="off",
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=2,
            )
        )
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Return once the server answers.

        :raises ServerNotStarted: the port is taken, or the server is not up within 15 s.
        """
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            listener = socket.create_server((self._host, self._port), family=family, backlog=BACKLOG)
        except OSError as error:
            raise ServerNotStarted(
                f"z/OSMF cannot listen at {self._host}:{self._port}: {os.strerror(error.errno or 0)}. "
                "Choose another port or host."
            ) from error
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name="zosmf", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                listener.close()
                raise ServerNotStarted(f"z/OSMF does not answer at {self._host}:{self._port}; see its log.")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the server; requests under way get two seconds."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=5)
