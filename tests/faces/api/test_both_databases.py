"""What the service remembers of its own works on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from starlette.testclient import TestClient

from iso_qms.faces.api.app import build
from tests.faces.api.conftest import make_key, signed_in
from tests.support.office import Office

TIMELINE = "/v1/documents/QT-01/timeline"
LINE = {"document": "QT-01", "reason": "CURRENT", "hour": "2026-01-05T07:00:00+07:00", "count": 2}


def test_the_same_request_from_two_lines_at_once_is_carried_out_once(office: Office) -> None:
    office.approve("QT-01")
    with TestClient(build(office.qms, verified=True)) as client:
        headers = signed_in("duyet") | {"If-Match": '"QT-1:0"', "Idempotency-Key": "mot-lan"}
        body = {"act": "issue", "effective": office.today.isoformat(), "decision": "15/QĐ-UBND"}
        with ThreadPoolExecutor(3) as pool:
            told = list(pool.map(lambda _: client.post(TIMELINE, json=body, headers=headers), range(3)))
        assert [each.status_code for each in told] == [201] * 3, [each.text for each in told]
        assert len({each.json()["pos"] for each in told}) == 1
        assert office.acts().count("issued") == 1
        # If-Match holds the second act back, whatever its name.
        later = body | {"act": "withdraw", "reason": "Hết áp dụng"}
        assert client.post(TIMELINE, json=later, headers=headers | {"Idempotency-Key": "hai"}).status_code == 412
        office.clock.advance(minutes=1)
        assert client.get("/v1/check?document=QT-01").json()["verdict"] == "allow"
        assert client.get("/v1/changes").json()["changes"][0]["kind"] == "issued"


def test_reports_of_machines_add_up(office: Office) -> None:
    with TestClient(build(office.qms, verified=True)) as client:
        bearer = {"Authorization": f"Bearer {make_key(client, office)['token']}"}
        send = bearer | {"Idempotency-Key": "gio-7"}
        for headers in (send, send, bearer):
            assert client.post("/v1/decision-logs", json={"lines": [LINE]}, headers=headers).status_code == 204
        office.clock.advance(timedelta(minutes=1))
        lines = client.get("/v1/decision-logs?document=QT-01", headers=bearer).json()["lines"]
        assert [(line["version"], line["count"]) for line in lines] == [(None, 4)]
    assert office.holds()
