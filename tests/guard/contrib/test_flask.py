"""A Flask service at the desk: the real framework, the real refusals."""

from __future__ import annotations

import pytest

pytest.importorskip("flask", reason="Flask chưa được cài / Flask is not installed: pip install flask")

from flask import Flask

from iso_qms.contrib.flask import citation, governed, init_app
from tests.domain.histories import digest
from tests.guard.desk import AFTER, CODE, desk


def service():
    guard, _ = desk(AFTER)
    app = Flask("quay")
    init_app(app, guard)

    @app.post("/ho-so")
    @governed(CODE)
    def receive():
        return {"version": citation().version}

    @app.post("/quy-trinh/<code>")
    @governed(lambda code: code)
    def receive_any(code):
        return {"version": citation().version}

    @app.get("/khac")
    def other():
        return {"cited": citation() is not None}

    return app.test_client(), guard


def test_a_view_runs_under_the_version_in_force_and_says_which():
    """Only governed answers carry the header."""
    client, _ = service()
    answer = client.post("/ho-so")
    assert answer.json == {"version": 2}
    assert answer.headers["QMS-Version"] == f"{CODE};v=2;sha256={digest(2)}"
    other = client.get("/khac")
    assert other.json == {"cited": False} and "QMS-Version" not in other.headers


def test_refusals_become_problems():
    """409 with the remedy, 404 for a mistyped code."""
    client, guard = service()
    answer = client.post("/ho-so", headers={"QMS-Version": f"{CODE};v=1"})
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (409, "application/problem+json", "SUPERSEDED")
    english = client.post("/ho-so", headers={"QMS-Version": f"{CODE};v=1", "Accept-Language": "en"})
    assert "superseded" in english.json["title"]
    assert client.post("/quy-trinh/QT-99").status_code == 404
    guard.source.suspend(CODE, AFTER)
    assert client.post("/ho-so").json["code"] == "SUSPENDED"
