"""A FastAPI service at the desk: the real framework, the real refusals."""

from datetime import date
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from iso_qms.contrib.fastapi import governed_by, install
from iso_qms.guard import Citation, Guard
from tests.domain.histories import digest
from tests.guard.desk import AFTER, BEFORE, CODE, desk


def service(at):
    guard, clock = desk(at)
    app = FastAPI()
    install(app)

    @app.post("/ho-so")
    def receive(cited: Annotated[Citation, Depends(governed_by(guard, CODE))]):
        return {"version": cited.version}

    @app.post("/quy-trinh/{code}/ho-so")
    def receive_any(cited: Annotated[Citation, Depends(governed_by(guard, lambda r: r.path_params["code"]))]):
        return {"version": cited.version}

    return TestClient(app), guard, clock


def test_a_route_runs_under_the_version_in_force_and_says_which():
    """The answer carries the header that a client may send back."""
    client, _, _ = service(AFTER)
    answer = client.post("/ho-so")
    assert answer.json() == {"version": 2}
    assert answer.headers["QMS-Version"] == f"{CODE};v=2;sha256={digest(2)}"
    assert client.post("/ho-so", headers={"QMS-Version": answer.headers["QMS-Version"]}).status_code == 200


def test_a_client_that_acted_on_an_old_version_gets_409_with_the_remedy():
    """problem+json in Vietnamese, or in English when asked for."""
    client, _, _ = service(AFTER)
    old = {"QMS-Version": f"{CODE};v=1;sha256={digest(1)}"}
    answer = client.post("/ho-so", headers=old)
    assert answer.status_code == 409 and answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["code"], body["remedy"], body["current"]["number"]) == ("SUPERSEDED", "use_current", 2)
    assert "đã được thay thế" in body["title"] and body["type"].endswith("#superseded")
    english = client.post("/ho-so", headers={**old, "Accept-Language": "en-GB"}).json()
    assert "has been superseded" in english["title"]


def test_a_code_with_vietnamese_letters_travels_in_the_header():
    """Headers carry no Đ: it goes there and comes back percent-encoded."""
    code = "QT-Đ/01"
    guard = Guard.fixed({code: [(date(2026, 1, 1), 1), (date(2026, 7, 1), 2)]}, clock=lambda: AFTER)
    app = FastAPI()
    install(app)

    @app.post("/ho-so")
    def receive(cited: Annotated[Citation, Depends(governed_by(guard, code))]):
        return {"version": cited.version}

    client = TestClient(app)
    header = client.post("/ho-so").headers["QMS-Version"]
    assert header.startswith("QT-%C4%90/01;v=2;")
    assert client.post("/ho-so", headers={"QMS-Version": header}).status_code == 200
    old = client.post("/ho-so", headers={"QMS-Version": header.replace("v=2", "v=1")})
    assert (old.status_code, old.json()["document"]) == (409, code)


def test_an_altered_form_is_found():
    """The right number with another digest is not the version."""
    client, _, _ = service(AFTER)
    answer = client.post("/ho-so", headers={"QMS-Version": f"{CODE};v=2;sha256={digest(9)}"})
    assert (answer.status_code, answer.json()["code"]) == (409, "DIGEST_MISMATCH")


def test_an_unknown_document_is_404_and_not_a_crash():
    """The document may come from the path, and people mistype."""
    client, _, _ = service(AFTER)
    assert client.post(f"/quy-trinh/{CODE}/ho-so").json() == {"version": 2}
    answer = client.post("/quy-trinh/QT-99/ho-so")
    assert (answer.status_code, answer.json()["code"]) == (404, "UNKNOWN_DOCUMENT")


def test_a_suspension_reaches_the_route_at_once():
    """Checked at each request."""
    client, guard, _ = service(BEFORE)
    assert client.post("/ho-so").status_code == 200
    guard.source.suspend(CODE, BEFORE)
    assert client.post("/ho-so").json()["code"] == "SUSPENDED"
