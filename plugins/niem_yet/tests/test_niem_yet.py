"""The notice board: what is posted is what is in force, swapped at the start, taken down at the end."""

import ast
import importlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from iso_qms_niem_yet import posting
from iso_qms_niem_yet.hooks import NiemYet
from iso_qms_niem_yet.posting import Announced, Board, Posting, file_name, parse, render

from iso_qms import BadInput
from iso_qms.testing import APPROVER, Clock, Office, assert_conforms, office

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CODE = "QT-07"


class Square:
    """The register's office and the board beside it."""

    def __init__(self, opened: Office, plugin: NiemYet, folder: Path) -> None:
        self.office, self.plugin, self.board = opened, plugin, Board(folder)
        self.qms = opened.qms

    def set(self, *parts: int) -> None:
        self.office.clock.set(datetime(*parts, tzinfo=ZONE))

    @property
    def page(self) -> str:
        return self.board.path(CODE).read_text(encoding="utf-8")

    def findings(self) -> list[str]:
        return [f.message_vi for f in self.plugin.iso_qms_reconcile(self.qms.view, 0)]


@pytest.fixture
def square(tmp_path: Path) -> Iterator[Square]:
    clock = Clock()
    plugin = NiemYet(clock.now)
    settings = {"niem_yet": {"folder": str(tmp_path / "bang")}}
    with office(("niem_yet", plugin), clock=clock, plugin_settings=settings) as opened:
        yield Square(opened, plugin, tmp_path / "bang")


def test_the_plugin_conforms_with_and_without_a_folder(tmp_path: Path) -> None:
    assert_conforms(NiemYet())
    posted = NiemYet()
    posted.iso_qms_ready(None, {"folder": str(tmp_path)})
    assert_conforms(posted)


def test_no_page_stands_empty_between_the_end_of_one_version_and_the_start_of_the_next(square: Square) -> None:
    square.office.issue(CODE)
    square.office.issue(CODE, effective=date(2026, 2, 2))
    square.office.deliver_twice()
    square.set(2026, 2, 2)
    square.office.crash_relay_after(1)
    assert "đang hiệu lực: <b>2</b>" in square.page


def test_what_is_in_force_is_posted_with_its_whole_digest(square: Square) -> None:
    square.office.issue(CODE)
    square.office.deliver_twice()
    digest = square.qms.in_force(CODE).sha256
    assert f"<code>{digest}</code>" in square.page
    assert "Phiên bản đang hiệu lực: <b>1</b>" in square.page
    assert square.findings() == []


def test_the_next_version_is_announced_before_its_day_and_swapped_on_it(square: Square) -> None:
    square.office.issue(CODE)
    square.office.issue(CODE, effective=date(2026, 2, 2))
    square.office.deliver_twice()
    assert "Phiên bản đang hiệu lực: <b>1</b>" in square.page
    assert "Phiên bản 2 có hiệu lực từ 02/02/2026" in square.page
    square.set(2026, 2, 2)
    assert len(square.findings()) == 1
    square.office.deliver_twice()
    assert "Phiên bản đang hiệu lực: <b>2</b>, từ 02/02/2026" in square.page
    assert "có hiệu lực từ" not in square.page.replace("đang hiệu lực", "")
    assert square.findings() == []
    kept = [parse(path.read_text(encoding="utf-8")) for path in square.board.down.glob("*.html")]
    assert 1 in {page.shown.version for page in kept if page.shown}


def test_a_rescinded_issue_is_announced_no_more(square: Square) -> None:
    square.office.issue(CODE)
    square.office.issue(CODE, effective=date(2026, 2, 2))
    square.office.deliver_twice()
    square.qms.rescind(CODE, reason="Có sai sót", by=APPROVER)
    square.office.deliver_twice()
    assert "02/02/2026" not in square.page
    square.set(2026, 2, 2)
    square.office.deliver_twice()
    assert "đang hiệu lực: <b>1</b>" in square.page
    assert square.findings() == []


def test_a_suspension_is_a_notice_on_the_page(square: Square) -> None:
    square.office.issue(CODE)
    square.qms.suspend(CODE, reason="Chờ hướng dẫn", scope="new", by=APPROVER)
    square.office.deliver_twice()
    assert "ĐANG TẠM NGƯNG TIẾP NHẬN" in square.page
    square.office.clock.move(days=1)
    square.qms.resume(CODE, reason="Đã có hướng dẫn", by=APPROVER)
    square.office.deliver_twice()
    assert "TẠM NGƯNG" not in square.page


def test_a_withdrawal_is_announced_and_then_taken_down(square: Square) -> None:
    square.office.issue(CODE)
    square.qms.withdraw(CODE, effective=date(2026, 2, 2), decision="9/QĐ-UBND", reason="Bãi bỏ", by=APPROVER)
    square.office.deliver_twice()
    assert "Bãi bỏ từ 02/02/2026" in square.page
    assert square.findings() == []
    square.set(2026, 2, 2)
    assert square.findings() == []
    assert "Chưa có phiên bản nào đang hiệu lực" in square.page
    assert list(square.board.down.glob("*.html"))


def test_a_withdrawal_that_is_called_off_leaves_the_page(square: Square) -> None:
    square.office.issue(CODE)
    square.qms.withdraw(CODE, effective=date(2026, 2, 2), decision="9/QĐ-UBND", reason="Bãi bỏ", by=APPROVER)
    square.office.deliver_twice()
    square.qms.rescind(CODE, reason="Hoãn", by=APPROVER)
    square.office.deliver_twice()
    assert "Bãi bỏ" not in square.page


def test_a_relay_that_dies_leaves_the_board_right_afterwards(square: Square) -> None:
    square.office.issue(CODE)
    square.office.issue(CODE, effective=date(2026, 2, 2))
    square.set(2026, 2, 2)
    for _ in range(3):
        square.office.crash_relay_after(1)
    square.office.deliver_twice()
    assert "đang hiệu lực: <b>2</b>" in square.page
    assert square.findings() == []


def test_pages_that_are_lost_changed_or_strange_are_found(square: Square) -> None:
    square.office.issue(CODE)
    square.office.deliver_twice()
    path, right = square.board.path(CODE), square.page
    path.write_text(right.replace("<b>1</b>", "<b>9</b>"), encoding="utf-8")
    assert "bị sửa" in square.findings()[0]
    path.unlink()
    assert "trang thiếu" in square.findings()[0]
    path.write_text(right, encoding="utf-8")
    (square.board.folder / "QT-99.html").write_text("<html>cũ</html>", encoding="utf-8")
    assert square.findings() == ["niêm yết QT-99.html: trang lạ trong thư mục niêm yết"]


def test_an_unknown_setting_keeps_the_plugin_out() -> None:
    with pytest.raises(BadInput):
        NiemYet().iso_qms_ready(None, {"foldr": "x"})


def test_codes_that_a_file_system_cannot_hold_stay_apart() -> None:
    assert file_name("QT-07") == "QT-07"
    assert file_name("05/QĐ") != file_name("05_QĐ")


def test_a_page_is_read_back_as_it_was_written() -> None:
    shown = Announced(2, "a" * 64, "2026-02-02T00:00:00+07:00", 9)
    page = Posting("QT <07> & Đ", shown, (shown,), True, "2026-03-01T15:30:00+07:00", 4, ("</script>",))
    assert parse(render(page)) == page
    assert "15:30 ngày 01/03/2026" in render(page)


def test_it_imports_only_what_iso_qms_exports() -> None:
    for path in Path(posting.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "iso_qms":
                assert {alias.name for alias in node.names} <= set(importlib.import_module(node.module).__all__)
