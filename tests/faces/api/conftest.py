"""An office that serves its register: the real app, asked in the same process or over loopback."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from iso_qms.faces.api.app import build
from iso_qms.faces.api.serving import _listen, server
from tests.support.office import Office, secret_of
from tests.support.office_fixtures import desk, office

__all__ = ["client", "desk", "make_key", "office", "served", "signed_in"]


@pytest.fixture
def lines() -> list[str]:
    """The access log."""
    return []


@pytest.fixture
def client(desk: Office, lines: list[str]) -> Iterator[TestClient]:
    """Somebody who asks the service of the office."""
    with TestClient(build(desk.qms, log=lines.append, verified=True)) as asking:
        yield asking


def signed_in(login: str, secret: str | None = None) -> dict[str, str]:
    """The header with which a person shows their own secret."""
    pair = f"{login}:{secret or secret_of(login)}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def make_key(
    client: TestClient, office: Office, days: int = 30, scopes: tuple[str, ...] = ("drafts", "logs")
) -> dict[str, Any]:
    """A key that the administrator of the office made for a machine."""
    wanted = {"name": "Một cửa", "scopes": scopes, "until": (office.today + timedelta(days=days)).isoformat()}
    said = client.post("/v1/keys", json=wanted, headers=signed_in("quantri"))
    assert said.status_code == 201, said.text
    return said.json()


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The address of an app on a real socket, as the command serves it; ended with the block."""
    listening = _listen("127.0.0.1", 0)
    serving = server(app)
    running = threading.Thread(target=serving.run, kwargs={"sockets": [listening]})
    running.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        serving.should_exit = True
        running.join(30)
        assert not running.is_alive()
