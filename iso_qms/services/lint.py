"""Checks over the whole register: what an inspector would find, with clause and evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from iso_qms.domain import errors
from iso_qms.domain.civil import civil_date
from iso_qms.domain.code import document_key, is_usual
from iso_qms.domain.document import Document, Version
from iso_qms.domain.extension import Finding
from iso_qms.domain.manifest import Manifest
from iso_qms.domain.staff import Request, Unit, unit_on
from iso_qms.store.files import FileStore

if TYPE_CHECKING:
    from iso_qms.documents import Reading

REVIEW_EVERY = timedelta(days=365)
"""A procedure is reviewed at least once a year, before the internal audit (ISO 9001:2015 7.5.2 c, 9.2)."""

OLD_FORMS = re.compile(r"0?1/2018/TT-VPCP", re.IGNORECASE)
NEW_FORMS_SINCE = date(2025, 9, 15)
"""TT 03/2025/TT-VPCP replaced the one-stop forms of TT 01/2018/TT-VPCP on this day."""

FROM_READER = {
    "contradiction": ("C09", "error"),
    "blank-day": ("C09", "warning"),
    "page-total": ("C09", "note"),
    "step-sum": ("C11", "error"),
    "unit-mix": ("C11", "warning"),
    "step-without-role": ("C11", "warning"),
    "unknown-form": ("C05", "warning"),
    "blank-field": ("C09", "warning"),
}
"""Which check a problem that the reader lists belongs to, and how grave it is."""


@dataclass(frozen=True, slots=True)
class Examined:
    """One document as the checks see it: the version in force (or next to come), its files and what they say."""

    document: Document
    version: Version
    manifest: Manifest
    reading: Reading | None
    today: date


Check = Callable[[Examined], Iterator[Finding]]


class Lint:
    """Runs every check over documents; `read` gives what the reader makes of a version's procedure file."""

    def __init__(self, files: FileStore, zone: tzinfo, read: Callable[[str, int], Reading]) -> None:
        self._files = files
        self._zone = zone
        self._read = read

    def run(
        self, documents: Iterator[Document], units: dict[str, Unit], requests: dict[int, Request], at: datetime
    ) -> Iterator[Finding]:
        """Every finding about some documents at an instant (aware), in the order of their codes; never stops early."""
        today = civil_date(at, self._zone)
        titles: dict[str, str] = {}
        for document in documents:
            yield from _nothing_in_force(document, at)
            yield from _unusual_code(document)
            yield from _same_title(document, titles)
            yield from _dissolved_owner(document, units, at, today)
            yield from _unanswered(document, requests)
            yield from _base_changed(document, at)
            for version in _examined_versions(document, at):
                yield from self._version(document, version, today)

    def _version(self, document: Document, version: Version, today: date) -> Iterator[Finding]:
        try:
            manifest = Manifest.from_bytes(self._files.get(version.content.sha256))
            reading = self._read(document.last.code, version.number)
        except errors.FileDamaged as damaged:
            yield _found("C20", document, damaged.message("vi"), damaged.message("en"), "error", "9001:2015 7.5.3.2")
            return
        except Exception as trouble:  # a file that was taken must stay readable; if not, that is the finding
            if not hasattr(trouble, "message_vi"):
                raise
            yield _found("C09", document, trouble.message_vi, trouble.message_en, "error")  # type: ignore[attr-defined]
            return
        examined = Examined(document, version, manifest, reading, today)
        for check in CHECKS:
            yield from check(examined)


def _examined_versions(document: Document, at: datetime) -> list[Version]:
    """The version in force and those planned: what people work by, and what they are about to."""
    timeline = document.timeline()
    governing = timeline.in_force(at)
    numbers = [governing.version] if governing is not None else []
    numbers += [entry.version for entry in document.planned(at)]
    return [document.versions[number] for number in dict.fromkeys(numbers) if number is not None]


# --- about a document ---------------------------------------------------------------------------------------------


def _nothing_in_force(document: Document, at: datetime) -> Iterator[Finding]:
    entry = document.timeline().in_force(at)
    content = document.last
    if content.service_codes and (entry is None or entry.version is None):
        codes = ", ".join(content.service_codes)
        yield _found(
            "C02",
            document,
            f"không có phiên bản nào đang hiệu lực cho thủ tục {codes}",
            f"no version is in force for procedure {codes}",
            "error",
            "QĐ 19/2014/QĐ-TTg Điều 4",
        )


def _unusual_code(document: Document) -> Iterator[Finding]:
    code = document.last.code
    if not is_usual(code):
        yield _found("C13", document, f"mã “{code}” không theo mẫu thường dùng", f"code “{code}” is unusual", "note")


def _same_title(document: Document, titles: dict[str, str]) -> Iterator[Finding]:
    title = document.last.title.casefold()
    other = titles.setdefault(title, document.last.code)
    if other != document.last.code:
        yield _found("C13", document, f"trùng tên với {other}", f"has the same title as {other}", "warning")


def _dissolved_owner(document: Document, units: dict[str, Unit], at: datetime, today: date) -> Iterator[Finding]:
    unit = document.last.unit
    entry = document.timeline().in_force(at)
    if unit is None or unit not in units or entry is None or entry.version is None:
        return
    ended = units[unit].ended
    if ended is not None and ended <= today:
        successor = unit_on(units, unit, today)
        yield _found(
            "C19",
            document,
            f"đơn vị chủ trì “{unit}” đã kết thúc từ {ended:%d/%m/%Y}; đơn vị kế thừa: {successor}",
            f"its unit “{unit}” ended on {ended:%d/%m/%Y}; successor: {successor}",
            "error",
            "NQ 190/2025/QH15 Điều 5",
        )


def _unanswered(document: Document, requests: dict[int, Request]) -> Iterator[Finding]:
    """An accepted request (a new decision on the TTHC, a new law) that no version answers yet."""
    content = document.last
    answered = {number for version in document.versions.values() for number in version.content.requests}
    for number, request in requests.items():
        asked = request.content
        concerned = document.key in asked.documents or set(asked.service_codes) & set(content.service_codes)
        if concerned and request.accepted and number not in answered:
            causes = ", ".join((*asked.decisions, *asked.legal_bases)) or asked.reason
            yield _found(
                "C03",
                document,
                f"phiếu đề nghị {number} đã được chấp nhận nhưng chưa có phiên bản nào đáp ứng ({causes})",
                f"change request {number} was accepted but no version answers it ({causes})",
                "warning",
                "NĐ 63/2010/NĐ-CP Điều 15",
            )


def _base_changed(document: Document, at: datetime) -> Iterator[Finding]:
    timeline = document.timeline()
    for version in document.versions.values():
        planned = any(e.version == version.number and e.start > at for e in timeline.live())
        if planned and timeline.base_changed(version.number, version.content.base):
            yield _found(
                "BASE_CHANGED",
                document,
                f"phiên bản {version.label} đang chờ hiệu lực được soạn từ bản đã bị thay thế",
                f"version {version.label} is planned but was drafted from a version that was replaced",
                "warning",
            )


# --- about a version ----------------------------------------------------------------------------------------------


def _reader_says(examined: Examined) -> Iterator[Finding]:
    assert examined.reading is not None
    for problem in examined.reading.problems:
        if problem.code in FROM_READER:
            code, severity = FROM_READER[problem.code]
            yield _found(code, examined.document, problem.message_vi, problem.message_en, severity)


def _file_differs_from_register(examined: Examined) -> Iterator[Finding]:
    reading, content = examined.reading, examined.version.content
    assert reading is not None
    printed = {
        "mã hiệu / code": (reading.code and document_key(reading.code), document_key(content.code)),
        "lần ban hành / issue": (reading.issue, content.issue),
        "lần sửa đổi / revision": (reading.revision or 0, content.revision or 0),
    }
    for field, (said, kept) in printed.items():
        if said is not None and said != kept:
            yield _found(
                "C09",
                examined.document,
                f"{field}: tệp ghi “{said}”, danh mục ghi “{kept}”",
                f"{field}: the file says “{said}”, the register “{kept}”",
                "error",
                "9001:2015 7.5.2 a",
            )


def _revision_row(examined: Examined) -> Iterator[Finding]:
    reading = examined.reading
    assert reading is not None
    if examined.version.content.base is not None and not reading.revisions:
        yield _found(
            "C07",
            examined.document,
            f"lần ban hành {examined.version.label} không có dòng nào trong bảng sửa đổi",
            f"issue {examined.version.label} has no row in the revision table",
            "warning",
            "9001:2015 7.5.3.2 c",
        )


def _sign_off(examined: Examined) -> Iterator[Finding]:
    reading = examined.reading
    assert reading is not None
    names = {name: reading.fields.get(name) for name in ("drafter", "approver")}
    printed = {name: getattr(found.value, "name", None) for name, found in names.items() if found is not None}
    if printed.get("drafter") and printed.get("drafter") == printed.get("approver"):
        yield _found(
            "C08",
            examined.document,
            f"người soạn thảo cũng là người phê duyệt: {printed['drafter']}",
            f"the drafter is also the approver: {printed['drafter']}",
            "error",
        )


def _old_forms(examined: Examined) -> Iterator[Finding]:
    reading = examined.reading
    assert reading is not None
    cited = [basis for basis in reading.legal_bases if OLD_FORMS.search(basis.number)]
    if cited and examined.today >= NEW_FORMS_SINCE:
        yield _found(
            "C06",
            examined.document,
            "viện dẫn Thông tư 01/2018/TT-VPCP; biểu mẫu một cửa đã thay bằng TT 03/2025/TT-VPCP từ 15/09/2025",
            "cites circular 01/2018/TT-VPCP; TT 03/2025/TT-VPCP replaced its one-stop forms on 15/09/2025",
            "error",
            "TT 03/2025/TT-VPCP",
        )


def _forms_attached(examined: Examined) -> Iterator[Finding]:
    process_forms = set(examined.reading.forms if examined.reading else ())
    attached = {_form_key(file.name.rsplit(".", 1)[0]) for file in examined.manifest.files if file.role == "form"}
    own = document_key(examined.version.content.code)
    for form in sorted(process_forms):
        key = _form_key(form)
        if own in key and key not in attached:
            yield _found("C05", examined.document, f"thiếu biểu mẫu {form}", f"form {form} is not attached", "warning")


def _form_key(code: str) -> str:
    try:
        return document_key(code)
    except errors.BadCode:
        return code


def _review_due(examined: Examined) -> Iterator[Finding]:
    entry = next(e for e in reversed(examined.document.entries) if e.version == examined.version.number)
    due = entry.legal_date + REVIEW_EVERY
    if due <= examined.today:
        yield _found(
            "C15",
            examined.document,
            f"quá hạn xem xét định kỳ từ {due:%d/%m/%Y}",
            f"its periodic review has been due since {due:%d/%m/%Y}",
            "warning",
            "9001:2015 7.5.2 c",
        )


CHECKS: tuple[Check, ...] = (
    _reader_says,
    _file_differs_from_register,
    _revision_row,
    _sign_off,
    _old_forms,
    _forms_attached,
    _review_due,
)
"""What is checked in each version that people work by or are about to."""


def _found(
    code: str, document: Document, vi: str, en: str, severity: str = "warning", clause: str | None = None
) -> Finding:
    return Finding(code, vi, en, document.last.code, severity, clause)
