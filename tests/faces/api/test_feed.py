"""Who keeps a copy follows the feed: nothing is missed, nothing comes twice, and waiting costs one request."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import httpx2
import pytest
from starlette.testclient import TestClient

from iso_qms.faces.api.app import build
from iso_qms.faces.api.feed import waiting_time
from tests.faces.api.conftest import served
from tests.support.office import Office, who


def test_the_feed_is_followed_page_by_page_without_gap(desk: Office, client: TestClient) -> None:
    for number in (1, 2, 3):
        desk.publish(f"QT-0{number}")
    desk.publish("QT-01", desk.today + timedelta(days=2))
    desk.qms.suspend("QT-02", reason="Mẫu sai", by=who("duyet"))
    seen, since = [], 0
    while True:
        said = client.get(f"/v1/changes?since={since}&limit=2").json()
        if not said["changes"]:
            break
        seen += [(each["document"], each["kind"], each["version"]) for each in said["changes"]]
        since = said["next"]
    issued = [(f"QT-0{n}", "issued", 1) for n in (1, 2, 3)]
    assert seen == [*issued, ("QT-01", "issued", 2), ("QT-02", "suspended", None)]
    assert since == desk.qms.registers.head()[0] - 1


def test_a_position_beyond_the_journal_is_said_so(client: TestClient) -> None:
    assert client.get("/v1/changes?since=99999").status_code == 409
    assert client.get("/v1/changes?since=-1").status_code == 422


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, 0), ("wait=20", 20), ("respond-async, wait=7", 7), ("wait=9999", 50), ("wait=x", 0), ("await=5", 0)],
)
def test_the_wish_to_wait_is_read(header: str | None, seconds: int) -> None:
    assert waiting_time(header) == seconds


@pytest.fixture
def address(desk: Office) -> Iterator[str]:
    """The service on a real socket."""
    with served(build(desk.qms, verified=True)) as where:
        yield where


def test_many_who_wait_hear_of_an_issue_at_once(desk: Office, address: str) -> None:
    number = desk.approve("QT-01")
    since = desk.qms.registers.head()[0] - 1
    heard: list[tuple[float, str]] = []

    def listen() -> None:
        said = httpx2.get(f"{address}/v1/changes?since={since}", headers={"Prefer": "wait=40"}, timeout=60)
        heard.append((time.monotonic(), said.json()["changes"][0]["kind"]))

    waiting = [threading.Thread(target=listen) for _ in range(12)]
    for each in waiting:
        each.start()
    desk.draft("QT-02")  # wakes nobody for good: it is no change for everybody
    with httpx2.Client(base_url=address, timeout=30) as other:
        assert other.get("/v1/check?document=QT-01").status_code == 200
    assert heard == []
    desk.issue("QT-01", number=number)
    told = time.monotonic()
    for each in waiting:
        each.join(30)
    assert [kind for _, kind in heard] == ["issued"] * 12
    assert max(at for at, _ in heard) - told < 20


def test_who_waits_in_vain_is_answered_in_time(desk: Office, address: str) -> None:
    since = desk.qms.registers.head()[0] - 1
    began = time.monotonic()
    said = httpx2.get(f"{address}/v1/changes?since={since}", headers={"Prefer": "wait=1"}, timeout=30)
    assert said.json() == {"changes": [], "next": since}
    assert said.headers["preference-applied"] == "wait=1"
    assert 0.9 < time.monotonic() - began < 20
