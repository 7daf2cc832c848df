"""Anybody reads what was issued: lists page by page, versions, what is in force, the timeline, files as approved."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from datetime import timedelta

from starlette.testclient import TestClient

from tests.support.office import Office, who


def test_the_list_comes_page_by_page_without_gap_or_double(desk: Office, client: TestClient) -> None:
    for number in (3, 1, 2, 11, 5):
        desk.publish(f"QT-{number:02d}")
    path, seen = "/v1/documents?limit=2", []
    while path:
        said = client.get(path)
        seen += [each["code"] for each in said.json()["documents"]]
        path = said.links["next"]["url"] if "next" in said.links else None
    assert sorted(seen) == ["QT-01", "QT-02", "QT-03", "QT-05", "QT-11"] and len(seen) == len(set(seen))
    assert client.get("/v1/documents?q=kiem soat qt-11").json()["documents"][0]["code"] == "QT-11"
    assert client.get("/v1/documents?status=withdrawn").json()["documents"] == []
    assert client.get("/v1/documents?cursor=QT-1").status_code == 422


def test_what_has_not_changed_is_not_sent_again(desk: Office, client: TestClient) -> None:
    desk.publish("QT-01")
    for path in ("", "/timeline", "/versions", "/versions/1"):
        first = client.get(f"/v1/documents/QT-01{path}")
        again = client.get(f"/v1/documents/QT-01{path}", headers={"If-None-Match": first.headers["etag"]})
        assert (first.status_code, again.status_code, again.content) == (200, 304, b""), path
    desk.publish("QT-01", desk.today + timedelta(days=3))
    tag = first.headers["etag"]
    assert client.get("/v1/documents/QT-01/timeline", headers={"If-None-Match": tag}).status_code == 200


def test_the_version_changes_at_midnight_and_may_not_be_kept_beyond(desk: Office, client: TestClient) -> None:
    desk.publish("QT-01")
    desk.publish("QT-01", desk.today + timedelta(days=1))
    start = desk.qms.document("QT-01").entries[-1].start
    desk.clock.set(start - timedelta(seconds=20))
    said = client.get("/v1/documents/qt.1/current")
    assert (said.json()["current"]["number"], said.headers["cache-control"]) == (1, "max-age=20")
    desk.clock.set(start)
    said = client.get("/v1/documents/qt.1/current")
    assert (said.json()["current"]["number"], said.headers["cache-control"]) == (2, "max-age=60")
    assert client.get("/v1/documents/QT-01/versions/1").json()["status"] == "superseded"


def test_the_timeline_shows_plans_pauses_and_what_was_rescinded(desk: Office, client: TestClient) -> None:
    desk.publish("QT-01")
    desk.publish("QT-01", desk.today + timedelta(days=5))
    before = desk.clock.advance(minutes=1)
    desk.clock.advance(hours=1)
    desk.qms.rescind("QT-01", reason="Nhầm ngày", by=who("duyet"))
    desk.qms.suspend("QT-01", reason="Mẫu sai", by=who("duyet"))
    said = client.get("/v1/documents/QT-01/timeline").json()
    assert [entry["rescinded"] for entry in said["entries"]] == [False, True]
    assert [pause["reason"] for pause in said["suspensions"]] == ["Mẫu sai"]
    known = client.get("/v1/documents/QT-01/timeline", params={"known": before.isoformat()}).json()
    assert [entry["rescinded"] for entry in known["entries"]] == [False, False]
    assert known["suspensions"] == []


def test_a_file_comes_as_it_was_approved_and_says_what_it_is(desk: Office, client: TestClient) -> None:
    desk.publish("QT-01", text="Nội dung đã duyệt")
    desk.clock.advance(minutes=1)
    file = client.get("/v1/documents/QT-01/versions/1").json()["files"][0]
    said = client.get(file["href"])
    digest = hashlib.sha256("Nội dung đã duyệt".encode()).digest()
    assert said.content == "Nội dung đã duyệt".encode() and file["sha256"] == digest.hex()
    assert said.headers["repr-digest"] == f"sha-256=:{b64encode(digest).decode()}:"
    assert said.headers["qms-status"] == "in_force" and "attachment" in said.headers["content-disposition"]
    assert client.get(file["href"], headers={"If-None-Match": said.headers["etag"]}).status_code == 304
    desk.publish("QT-01", desk.today)
    desk.clock.advance(minutes=1)
    assert client.get(file["href"]).headers["qms-status"] == "superseded"
    assert client.get(f"{file['href']}x").status_code == 404


def test_whatever_goes_wrong_is_a_problem_document(desk: Office, client: TestClient) -> None:
    desk.publish("QT-01")
    wrong = {
        404: ["/v1/nothing", "/v1/documents/QT-98", "/v1/documents/QT-01/versions/9", "/x"],
        422: ["/v1/documents/QT-01/versions/zwei", "/v1/documents/@", "/v1/documents?limit=0", "/v1/check"],
    }
    for status, paths in wrong.items():
        for path in paths:
            said = client.get(path)
            assert (said.status_code, said.headers["content-type"]) == (status, "application/problem+json"), path
            assert said.json()["trace"] == said.headers["qms-trace"]
    assert client.delete("/v1/check").status_code == 405
    assert client.post("/v1/checks", content=b"x" * (1024 * 1024 + 1)).status_code == 413
    assert client.post("/v1/checks", content=b"{").json()["code"] == "BAD_INPUT"


def test_the_watcher_sees_whether_it_lives_is_ready_and_how_far_it_is(desk: Office, client: TestClient) -> None:
    desk.publish("QT-01")
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").status_code == 200
    assert client.get("/v1/status").json()["pos"] == desk.qms.registers.head()[0] - 1
    client.app._app.state.proof.holds = False
    assert client.get("/readyz").status_code == 503


def test_counts_and_access_log_name_no_document_and_no_person(
    desk: Office, client: TestClient, lines: list[str]
) -> None:
    desk.publish("QT-01")
    desk.clock.advance(minutes=1)
    client.get("/v1/check?document=QT-01&unit=Phong-Tu-phap")
    client.get("/v1/documents/QT-01/current", headers={"User-Agent": "May cua chi Hoa"})
    told = [json.loads(line) for line in lines]
    assert [line["route"] for line in told] == ["/v1/check", "/v1/documents/{code}/current"]
    assert not any(word in "".join(lines) for word in ("QT-01", "Phong", "Hoa", "testclient"))
    counts = client.get("/metrics").text
    assert 'iso_qms_decisions_total{action="start",reason="CURRENT",verdict="allow"} 1.0' in counts, counts
    assert 'iso_qms_http_requests_total{method="GET",route="/v1/check",status="200"} 1.0' in counts
    assert "QT-01" not in counts
