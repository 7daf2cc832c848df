"""People act over HTTP with their own secret, on what they looked at, once; machines have keys that end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from iso_qms.domain import events as ev
from tests.faces.api.conftest import make_key, signed_in
from tests.support.office import Office

TIMELINE = "/v1/documents/QT-01/timeline"


@pytest.fixture
def approved(desk: Office) -> Office:
    """QT-01 with version 1 approved and nothing issued."""
    desk.approve("QT-01")
    return desk


def decree(office: Office, **more: object) -> dict[str, object]:
    return {"act": "issue", "effective": office.today.isoformat(), "decision": "15/QĐ-UBND"} | more


def tag(client: TestClient) -> str:
    return client.get(TIMELINE, headers=signed_in("duyet")).headers["etag"]


def test_a_version_is_issued_under_the_issuers_own_secret(approved: Office, client: TestClient) -> None:
    assert client.get(TIMELINE).status_code == 404
    headers = signed_in("duyet") | {"If-Match": tag(client)}
    said = client.post(TIMELINE, json=decree(approved), headers=headers)
    assert said.status_code == 201, said.text
    last = approved.last()
    assert (said.json()["pos"], last.event.act, last.auth) == (last.pos, "issued", "secret")
    assert last.actor == approved.id_of("duyet")
    approved.clock.advance(minutes=1)
    assert client.get(said.headers["location"]).headers["etag"] == said.headers["etag"]
    assert client.get("/v1/check?document=QT-01").json()["verdict"] == "allow"


def test_nobody_acts_without_having_looked_or_on_what_has_changed(approved: Office, client: TestClient) -> None:
    me, seen = signed_in("duyet"), tag(client)
    assert client.post(TIMELINE, json=decree(approved), headers=me).status_code == 428
    approved.issue("QT-01")
    size = approved.qms.registers.head()
    soon = (approved.today + timedelta(days=9)).isoformat()
    withdraw = decree(approved, act="withdraw", effective=soon, reason="Hết áp dụng")
    said = client.post(TIMELINE, json=withdraw, headers=me | {"If-Match": seen})
    assert (said.status_code, said.json()["code"]) == (412, "STALE")
    assert approved.qms.registers.head() == size
    assert said.headers["etag"] == tag(client)
    assert client.post(TIMELINE, json=withdraw, headers=me | {"If-Match": said.headers["etag"]}).status_code == 201


def test_a_request_sent_twice_is_carried_out_once(approved: Office, client: TestClient) -> None:
    headers = signed_in("duyet") | {"If-Match": tag(client), "Idempotency-Key": "k-1"}
    first = client.post(TIMELINE, json=decree(approved), headers=headers)
    size = approved.qms.registers.head()
    again = client.post(TIMELINE, json=decree(approved), headers=headers)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    other = client.post(TIMELINE, json=decree(approved, decision="16/QĐ-UBND"), headers=headers)
    assert other.status_code == 422
    assert approved.qms.registers.head() == size
    wrong = signed_in("duyet", "khong-phai-mat-khau") | {"If-Match": "*", "Idempotency-Key": "k-1"}
    assert client.post(TIMELINE, json=decree(approved), headers=wrong).status_code == 401


def test_a_dry_run_says_what_would_come_and_records_nothing(approved: Office, client: TestClient) -> None:
    size = approved.qms.registers.head()
    said = client.post(f"{TIMELINE}?dry_run=true", json=decree(approved), headers=signed_in("duyet"))
    assert (said.status_code, said.json()["version"], said.json()["objections"]) == (200, 1, [])
    assert client.post(f"{TIMELINE}?dry_run=true", json=decree(approved)).status_code == 401
    assert approved.qms.registers.head() == size


def test_the_rules_say_no_over_http_as_at_the_desk(approved: Office, client: TestClient) -> None:
    def post(login: str, secret: str | None = None, **more: object) -> tuple[int, str]:
        headers = signed_in(login, secret) | {"If-Match": "*"}
        said = client.post(TIMELINE, json=decree(approved, **more), headers=headers)
        return said.status_code, said.json()["code"]

    assert post("soan") == (403, "NO_RIGHT")
    assert isinstance(approved.last().event, ev.ActRefused)
    assert post("duyet", "sai-mat-khau-roi")[0] == 401
    assert post("nguoi-la") == (401, "WRONG_SECRET")
    assert post("duyet", number=7) == (404, "UNKNOWN_VERSION")
    assert post("duyet", effective="31/02/2026") == (422, "BAD_DATE")
    assert post("duyet", effective=20260101)[0] == 422
    assert post("duyet", decsion="x") == (422, "BAD_INPUT")
    assert client.post(TIMELINE, json=decree(approved), headers={"If-Match": "*"}).status_code == 401
    assert "duyet" not in [r.event.act for r in approved.qms.entries() if r.event.act == "issued"]


def test_trying_secrets_over_http_locks_the_account(approved: Office, client: TestClient) -> None:
    ask = "/v1/check?document=QT-01"
    codes = [client.get(ask, headers=signed_in("duyet", f"doan-mo-{n}")).json()["code"] for n in range(6)]
    assert codes == ["WRONG_SECRET"] * 5 + ["LOCKED_OUT"]
    assert client.get(ask, headers=signed_in("duyet")).status_code == 403


def test_a_suspension_needs_no_look_and_is_lifted_by_its_position(desk: Office, client: TestClient) -> None:
    desk.publish("QT-01")
    desk.clock.advance(minutes=1)
    me = signed_in("duyet")
    said = client.post("/v1/documents/QT-01/suspensions", json={"reason": "Mẫu sai", "scope": "all"}, headers=me)
    assert said.status_code == 201, said.text
    desk.clock.advance(minutes=1)
    assert client.get("/v1/documents/QT-01").json()["status"] == "suspended"
    path = f"/v1/documents/QT-01/suspensions/{said.json()['pos']}"
    assert client.delete(path, headers=me).status_code == 422
    assert client.delete(f"{path}?reason=Xong", headers=me).status_code == 200
    desk.clock.advance(minutes=1)
    assert client.get("/v1/documents/QT-01").json()["status"] == "in_force"
    assert client.delete(f"{path}?reason=Xong", headers=me).json()["code"] == "NOT_SUSPENDED"


def test_an_administrator_makes_and_ends_keys_and_the_journal_says_so(desk: Office, client: TestClient) -> None:
    wanted = {"name": "Một cửa", "scopes": ["logs"], "until": desk.today.isoformat()}
    assert client.post("/v1/keys", json=wanted, headers=signed_in("soan")).status_code == 403
    key = make_key(client, desk)
    declared = desk.last().event
    assert isinstance(declared, ev.KeyDeclared) and key["token"] not in str(declared)
    desk.draft("QT-01")
    desk.clock.advance(minutes=1)
    bearer = {"Authorization": f"Bearer {key['token']}"}
    ask = "/v1/check?document=QT-01&version=1"
    assert client.get(ask, headers=bearer).json() == desk.qms.guard().check("QT-01", version="1").as_dict()
    listed = client.get("/v1/keys", headers=signed_in("danhgia")).json()["keys"]
    assert [(k["id"], k["last_used"] is None) for k in listed] == [(key["id"], False)]
    assert client.get("/v1/keys", headers=signed_in("soan")).status_code == 403
    assert client.get("/v1/keys", headers=bearer).status_code == 401
    assert client.delete(f"/v1/keys/{key['id']}?reason=Lộ", headers=signed_in("quantri")).json()["revoked"]
    assert client.get(ask, headers=bearer).status_code == 401
    assert desk.holds()


def test_a_key_ends_with_its_last_day_and_can_do_only_what_it_says(desk: Office, client: TestClient) -> None:
    key = make_key(client, desk, days=1, scopes=("drafts",))
    bearer = {"Authorization": f"Bearer {key['token']}"}
    ask = "/v1/check?document=QT-01"
    assert client.get(ask, headers=bearer).status_code == 200
    assert client.post("/v1/decision-logs", json={"lines": [LINE]}, headers=bearer).status_code == 403
    desk.clock.advance(days=2)
    assert client.get(ask, headers=bearer).status_code == 401
    assert client.get(ask, headers={"Authorization": f"Bearer {key['token'][:-1]}x"}).status_code == 401
    assert client.get(ask, headers={"Authorization": "Digest x"}).status_code == 401


LINE = {"document": "qt 1", "version": 1, "reason": "CURRENT", "hour": "2026-01-05T07:00:00+07:00", "count": 3}


def test_machines_report_how_often_they_decided_what(desk: Office, client: TestClient) -> None:
    bearer = {"Authorization": f"Bearer {make_key(client, desk)['token']}"}
    send = bearer | {"Idempotency-Key": "gio-7"}
    for headers in (send, send, bearer):
        assert client.post("/v1/decision-logs", json={"lines": [LINE]}, headers=headers).status_code == 204
    lines = client.get("/v1/decision-logs?document=QT-01", headers=signed_in("danhgia")).json()["lines"]
    assert [(line["document"], line["version"], line["count"]) for line in lines] == [("QT-1", 1, 6)]
    assert client.get("/v1/decision-logs?document=QT-01").status_code == 401
    for wrong in ({"hour": "2026-01-05T07:30:00+07:00"}, {"hour": "2027-01-05T07:00:00+07:00"}, {"reason": "Chị Hoa"}):
        assert client.post("/v1/decision-logs", json={"lines": [LINE | wrong]}, headers=bearer).status_code == 422


def test_two_who_looked_at_the_same_timeline_do_not_both_act(approved: Office, client: TestClient) -> None:
    approved.issue("QT-01")
    headers = signed_in("duyet") | {"If-Match": tag(client)}
    days = [(approved.today + timedelta(days=n)).isoformat() for n in (5, 6, 7)]
    bodies = [decree(approved, act="withdraw", effective=day, reason="Hết áp dụng") for day in days]
    with ThreadPoolExecutor(3) as pool:
        told = list(pool.map(lambda body: client.post(TIMELINE, json=body, headers=headers).status_code, bodies))
    assert sorted(told) == [201, 412, 412]
