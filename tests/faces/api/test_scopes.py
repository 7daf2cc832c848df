"""An office far away takes its snapshot from the server and decides like it, also without it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx2

from iso_qms.contrib.snapshots import first_root, publish
from iso_qms.domain.decision import Action
from iso_qms.faces.api.app import build
from iso_qms.guard import Guard
from iso_qms.services import logkey
from tests.faces.api.conftest import served
from tests.support.office import Office, who

SECRET = "cụm từ bí mật của phòng"
SAME = ("verdict", "reason", "action", "document", "asked", "current", "remedy", "deadline", "message")


def test_register_snapshot_and_http_decide_alike(desk: Office, tmp_path: Path) -> None:
    desk.publish("QT-01")
    desk.publish("QT-01", desk.today + timedelta(days=2))
    desk.publish("QT-02")
    desk.clock.advance(minutes=1)
    desk.qms.suspend("QT-02", reason="Mẫu sai", by=who("duyet"))
    desk.clock.advance(minutes=1)
    keys = [logkey.create(tmp_path / f"{name}.pem", name, SECRET) for name in ("goc", "khoa")]
    folder = tmp_path / "web"
    trust = first_root(folder, "qms.example/s", root_keys=keys[:1], threshold=1, scopes={"H46": [keys[1].key]})
    publish(desk.qms, folder, "H46", signers=[keys[1]])
    with served(build(desk.qms, verified=True, snapshots=folder)) as address:
        far = Guard.remote(f"{address}/v1/scopes", ["H46"], trust=trust, cache=tmp_path / "cache", clock=desk.clock.now)
        far.source.refresh()
        here = desk.qms.guard()
        for days in (0, 1, 2, 30):
            at = desk.clock.now() + timedelta(days=days)
            for code in ("QT-01", "QT-02", "QT-77"):
                for action in Action:
                    for version in (None, "1", "2", "9"):
                        asked = {"action": action, "version": version, "at": at}
                        query = {"document": code, **{k: str(v) for k, v in asked.items() if v is not None}}
                        query["at"] = at.isoformat()
                        web = httpx2.get(f"{address}/v1/check", params=query, timeout=30).json()
                        near = here.check(code, **asked).as_dict()
                        away = far.check(code, **asked).as_dict()
                        assert {k: web[k] for k in SAME} == {k: near[k] for k in SAME} == {k: away[k] for k in SAME}


def test_what_is_handed_out_can_be_kept_and_nothing_else_is(desk: Office, tmp_path: Path) -> None:
    (tmp_path / "bi-mat").write_text("x")
    folder = tmp_path / "web" / "H46"
    folder.mkdir(parents=True)
    (folder / "checkpoint").write_text("mốc")
    with served(build(desk.qms, verified=True, snapshots=tmp_path / "web")) as address:
        first = httpx2.get(f"{address}/v1/scopes/H46/checkpoint", timeout=30)
        assert (first.status_code, first.text, first.headers["cache-control"]) == (200, "mốc", "no-cache")
        again = {"If-None-Match": first.headers["etag"]}
        assert httpx2.get(f"{address}/v1/scopes/H46/checkpoint", headers=again, timeout=30).status_code == 304
        for path in ("H47/checkpoint", "%2e%2e/checkpoint", "keys/1.root", f"H46/snapshots/{'0' * 64}.json.gz"):
            assert httpx2.get(f"{address}/v1/scopes/{path}", timeout=30).status_code == 404, path
        assert httpx2.get(f"{address}/v1/scopes/H46/snapshots/..%2f..%2fbi-mat.json.gz", timeout=30).status_code != 200
