"""The main job shown on real Word procedures: drafted, signed, issued, revised, asked, tampered with and found."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from iso_qms.domain.chain import Chain, from_data
from iso_qms.domain.civil import OFFICE_ZONE, civil_date, start_of_day
from iso_qms.domain.decision import Action, Decision
from iso_qms.domain.errors import QmsError, Refused
from iso_qms.domain.people import Person
from iso_qms.qms import Qms
from iso_qms.services import intake

AUTHORITY = "Ủy ban nhân dân xã Sông Trăng, tỉnh Hải Giang (hư cấu)"
PEOPLE = (
    ("an", "Nguyễn Thị An", "Công chức Văn phòng – Thống kê", ("drafter",)),
    ("binh", "Trần Văn Bình", "Phó Chủ tịch UBND xã", ("reviewer",)),
    ("chi", "Lê Thị Chi", "Thư ký ISO", ("controller",)),
    ("dung", "Phạm Quốc Dũng", "Chủ tịch UBND xã", ("approver", "issuer")),
)
UNITS = (
    ("van-phong", "Văn phòng HĐND và UBND"),
    ("tu-phap", "Bộ phận Tư pháp – Hộ tịch"),
    ("phong-van-hoa-xa-hoi", "Phòng Văn hóa – Xã hội"),
    ("phong-kinh-te", "Phòng Kinh tế"),
)
OWNERS = {"QT-0": "van-phong", "QT.TP": "tu-phap", "QT.VH": "phong-van-hoa-xa-hoi", "QT-HG": "tu-phap"}
REVISED = "QT.GT.01"


@dataclass
class Story:
    """One run of the demonstration on a fresh store; `lang` is the language of what is printed."""

    qms: Qms
    procedures: Path
    store: Path
    lang: str
    step: int = 0
    codes: list[str] = field(default_factory=list)

    def title(self, vi: str, en: str) -> None:
        """Begin the next part of the story."""
        self.step += 1
        print(f"\n{self.step}. {vi if self.lang == 'vi' else en}", flush=True)

    def say(self, vi: str, en: str) -> None:
        """One line of what happened."""
        print(f"   {vi if self.lang == 'vi' else en}", flush=True)

    def person(self, login: str) -> Person:
        """Somebody with the password that this demonstration gave them."""
        return Person(login, f"mat-khau-{login}-1")

    def answer(self, decision: Decision) -> str:
        """An answer as a clerk would see it."""
        mark = "✓" if decision.allowed else "✗"
        return f"{mark} {decision.reason}: {decision.message(self.lang)}"


def main() -> int:
    """Run the demonstration in `demo-store`; exit code 0 when everything was as it should be."""
    lang = "en" if os.environ.get("ISO_QMS_LANG", "vi").startswith("en") else "vi"
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure:
        reconfigure(encoding="utf-8", errors="replace")
    procedures = Path("procedures")
    if not (procedures / "QT-01").is_dir():
        print("Không thấy thư mục procedures/; hãy chạy ở gốc dự án. / No procedures/ here; run at the project's root.")
        return 2
    try:
        tell(procedures, Path("demo-store"), lang)
    except QmsError as error:
        print(error.message(lang))
        return 70
    return 0


def tell(procedures: Path, folder: Path, lang: str) -> None:
    """The whole story, part by part."""
    with office(procedures, folder, lang) as story:
        adopt_the_set(story)
        refuse_the_author(story)
        dossier = receive_a_dossier(story)
        revise(story)
        look_around_midnight(story)
        finish_the_dossier(story, dossier)
        tamper(story)
        prove(story)


@contextmanager
def office(procedures: Path, folder: Path, lang: str) -> Iterator[Story]:
    """A fresh store with its people, chains and units."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    store = folder / "qms.db"
    with Qms.create(f"sqlite:///{store}", folder / "files", operator="demo", authority=AUTHORITY) as qms:
        story = Story(qms, procedures, store, lang)
        story.title("Lập kho, cán bộ và luồng phê duyệt", "A store, its people, its approval chains")
        for login, name, position, roles in PEOPLE:
            qms.staff.add(login, name=name, position=position, roles=roles, by=None)
            qms.staff.set_secret(login, f"mat-khau-{login}-1", by=None)
            story.say(f"{name} – {position}: {', '.join(roles)}", f"{name}: {', '.join(roles)}")
        for code, name in UNITS:
            qms.staff.add_unit(code, name, by=None)
        for chain in chains(procedures / "chains.toml"):
            qms.staff.define_chain(chain, by=None)
        yield story


def chains(path: Path) -> Iterator[Chain]:
    """The chains of a TOML file."""
    yield from map(from_data, tomllib.loads(path.read_text(encoding="utf-8"))["chain"])


def owner(code: str) -> str:
    """The unit of the office that keeps a procedure."""
    return next((unit for beginning, unit in OWNERS.items() if code.startswith(beginning)), "phong-kinh-te")


def adopt_the_set(story: Story) -> None:
    """Every procedure of the folder: read, drafted, signed by two persons, issued for today."""
    story.title("Đưa cả bộ quy trình Word vào kiểm soát", "The whole set of Word procedures comes under control")
    qms, today = story.qms, civil_date(story.qms.clock.now(), OFFICE_ZONE)
    folders = sorted(p for p in story.procedures.iterdir() if (p / f"{p.name}.docx").exists())
    for number, folder in enumerate(folders, 1):
        drafted = qms.draft(folder, by=Person("an"), reason="Ban hành lần đầu", unit=owner(folder.name)).event
        code = str(getattr(drafted, "code", folder.name))
        approve(story, code)
        qms.issue(code, effective=today, decision=f"{100 + number}/QĐ-UBND", by=Person("dung"))
        story.codes.append(code)
        story.say(
            f"{code}: {qms.document(code).last.title} – đang hiệu lực",
            f"{code}: {qms.document(code).last.title} – in force",
        )


def approve(story: Story, code: str) -> None:
    """Submit to the chain that is meant for the document; everybody it asks signs with the own password."""
    story.qms.submit(code, by=Person("an"))
    sign_all(story, code)


def sign_all(story: Story, code: str) -> None:
    """Whoever the chain waits for signs, until it is complete."""
    signers = {"reviewer": "binh", "controller": "chi", "approver": "dung"}
    version = max(story.qms.document(code).versions.values(), key=lambda v: v.number)
    for step in version.submissions[-1].steps:
        story.qms.sign(code, by=story.person(signers[step.role or ""]))


def refuse_the_author(story: Story) -> None:
    """An author cannot approve: the attempt is refused and stays on record."""
    story.title("Người soạn thảo không được tự ký", "An author cannot sign the own text")
    qms, code = story.qms, REVISED
    changed = story.procedures / "changes" / code
    files = [changed / f"{code}.docx", *forms(story, code)]
    qms.draft(files, by=Person("an"), reason="Rút thời hạn thẩm định", unit=owner(code))
    qms.submit(code, by=Person("an"))
    try:
        qms.sign(code, by=story.person("an"))
    except Refused as refusal:
        story.say(f"✗ {refusal.message('vi')}", f"✗ {refusal.message('en')}")
    else:
        raise AssertionError("an author signed")


def forms(story: Story, code: str) -> list[Path]:
    """The forms of a procedure, a changed one taking the place of the old."""
    old, new = (folder / code / intake.FORMS for folder in (story.procedures, story.procedures / "changes"))
    names = sorted({p.name for folder in (old, new) for p in folder.glob("BM*.docx")})
    return [new / name if (new / name).exists() else old / name for name in names]


def receive_a_dossier(story: Story) -> str:
    """A citizen's dossier is received now, under the version in force now."""
    story.title("Tiếp nhận một hồ sơ hôm nay", "A dossier is received today")
    citation = story.qms.guard().require(REVISED)
    story.say(
        f"Hồ sơ ghi viện dẫn: {citation.document}, lần ban hành {citation.label}, mã băm {citation.sha256[:12]}…",
        f"The dossier keeps: {citation.document}, issue {citation.label}, digest {citation.sha256[:12]}…",
    )
    return citation.sha256


def revise(story: Story) -> None:
    """The changed Word file is compared in words, signed, and issued for a future day."""
    qms, code = story.qms, REVISED
    story.title(f"Sửa đổi {code} từ tệp Word đã chỉnh", f"{code} is revised from a changed Word file")
    numbers = sorted(qms.document(code).versions)
    for fact in qms.difference(code, numbers[0], numbers[-1]).facts:
        story.say(f"• {fact.vi}", f"• {fact.en}")
    sign_all(story, code)
    qms.issue(code, effective=start_day(story), decision="215/QĐ-UBND", by=Person("dung"))
    story.say(
        f"Đã duyệt và ban hành, có hiệu lực từ {start_day(story):%d/%m/%Y}; đến ngày đó không cần ai bấm nút.",
        f"Approved and issued for {start_day(story):%d/%m/%Y}; on that day nobody has to press anything.",
    )


def start_day(story: Story) -> date:
    """The first day of the month after next: some weeks in the future."""
    today = civil_date(story.qms.clock.now(), OFFICE_ZONE)
    return (today.replace(day=1) + timedelta(days=62)).replace(day=1)


def start(story: Story) -> datetime:
    """The instant at which the revised version begins."""
    return start_of_day(start_day(story), OFFICE_ZONE)


def look_around_midnight(story: Story) -> None:
    """The same question one second before and at midnight."""
    story.title("Hai phía của nửa đêm", "Both sides of midnight")
    for at in (start(story) - timedelta(seconds=1), start(story)):
        local = at.astimezone(OFFICE_ZONE)
        decision = story.qms.check(REVISED, version=2, at=at)
        story.say(f"{local:%d/%m/%Y %H:%M:%S}  {story.answer(decision)}", f"{local}  {story.answer(decision)}")


def finish_the_dossier(story: Story, sha256: str) -> None:
    """The dossier received before goes on under its own version, the new one is for those who come later."""
    story.title("Hồ sơ nhận trước vẫn theo phiên bản của nó", "The dossier received before keeps its version")
    guard = story.qms.guard()
    citation = guard.require(REVISED)
    assert citation.sha256 == sha256
    later = start(story) + timedelta(days=3)
    went_on = story.qms.check(REVISED, action=Action.CONTINUE, pin=citation, at=later)
    story.say(f"{later.astimezone(OFFICE_ZONE):%d/%m/%Y}  {story.answer(went_on)}", story.answer(went_on))
    new = story.qms.check(REVISED, version=1, at=later)
    story.say(f"Hồ sơ mới xin theo bản cũ:  {story.answer(new)}", f"A new one under the old: {story.answer(new)}")
    assert went_on.allowed and not new.allowed


def tamper(story: Story) -> None:
    """On a copy: somebody with full rights over the database changes a decision number; verify names the row."""
    story.title("Sửa lén cơ sở dữ liệu (trên một bản sao)", "The database is changed behind our back (on a copy)")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "qms.db"
        with sqlite3.connect(story.store) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        source.close()
        with target:
            target.execute("DROP TRIGGER qms_issue_no_update")
            target.execute("UPDATE qms_issue SET decision = '999/QĐ-UBND' WHERE decision = '215/QĐ-UBND'")
        target.close()
        with Qms(f"sqlite:///{copy}", story.store.parent / "files") as forged:
            result = forged.verify()
        for broken in result.broken:
            story.say(f"✗ {broken.vi}", f"✗ {broken.en}")
        assert not result.holds


def prove(story: Story) -> None:
    """The real store holds; what to do next."""
    story.title("Kiểm tra kho thật", "The real store is verified")
    result = story.qms.verify()
    assert result.holds, result.broken
    story.say(
        f"✓ {result.size} mục nhật ký, {result.files} tệp, gốc {result.root.hex()[:16]}… – nguyên vẹn",
        f"✓ {result.size} entries, {result.files} files, root {result.root.hex()[:16]}… – whole",
    )
    store = story.store.parent
    vi, en = f"Kho được giữ ở {store}/. Ba lệnh tiếp theo:", f"The store stays in {store}/. The next three commands:"
    print(f"\n{vi if story.lang == 'vi' else en}")
    print(f"   export ISO_QMS_STORE=sqlite:///{story.store} ISO_QMS_FILES={store}/files")
    print("   .venv/bin/iso-qms list")
    print(f"   .venv/bin/iso-qms explain {REVISED}")
    print("   .venv/bin/iso-qms audit verify")


if __name__ == "__main__":
    raise SystemExit(main())
