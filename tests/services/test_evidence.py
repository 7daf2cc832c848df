"""An auditor asks for evidence and gets a bundle that says what it proves, for the whole journal or a part of it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path

from iso_qms.domain.checkpoint import Checkpoint
from iso_qms.domain.errors import FileTrouble, SelfApproval, UnknownDocument
from iso_qms.evidence_kit import verify as kit
from iso_qms.services import logkey
from iso_qms.services.act_words import ACT_WORDS
from iso_qms.services.bag import opened
from iso_qms.services.evidence import Asked, Evidence
from iso_qms.services.sealing import Seals, StoreRewound, WrongJournal
from iso_qms.store.rows import ROWS
from tests.support.needs import needs
from tests.support.office import AUTHORITY, Office, refuses, who

PASSPHRASE = "mat-khau-cua-khoa"


def evidence_of(office: Office, folder: Path, *, key: bool = True) -> Evidence:
    origin = office.qms.founding.origin
    path = folder / "log-key.pem"
    if key:
        found = (logkey.load if path.exists() else logkey.create)(path, origin, PASSPHRASE)
        return Evidence(office.qms._engine, office.qms.files, office.qms.zone, Seals(folder / "seals"), found)
    return Evidence(office.qms._engine, office.qms.files, office.qms.zone)


def judge(bundle: Path, **more: object) -> tuple[int, str]:
    said: list[str] = []
    code = kit.verify(bundle, kit.Report("en", said.append), **more)  # type: ignore[arg-type]
    return code, "\n".join(said)


def lines_of(bundle: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (bundle / "data/records.jsonl").read_bytes().splitlines()]


def test_the_whole_journal_leaves_the_house_and_holds(office: Office, tmp_path: Path) -> None:
    office.publish("QT-01")
    office.publish("QT-02", date(2026, 3, 1))
    evidence = evidence_of(office, tmp_path)
    exported = evidence.export(tmp_path / "bag", Asked())
    size, root = office.qms.registers.head()
    assert (exported.size, exported.chosen, exported.signed) == (size, size, True)
    assert evidence.log_key is not None
    code, said = judge(exported.path, keys=(str(evidence.log_key.key),))
    assert code == 0, said
    assert Checkpoint.parse(exported.note.text).root == root
    alone = [sys.executable, "-I", "-S", exported.path / "data/verify.py", exported.path]
    assert subprocess.run(alone, check=False, capture_output=True).returncode == 0
    files = [path for path in (exported.path / "data/files").iterdir() if path.suffix == ".txt"]
    assert sorted(path.read_text() for path in files) == [f"Quy trình QT-0{n}, lần ban hành 1" for n in (1, 2)]


def test_three_renderings_hold_the_same_entries(desk: Office, tmp_path: Path) -> None:
    # 21 CFR 11.10(b): readable and electronic copies of the same records.
    desk.publish("QT-01", text="=cmd|calc")
    bundle = evidence_of(desk, tmp_path).export(tmp_path / "bag", Asked(disclose=True)).path
    records = lines_of(bundle)
    with (bundle / "data/records.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with zipfile.ZipFile(bundle / "data/records.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert len(records) == len(rows) == sheet.count("<row>") - 1
    assert {row["document"] for row in rows} == {"", "QT-01"}
    assert [row["act"] for row in rows] == [record["act"] for record in records]
    assert "Ban hành" in sheet and "Nguyễn Văn Duyệt" in sheet
    assert (bundle / "data/records.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_no_name_leaves_the_house_unless_asked_for(desk: Office, tmp_path: Path) -> None:
    desk.publish("QT-01")
    evidence = evidence_of(desk, tmp_path)
    silent = evidence.export(tmp_path / "silent", Asked()).path
    open_ = evidence.export(tmp_path / "open", Asked(disclose=True)).path
    needs("pdftotext")
    for bundle, shown in ((silent, False), (open_, True)):
        said = "".join(
            path.read_bytes().decode(errors="replace")
            for path in bundle.rglob("*")
            if path.suffix in (".csv", ".jsonl")
        )
        command = ["pdftotext", bundle / "data/report.pdf", "-"]
        said += subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert ("Nguyễn Văn Duyệt" in said) is shown
        assert judge(bundle)[0] == 0


def test_the_report_shows_who_decided_and_the_exceptions_first(desk: Office, tmp_path: Path) -> None:
    needs("pdftotext")
    desk.draft("QT-01")
    desk.submit("QT-01")
    with refuses(SelfApproval):
        desk.qms.sign("QT-01", by=who("soan"))
    desk.sign("QT-01")
    desk.issue("QT-01", desk.today - timedelta(days=9), decision="15/QĐ-UBND", reason="Quyết định đến muộn")
    evidence = evidence_of(desk, tmp_path)
    for lang, words in (
        ("vi", (AUTHORITY, "Ghi muộn", "Bị từ chối", "Phê duyệt", "Nguyễn Văn Duyệt", "15/QĐ-UBND", "05/01/2026")),
        ("en", (AUTHORITY, "Recorded late", "Refused", "Approval", "Nguyễn Văn Duyệt", "15/QĐ-UBND", "05/01/2026")),
    ):
        bundle = evidence.export(tmp_path / lang, Asked(disclose=True, lang=lang)).path
        command = ["pdftotext", "-layout", bundle / "data/report.pdf", "-"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        for word in words:
            assert word in said, (word, said)
        assert said.index(words[1]) < said.index(words[3])


def test_one_document_leaves_with_proofs_and_says_what_it_does_not_prove(office: Office, tmp_path: Path) -> None:
    office.publish("QT-01")
    office.publish("QT-02")
    exported = evidence_of(office, tmp_path).export(tmp_path / "bag", Asked(document="qt-1", disclose=True))
    assert 0 < exported.chosen < exported.size
    about = {record["data"].get("document") for record in lines_of(exported.path)}  # type: ignore[attr-defined]
    assert "QT-2" not in about and len(about) == 2
    code, said = judge(exported.path)
    assert code == 0, said
    assert "does not prove that nothing was left out" in said and f"{exported.chosen} proofs of inclusion" in said
    readme = (exported.path / "data/README.txt").read_text()
    assert "MỘT PHẦN nhật ký" in readme and "A PART of the journal" in readme


def test_a_period_is_an_unbroken_stretch(office: Office, tmp_path: Path) -> None:
    office.publish("QT-01")
    since = office.clock.advance(days=1)
    office.publish("QT-02")
    until = office.clock.advance(days=1)
    office.publish("QT-03")
    exported = evidence_of(office, tmp_path).export(tmp_path / "bag", Asked(since=since, until=until))
    code, said = judge(exported.path)
    assert code == 0 and "unbroken stretch" in said
    assert {r["data"].get("document") for r in lines_of(exported.path)} == {"QT-2"}  # type: ignore[attr-defined]


def test_the_acts_of_one_person_can_be_asked_for(office: Office, tmp_path: Path) -> None:
    office.publish("QT-01")
    exported = evidence_of(office, tmp_path).export(tmp_path / "bag", Asked(actor="duyet"))
    assert {record["actor"] for record in lines_of(exported.path)} == {office.id_of("duyet")}
    assert judge(exported.path)[0] == 0


def test_an_unknown_document_leaves_no_folder_behind(desk: Office, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with refuses(UnknownDocument):
        evidence_of(desk, tmp_path).export(tmp_path / "out/bag", Asked(document="QT-99"))
    assert list((tmp_path / "out").iterdir()) == []


def test_nothing_is_written_over(desk: Office, tmp_path: Path) -> None:
    (tmp_path / "bag").mkdir()
    (tmp_path / "bag/mine.txt").write_text("x")
    with refuses(FileTrouble):
        evidence_of(desk, tmp_path).export(tmp_path / "bag", Asked())
    assert (tmp_path / "bag/mine.txt").read_text() == "x"


def test_a_bundle_travels_as_one_file(desk: Office, tmp_path: Path) -> None:
    desk.publish("QT-01")
    exported = evidence_of(desk, tmp_path).export(tmp_path / "chung-cu.zip", Asked())
    with opened(exported.path) as folder:
        assert judge(folder)[0] == 0
    (tmp_path / "other.zip").write_bytes(b"PK no zip")
    with refuses(FileTrouble), opened(tmp_path / "other.zip"):
        pass


def test_without_a_key_the_bundle_says_that_nobody_signed(desk: Office, tmp_path: Path) -> None:
    exported = evidence_of(desk, tmp_path, key=False).export(tmp_path / "bag", Asked())
    assert not exported.signed
    code, said = judge(exported.path)
    assert code == 0 and "anybody could have made this bundle anew" in said
    assert "không có chữ ký" in (exported.path / "data/README.txt").read_text()


def test_a_lost_file_is_reported_and_does_not_stop_the_evidence(desk: Office, tmp_path: Path) -> None:
    desk.publish("QT-01")
    digest = desk.qms.manifest("QT-01", 1).main.sha256
    desk.qms.files.path(digest).unlink()
    exported = evidence_of(desk, tmp_path).export(tmp_path / "bag", Asked())
    assert exported.missing_files == (digest,)
    assert json.loads((exported.path / "data/missing-files.json").read_text()) == [digest]
    assert judge(exported.path)[0] == 0


def test_an_erased_name_leaves_old_and_new_bundles_whole(desk: Office, tmp_path: Path) -> None:
    desk.publish("QT-01")
    evidence = evidence_of(desk, tmp_path)
    before = evidence.export(tmp_path / "before", Asked(disclose=True)).path
    desk.qms.staff.deactivate("soan", by=None, reason="Chuyển công tác")
    desk.qms.staff.erase("soan", by=None, legal_basis="Luật 91/2025/QH15, Điều 14")
    after = evidence.export(tmp_path / "after", Asked(disclose=True)).path
    assert "Lê Thị Soạn" in (before / "data/records.csv").read_text("utf-8")
    assert "Lê Thị Soạn" not in (after / "data/records.csv").read_text("utf-8")
    assert judge(before)[0] == judge(after)[0] == 0


def test_earlier_seals_travel_with_the_bundle(desk: Office, tmp_path: Path) -> None:
    evidence = evidence_of(desk, tmp_path)
    first = evidence.seal()
    desk.publish("QT-01")
    bundle = evidence.export(tmp_path / "bag", Asked()).path
    assert "1 earlier checkpoints are a beginning" in judge(bundle)[1]
    kept = tmp_path / "kept.txt"
    kept.write_text(str(first))
    assert judge(bundle, checkpoints=(str(kept),))[0] == 0
    assert evidence.seal() == evidence.seal(), "the same journal has one seal"


def test_an_older_store_is_not_sealed_again(desk: Office, tmp_path: Path) -> None:
    evidence = evidence_of(desk, tmp_path)
    older = Office.copied(tmp_path / "older", desk.clock)
    desk.publish("QT-01")
    evidence.seal()
    restored = Evidence(older.qms._engine, older.qms.files, older.qms.zone, evidence.seals, evidence.log_key)
    with refuses(StoreRewound):
        restored.seal()
    older.publish("QT-07")
    for _ in range(20):
        older.draft("QT-08", new=True)
    assert older.qms.registers.head()[0] > desk.qms.registers.head()[0]
    with refuses(StoreRewound):
        restored.seal()
    older.close()


def test_seals_of_another_journal_are_not_continued(desk: Office, tmp_path: Path) -> None:
    evidence_of(desk, tmp_path).seal()
    other = Office.found(f"sqlite:///{tmp_path / 'other.db'}", tmp_path / "other-files", desk.clock, people=False)
    seals, key = Seals(tmp_path / "seals"), logkey.create(tmp_path / "other.pem", other.qms.founding.origin, None)
    with refuses(WrongJournal):
        Evidence(other.qms._engine, other.qms.files, other.qms.zone, seals, key).seal()
    other.close()


def test_a_key_file_is_encrypted_and_openssl_reads_it(tmp_path: Path) -> None:
    made = logkey.create(tmp_path / "key.pem", "a.example", PASSPHRASE)
    assert b"ENCRYPTED" in (tmp_path / "key.pem").read_bytes()
    assert (tmp_path / "key.pem").stat().st_mode & 0o077 == 0
    assert logkey.load(tmp_path / "key.pem", "a.example", PASSPHRASE).key == made.key
    command = [
        "openssl",
        "pkey",
        "-in",
        tmp_path / "key.pem",
        "-passin",
        f"pass:{PASSPHRASE}",
        "-pubout",
        "-outform",
        "DER",
    ]
    assert subprocess.run(command, capture_output=True, check=True).stdout[-32:] == made.key.public
    for passphrase in ("wrong", None):
        with refuses(logkey.KeyTrouble):
            logkey.load(tmp_path / "key.pem", "a.example", passphrase)
    with refuses(logkey.KeyTrouble):
        logkey.load(tmp_path / "none.pem", "a.example", None)
    with refuses(FileTrouble):
        logkey.create(tmp_path / "key.pem", "a.example", None)


def test_every_act_has_its_words() -> None:
    assert set(ACT_WORDS) == set(ROWS)
