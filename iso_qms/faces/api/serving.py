"""Serves one register on a socket until it is told to stop."""

from __future__ import annotations

import io
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn

from iso_qms.domain.errors import BadInput
from iso_qms.faces.api.app import build
from iso_qms.faces.api.edge import to_stdout
from iso_qms.faces.settings import Settings
from iso_qms.qms import Qms

BACKLOG = 2048

GRACE = 5
"""Seconds for which requests under way may go on after a stop."""


def serve(
    chosen: Settings,
    options: dict[str, Any],
    *,
    host: str,
    port: int,
    access_log: bool,
    snapshots: Path | None = None,
    started: Callable[[str], Any],
) -> None:
    """Serve the register that the settings name; `started` is told the address. Port 0 takes any that is free.

    Nobody stands at this program: every act names a person and shows their secret. `BadInput` for an address that
    cannot be taken.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # whoever collects the log sees each line at once
    with Qms(chosen.store, chosen.files, operator=None, **options) as qms:
        app = build(qms, log=to_stdout if access_log else None, snapshots=snapshots)
        listening = _listen(host, port)
        name, taken = listening.getsockname()[:2]
        started(f"http://[{name}]:{taken}" if ":" in name else f"http://{name}:{taken}")
        server(app).run(sockets=[listening])


def server(app: Any) -> uvicorn.Server:
    """The server as it is shipped: it keeps no access log of its own, since that would name addresses and queries."""
    config = uvicorn.Config(
        app,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_level="warning",
        timeout_graceful_shutdown=GRACE,
    )
    return uvicorn.Server(config)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Said in full, since asyncio sends small answers at once only on sockets that call themselves TCP: else 40 ms more.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)  # now, so that whoever is told the address may call it at once
    except (OSError, OverflowError) as error:
        listening.close()
        raise BadInput(what=f"{host}:{port}: {error}") from None
    listening.set_inheritable(True)
    return listening
