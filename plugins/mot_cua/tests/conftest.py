"""A desk at the counter of an invented commune: a real register, a real desk database, a clock that is moved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from iso_qms_mot_cua.desk import Desk
from iso_qms_mot_cua.hooks import MotCua
from iso_qms_mot_cua.keeping import open_tables
from iso_qms_mot_cua.office import Connected, DeskSettings

from iso_qms.testing import Clock, Office, office

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TTHC = "2.000815"


def step(key: str, role: str, minutes: int, after: str | None = None, mandatory: bool = True) -> dict:
    return {
        "key": key,
        "no": f"B-{key}",
        "name": key.replace("-", " "),
        "roles": [role],
        "mandatory": mandatory,
        "limit": {"working_minutes": minutes, "text": ""},
        "after": [after] if after else [],
        "forms": [],
        "outputs": [],
    }


def process(*steps: dict, total: int | None = None, procedure: str = TTHC) -> dict:
    minutes = total if total is not None else sum(s["limit"]["working_minutes"] for s in steps)
    return {
        "schema": "process/1",
        "procedures": [procedure],
        "total": {"working_minutes": minutes, "text": f"{minutes // 480} ngày làm việc"},
        "components": [
            {"key": "to-khai", "name": "Tờ khai", "original": 1, "copies": 0, "when": None},
            {"key": "ban-chinh", "name": "Bản chính giấy tờ", "original": 1, "copies": 0, "when": None},
            {"key": "uy-quyen", "name": "Giấy ủy quyền", "original": 1, "copies": 0, "when": "nộp thay"},
        ],
        "steps": list(steps),
        "exits": [],
        "fees": [],
        "channels": ["truc-tiep"],
    }


V1 = process(
    step("tiep-nhan", "mot-cua", 240),
    step("tham-dinh", "tu-phap", 960, "tiep-nhan"),
    step("ky", "lanh-dao", 240, "tham-dinh"),
)
V2 = process(
    step("tiep-nhan", "mot-cua", 240),
    step("xac-minh", "tu-phap", 240, "tiep-nhan"),
    step("tham-dinh", "tu-phap", 480, "xac-minh"),
    step("ky", "lanh-dao", 480, "tham-dinh"),
)
COMPLETE = ("to-khai", "ban-chinh")
WHO = {"mot-cua": "lan", "tu-phap": "minh", "lanh-dao": "chi"}


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)


@dataclass
class Counter:
    """The register's office and the desk, on one clock."""

    office: Office
    desk: Desk
    plugin: MotCua

    @property
    def clock(self) -> Clock:
        return self.office.clock

    def set(self, *parts: int) -> None:
        self.clock.set(local(*parts))

    def issue(self, version: dict, effective: date | None = None, **terms) -> int:
        return self.office.issue("QT-TP-07", process=version, service_codes=(TTHC,), effective=effective, **terms)

    def receive(self, **more):
        given = {"applicant": "Bà Nguyễn Thị Mẫu", "components": COMPLETE, "by": "lan"}
        return self.desk.receive(TTHC, **{**given, **more})

    def do(self, code: str, key: str, role: str, **more):
        return self.desk.do(code, key, role=role, by=WHO[role], **more)

    def handle(self, code: str) -> None:
        """Everything that is left to do, in order."""
        progress = self.desk.progress(code)
        for raw in progress.steps:
            if raw["key"] in progress.left:
                self.do(code, raw["key"], raw["roles"][0])


def counter_over(tmp_path: Path, url: str | None = None, **settings) -> Iterator[Counter]:
    clock = Clock()
    url = url or f"sqlite:///{tmp_path / 'desk.db'}"
    plugin = MotCua(clock.now)
    with office(("mot_cua", plugin), clock=clock, plugin_settings={"mot_cua": {"desk": url}}) as opened:
        terms = DeskSettings("000.00.20.H46", "Trung tâm PVHCC xã Đồng Mẫu", **settings)
        engine = open_tables(url)
        desk = Desk(engine, lambda pins: opened.qms.guard(pins=pins), terms, clock=clock.now)
        for role, account in WHO.items():
            desk.assign(role, account)
        yield Counter(opened, desk, plugin)
        engine.dispose()
        plugin.close()


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    yield from counter_over(tmp_path)


@pytest.fixture
def connected(tmp_path: Path) -> Iterator[Counter]:
    terms = (Connected("Sở Mẫu", "QT-SO-01", after="tham-dinh", before="ky"),)
    yield from counter_over(tmp_path, connected={TTHC: terms})
