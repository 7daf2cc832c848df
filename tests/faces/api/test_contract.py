"""The contract of the service is the committed OpenAPI document, and the service keeps it whatever it is sent."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from iso_qms.domain.decision import Action
from iso_qms.faces.api.app import build, routes
from iso_qms.guard import Guard
from tests.faces.api.conftest import make_key, signed_in
from tests.services.lives import CODES, Life, lives
from tests.support.office import Office
from tools import openapi


def test_the_committed_contract_is_the_one_that_is_served(client: TestClient) -> None:
    for name, write in openapi.PAGES.items():
        assert (openapi.FOLDER / name).read_text(encoding="utf-8") == write(), "run python -m tools.openapi"
    assert client.get("/v1/openapi.json").json() == json.loads(openapi.contract())


def test_every_refusal_is_described_as_a_problem_document() -> None:
    told = {
        tuple(answer["content"])
        for path in routes().openapi()["paths"].values()
        for operation in path.values()
        for status, answer in operation["responses"].items()
        if not status.startswith("2")
    }
    assert told == {("application/problem+json",)}


@pytest.fixture
def contract(desk: Office) -> Any:
    """The contract as a stranger reads it, over an office where there is something to find."""
    desk.publish("QT-01")
    desk.publish("QT-01", desk.today + timedelta(days=9))
    desk.approve("QT-02")
    desk.clock.advance(minutes=1)
    return schemathesis.openapi.from_asgi("/v1/openapi.json", build(desk.qms, verified=True))


def test_whatever_fits_the_contract_is_answered_within_it(contract: Any) -> None:
    operations = [found.ok() for found in contract.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:

        @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy())
        def probe(case: Any) -> None:
            # Not everything that fits can be accepted: which codes, days and positions exist, no schema can say.
            case.call_and_validate(headers=signed_in("duyet"), excluded_checks=[positive_data_acceptance])

        probe()


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(life=lives, data=st.data())
def test_http_gives_the_decision_that_the_register_gives(
    life: list[Any], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    office = Office.copied(tmp_path_factory.mktemp("office"))
    try:
        with TestClient(build(office.qms, verified=True)) as client:
            key = make_key(client, office, days=366)
            Life(office).play(life)
            inside = office.qms.guard()
            for _ in range(6):
                _compare(client, office, inside, key["token"], data)
    finally:
        office.close()


def _compare(client: TestClient, office: Office, inside: Guard, token: str, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from([*CODES, "qt 1", "QT-99"]))
    at = office.clock.now() + timedelta(hours=data.draw(st.integers(-900, 900)))
    asked: dict[str, Any] = {"action": data.draw(st.sampled_from(list(Action))).value, "at": at.isoformat()}
    version = data.draw(st.none() | st.sampled_from(["1", "2", "3", "01/00", "02/00"]))
    asked |= {} if version is None else {"version": version}
    known = data.draw(st.none() | st.integers(-300, 0))
    asked |= {} if known is None else {"known": (office.clock.now() + timedelta(hours=known)).isoformat()}
    words = {name: datetime.fromisoformat(value) if name in ("at", "known") else value for name, value in asked.items()}
    expected = inside.check(code, **words)
    lang = data.draw(st.sampled_from(["vi", "en"]))
    insider = {"Authorization": f"Bearer {token}", "Accept-Language": lang}
    for _ in range(2):  # the second time from what was kept
        said = client.get("/v1/check", params={"document": code, **asked}, headers=insider)
        assert said.json() == expected.as_dict(lang), asked
    batch = client.post("/v1/checks", json={"checks": [{"document": code, **asked}]}, headers=insider)
    assert batch.json()["decisions"] == [expected.as_dict(lang)]
    outside = client.get("/v1/check", params={"document": code, **asked}, headers={"Accept-Language": lang}).json()
    public = client.app._asking.guard.check(code, **words)
    assert outside == public.as_dict(lang)
    if _is_issued(office, code, expected.asked):
        same = ("verdict", "reason", "current", "asked", "remedy", "deadline")
        assert {k: outside[k] for k in same} == {k: expected.as_dict(lang)[k] for k in same}


def _is_issued(office: Office, code: str, asked: Any) -> bool:
    timeline = office.qms.registers.timeline(code)
    return asked is not None and timeline is not None and asked.number in {e.version for e in timeline.entries}
