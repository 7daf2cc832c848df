"""The desk on PostgreSQL: the same acts, and several counters at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from iso_qms_mot_cua.following import astray

from tests.support import postgres as launcher
from tests.support.needs import needs

from .conftest import V1, V2, Counter, counter_over


@pytest.fixture
def counter(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    needs("postgresql")
    server = launcher.join(tmp_path_factory.mktemp("postgres"))
    url = server.create()
    try:
        yield from counter_over(tmp_path, url)
    finally:
        server.drop(url)
        server.close()


def test_the_desk_works_on_postgresql_as_well(counter: Counter) -> None:
    counter.issue(V1)
    counter.office.deliver_twice()
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda _: counter.receive().code, range(16)))
    assert sorted(codes) == [f"000.00.20.H46-260105-{n:04d}" for n in range(1, 17)]
    counter.desk.ask_supplement(codes[0], asked=["Tờ khai"], reason="Sai tên", by="lan")
    counter.issue(V2, date(2026, 1, 12), transition="migrate")
    for code in codes[1:8]:
        counter.handle(code)
        counter.desk.give_result(code, result="Giấy xác nhận", by="lan")
    counter.set(2026, 1, 12, 8)
    counter.desk.take_supplement(codes[0], by="lan")
    for code in (codes[0], *codes[8:]):
        counter.desk.migrate(code, by="chi", authority="QĐ 12/QĐ-UBND")
        counter.handle(code)
        counter.desk.give_result(code, result="Giấy xác nhận", by="lan")
    counter.office.deliver_twice()
    assert astray(counter.desk, counter.office.qms.view) == []
    assert counter.plugin.iso_qms_reconcile(counter.office.qms.view, 0) == []
    assert {line.dossier.state for line in counter.desk.book()} == {"returned"}
