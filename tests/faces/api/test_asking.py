"""Another service asks over HTTP which version governs, and gets what the register itself would say."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from iso_qms.domain.decision import Action
from tests.faces.api.conftest import signed_in
from tests.support.office import Office, who


@pytest.fixture
def two(desk: Office) -> Office:
    """QT-01 with version 1 in force, version 2 planned in ten days, and version 3 a draft."""
    desk.publish("QT-01")
    desk.clock.advance(hours=1)
    desk.publish("QT-01", desk.today + timedelta(days=10))
    desk.draft("QT-01", new=True, title="Bản nháp chưa ai được biết")
    desk.clock.advance(minutes=1)
    return desk


def test_a_check_says_yes_and_names_the_version(two: Office, client: TestClient) -> None:
    said = client.get("/v1/check", params={"document": "qt 1", "action": "start"})
    assert said.status_code == 200
    assert (said.json()["verdict"], said.json()["current"]["number"]) == ("allow", 1)
    assert said.json() == two.qms.guard().check("QT-01").as_dict("vi") | {"known": said.json()["known"]}
    assert said.headers["qms-sequence"] == str(said.json()["pos"])


def test_a_no_is_an_answer_too(two: Office, client: TestClient) -> None:
    said = client.get("/v1/check", params={"document": "QT-01", "version": "2"})
    assert said.status_code == 200
    assert said.json()["verdict"] == "deny"


def test_a_document_nobody_knows_is_unknown_not_an_error(client: TestClient) -> None:
    said = client.get("/v1/check", params={"document": "QT-99"})
    assert (said.status_code, said.json()["verdict"], said.json()["reason"]) == (200, "unknown", "UNKNOWN_DOCUMENT")


def test_what_is_recorded_is_answered_at_once(desk: Office, client: TestClient) -> None:
    ask = {"document": "QT-01"}
    assert client.get("/v1/check", params=ask).json()["verdict"] == "unknown"
    desk.publish("QT-01")
    desk.clock.advance(minutes=1)
    assert client.get("/v1/check", params=ask).json()["verdict"] == "allow"
    desk.qms.suspend("QT-01", reason="Mẫu sai", by=who("duyet"))
    desk.clock.advance(minutes=1)
    assert client.get("/v1/check", params=ask).json()["verdict"] == "deny"


@pytest.mark.parametrize(
    "query",
    ["", "document=", "document=QT-01&verison=2", "document=QT-01&document=QT-02", "document=QT-01&at=hom-qua",
     "document=QT-01&action=eat", "document=QT-01&elected=maybe", "document=%ff"],
)  # fmt: skip
def test_a_question_that_means_nothing_is_refused_as_a_problem(query: str, client: TestClient) -> None:
    said = client.get(f"/v1/check?{query}")
    assert said.status_code == 422, said.text
    assert said.headers["content-type"] == "application/problem+json"
    assert said.json()["status"] == 422 and said.json()["code"] and said.json()["trace"]


def test_the_asker_chooses_the_language(two: Office, client: TestClient) -> None:
    texts = {
        tag: client.get("/v1/check?document=QT-01", headers={"Accept-Language": tag}).json()["message"]
        for tag in ("vi", "en", "en-GB,vi;q=0.5", "vi,en;q=0.9", "fr")
    }
    assert texts["vi"] == texts["vi,en;q=0.9"] == texts["fr"]
    assert texts["en"] == texts["en-GB,vi;q=0.5"] != texts["vi"]
    wrong = {tag: client.get("/v1/documents/QT-77", headers={"Accept-Language": tag}).json() for tag in ("vi", "en")}
    assert wrong["vi"]["code"] == wrong["en"]["code"] == "UNKNOWN_DOCUMENT"
    assert wrong["vi"]["title"] != wrong["en"]["title"]


def test_many_questions_are_answered_in_their_order(two: Office, client: TestClient) -> None:
    asked = [{"document": "QT-01", "version": n, "action": a} for n in (1, 2) for a in Action] + [{"document": "X-9"}]
    said = client.post("/v1/checks", json={"checks": asked}).json()["decisions"]
    guard = two.qms.guard()
    for question, got in zip(asked[:4], said, strict=False):
        assert got["reason"] == guard.check("QT-01", version=question["version"], action=question["action"]).reason
    assert said[-1]["reason"] == "UNKNOWN_DOCUMENT"


def test_a_thousand_questions_are_enough_at_once(client: TestClient) -> None:
    assert client.post("/v1/checks", json={"checks": [{"document": "QT-01"}] * 1000}).status_code == 200
    assert client.post("/v1/checks", json={"checks": [{"document": "QT-01"}] * 1001}).status_code == 422


def test_a_draft_exists_only_for_those_who_say_who_they_are(two: Office, client: TestClient) -> None:
    ask = "/v1/check?document=QT-01&version=3"
    outside, inside = client.get(ask).json(), client.get(ask, headers=signed_in("soan")).json()
    assert outside["asked"] is None and inside["asked"]["number"] == 3
    assert inside == two.qms.guard().check("QT-01", version="3").as_dict("vi")
    assert client.get(ask, headers=signed_in("soan", "sai-mat-khau-roi")).status_code == 401


def test_nothing_of_a_draft_is_anywhere_for_everybody(two: Office, client: TestClient) -> None:
    two.draft("QT-55", title="Chưa từng ban hành")
    draft = two.qms.document("QT-01").versions[3].content
    secret = (draft.title, draft.sha256, "Chưa từng ban hành", "QT-55", "Ban hành lần đầu", two.id_of("soan"))
    base = "/v1/documents/QT-01"
    paths = [
        "/v1/documents", base, f"{base}/current", f"{base}/timeline", f"{base}/versions", f"{base}/versions/1",
        f"{base}/versions/2", f"{base}/versions/3", f"{base}/versions/3/process", f"{base}/versions/3/files/QT-01.txt",
        "/v1/check?document=QT-01&version=3", "/v1/check?document=QT-01", "/v1/status", "/metrics", "/readyz",
    ]  # fmt: skip
    for path in paths:
        said = client.get(path)
        shown = json.dumps(dict(said.headers)) + said.text
        assert not [word for word in secret if word in shown], path
    assert [client.get(p).status_code for p in paths[7:10]] == [404] * 3
    assert client.get("/v1/documents/QT-55").json()["title"].count("QT-55") == 1  # as asked, and unknown
    assert client.get("/v1/check?document=QT-55").json()["reason"] == "UNKNOWN_DOCUMENT"
