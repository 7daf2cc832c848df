"""The shipped command serves a register on a real socket, proves it first, and stops when it is told."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from iso_qms.domain.errors import BadInput
from iso_qms.faces.api.serving import _listen, serve
from iso_qms.faces.settings import Settings
from tests.contract.places import ROOT
from tests.support.office import Office


@pytest.mark.slow
def test_the_command_serves_and_ends(desk: Office, tmp_path: Path) -> None:
    desk.publish("QT-01")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ISO_QMS_STORE": desk.url, "ISO_QMS_LANG": "en",
                   "ISO_QMS_FILES": str(desk.qms.files.folder)}  # fmt: skip
    words = [sys.executable, "-m", "iso_qms", "serve", "--port", "0"]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as serving:
        try:
            assert serving.stdout is not None
            address = serving.stdout.readline().split("at ")[1].split(";")[0]
            with httpx2.Client(base_url=address, timeout=30) as asking:
                assert asking.get("/healthz").text == "ok\n"
                assert asking.get("/v1/check?document=QT-01").json()["document"] == "QT-01"
                while asking.get("/readyz").status_code != 200:
                    assert serving.poll() is None
            assert '"route": "/healthz"' in serving.stdout.readline()
        finally:
            serving.terminate()
            serving.communicate(timeout=30)
    assert serving.returncode in (0, -15)


def test_small_answers_are_sent_at_once() -> None:
    """asyncio switches Nagle's algorithm off only on sockets that call themselves TCP; else each answer waits 40 ms."""
    for host in ("127.0.0.1", "::1"):
        with _listen(host, 0) as listening:
            assert listening.proto == socket.IPPROTO_TCP


def test_an_address_that_is_taken_is_said_so(desk: Office) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        chosen = Settings(desk.url, str(desk.qms.files.folder), "vi", "Asia/Ho_Chi_Minh")
        with pytest.raises(BadInput):
            serve(chosen, {}, host="127.0.0.1", port=held.getsockname()[1], access_log=False, started=print)
