"""LibreOffice as a judge: saves files again, accepts or rejects their tracked changes."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.needs import needs

BRIDGE = Path(__file__).with_name("office_bridge.py")
TIMEOUT = 60


class Judge:
    """One running LibreOffice; each method takes and gives the bytes of a .docx."""

    def __init__(self, bridge: subprocess.Popen[str], folder: Path) -> None:
        self._bridge = bridge
        self._folder = folder

    def resaved(self, data: bytes) -> bytes:
        """The file as LibreOffice writes it after opening it."""
        return self._settled(data, "")

    def accepted(self, data: bytes) -> bytes:
        """The file after every tracked change has been accepted."""
        return self._settled(data, ".uno:AcceptAllTrackedChanges")

    def rejected(self, data: bytes) -> bytes:
        """The file after every tracked change has been rejected."""
        return self._settled(data, ".uno:RejectAllTrackedChanges")

    def _settled(self, data: bytes, command: str) -> bytes:
        source, target = self._folder / "source.docx", self._folder / "target.docx"
        source.write_bytes(data)
        target.unlink(missing_ok=True)
        assert self._bridge.stdin is not None
        assert self._bridge.stdout is not None
        self._bridge.stdin.write(f"{command}\t{source}\t{target}\n")
        self._bridge.stdin.flush()
        assert self._bridge.stdout.readline() == "ok\n", "LibreOffice gave up"
        return target.read_bytes()


@contextmanager
def judging(folder: Path) -> Iterator[Judge]:
    """Start LibreOffice for the length of a test and end it; skips where it or its Python bridge is missing."""
    needs("soffice")
    bridge = subprocess.Popen(
        [needs("uno"), str(BRIDGE), str(folder / "profile")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        assert bridge.stdout is not None
        assert bridge.stdout.readline() == "ready\n", "LibreOffice did not start"
        yield Judge(bridge, folder)
    finally:
        assert bridge.stdin is not None
        bridge.stdin.close()
        try:
            bridge.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(bridge.pid, signal.SIGKILL)
            bridge.wait()
