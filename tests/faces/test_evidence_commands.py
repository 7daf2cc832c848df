"""Evidence, copies and backups from the shell: what leaves the house can be checked, and comes back whole."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import threading
from datetime import datetime

from iso_qms.domain.civil import OFFICE_ZONE
from iso_qms.domain.note import Key, Kind
from iso_qms.services import logkey
from iso_qms.services.performing import SystemClock
from iso_qms.services.witness import Witness
from iso_qms.services.witness_http import server
from tests.contract.places import ROOT
from tests.faces.conftest import DOCX
from tests.support.needs import needs
from tests.support.office import secret_of
from tests.support.shell import Shell


def test_a_bundle_verifies_by_itself_and_by_us_and_a_flipped_byte_is_found(issued: Shell) -> None:
    told = issued.done("audit export --all --to bag")
    assert "! Chưa có chữ ký" in told.out
    alone = shlex.split(told.lines[-1].partition(": ")[2])
    assert alone[0] == "python3"
    assert subprocess.run([sys.executable, *alone[1:]], capture_output=True, check=False).returncode == 0
    assert "KẾT LUẬN" in issued.done("audit verify bag").lines[-1]
    assert issued.done("audit verify bag --json").json["holds"] is True
    records = next(issued.folder.glob("bag/**/records.jsonl"))
    records.write_bytes(records.read_bytes().replace("QĐ-UBND".encode(), "QĐ-UBNĐ".encode(), 1))
    assert issued("audit verify bag").code == 1
    broken = issued("audit verify bag --json")
    assert (broken.code, broken.json["holds"]) == (1, False)


def test_what_was_handed_over_is_an_entry_and_a_part_can_be_chosen(issued: Shell) -> None:
    handed = issued.done(
        "audit export --document QT-01 --to part --reason Kiểm\\ toán --disclose --no-files --json"
    ).json
    assert handed["entries"] < handed["size"]
    (entry,) = issued.done("audit search --act evidence_exported --json").json
    assert "Kiểm toán" in entry["what"]
    assert issued("audit export --document QT-01 --to part").code == 2  # it exists


def test_checkpoints_are_signed_once_there_is_a_key(issued: Shell) -> None:
    bare = issued.done("audit checkpoint")
    assert (len(bare.lines), "Chưa có chữ ký" in bare.err) == (3, True)
    made = issued.done("audit key", ISO_QMS_KEY_PASSPHRASE="một cụm từ dài")
    assert issued("audit key", ISO_QMS_KEY_PASSPHRASE="một cụm từ dài").code == 2
    name = made.lines[1].split("+")[0]
    signed = issued.done("audit checkpoint", ISO_QMS_KEY_PASSPHRASE="một cụm từ dài")
    assert signed.lines[0] == name
    assert signed.lines[-1].startswith(f"— {name} ")
    assert issued("audit checkpoint", ISO_QMS_KEY_PASSPHRASE="sai").code == 2


def test_a_review_of_the_journal_is_recorded_by_who_may(shell: Shell) -> None:
    assert shell("audit review --findings Không --by soan").code == 3
    shell.done(["audit", "review", "--findings", "Không có sai lệch", "--from", "0", "--to", "5", "--by", "danhgia"])
    (entry,) = shell.done("audit search --act audit_reviewed --json").json
    assert "Không có sai lệch" in entry["what"]


def test_a_backup_comes_back_whole_and_says_what_is_lost(issued: Shell) -> None:
    saved = issued.done("backup sao-luu")
    assert "Đã sao lưu" in saved.lines[0]
    assert issued("backup sao-luu").code == 2
    issued.done(["person", "add", "sau", "--name", "Người thêm sau"])
    issued.done("audit verify")
    other = f"sqlite:///{issued.folder}/other.db"
    restored = issued.done(["restore", "sao-luu", "--store", other, "--files", "other-files"])
    assert "Đã kiểm tra toàn bộ sau khi khôi phục." in restored.lines[-1]
    assert "Máy này không biết" in restored.out
    assert issued.done(["check", "QT-01", "--at", "2030-01-01", "--store", other]).code == 0
    assert issued(["restore", "sao-luu", "--store", other]).code == 2  # never over a register that is in use
    (issued.folder / "qms.db").unlink()
    for left in ("qms.db-wal", "qms.db-shm"):
        (issued.folder / left).unlink(missing_ok=True)
    again = issued.done(["restore", "sao-luu", "--reason", "Hỏng đĩa"])
    assert "biết chắc đã mất" in again.out
    (entry,) = issued.done("audit search --act store_restored --json").json
    assert "Hỏng đĩa" in entry["what"]


def test_a_controlled_copy_is_printed_followed_and_recalled(shell: Shell) -> None:
    needs("soffice")
    shell.done(["draft", str(DOCX), "--reason", "x", "--by", "soan"])
    shell.done("submit QT-01 --by soan")
    for login in ("xemxet", "duyet"):
        shell.done(f"sign QT-01 --by {login}", secret_of(login))
    today = f"{datetime.now(OFFICE_ZONE):%d/%m/%Y}"
    shell.done(["issue", "QT-01", "--effective", today, "--decision", "1/QĐ", "--by", "duyet"])
    printed = shell.done(["print", "QT-01", "-o", "ban-in.pdf", "--holder", "Bộ phận Một cửa", "--by", "thuky"])
    assert printed.out == "Đã in bản được kiểm soát số 1 ra ban-in.pdf.\n"
    assert (shell.folder / "ban-in.pdf").read_bytes().startswith(b"%PDF")
    assert "Bộ phận Một cửa" in shell.done("copy list QT-01").out
    shell.done(
        ["copy", "recall", "QT-01", "--version", "1", "--copy", "1", "--reason", "Thay bản mới", "--by", "thuky"]
    )
    (copy,) = shell.done("copy list QT-01 --json").json
    assert copy["recalled"] is True
    read = shell.done("acknowledge QT-01 --by danhgia")
    assert read.out.startswith("Đã ghi nhận Đỗ Thị Đánh")
    assert shell("acknowledge QT-01 --by danhgia").code == 3


def test_lint_says_what_an_inspector_would_find(issued: Shell) -> None:
    told = issued("lint --json")
    assert told.code == (1 if told.json else 0)
    assert all({"code", "message_vi", "message_en", "severity"} <= set(each) for each in told.json)
    later = issued("lint --at 2031-06-01")
    assert (later.code, later.out.strip() != "") == (1, True)


def test_plugins_are_listed(shell: Shell) -> None:
    found = shell.done("plugins list --json").json
    assert set(found) == {"loaded", "refused", "health", "required"}
    none = shell.done("plugins list", ISO_QMS_DISABLED_PLUGINS="*")
    assert none.out == "Chưa cài tiện ích nào.\n"
    demanded = shell("list", ISO_QMS_REQUIRED_PLUGINS="khong-co")
    assert (demanded.code, "khong-co" in demanded.err) == (3, True)


def test_a_register_that_was_put_back_is_found_by_its_seals(issued: Shell) -> None:
    issued.done("audit key")
    old = (issued.folder / "qms.db").read_bytes()
    issued.done(["person", "add", "sau", "--name", "Người thêm sau"])
    issued.done("audit checkpoint")
    sealed = issued.done("audit verify")
    assert "mục không đổi, ký bởi" in sealed.lines[0]
    kept = next((issued.folder / "qms-keys" / "seals").glob("[0-9]*.txt"))
    (issued.folder / "van-ban.txt").write_bytes(kept.read_bytes())
    for left in (*issued.folder.glob("qms.db*"), issued.folder / "files" / "watermark.json"):
        left.unlink()  # whoever puts an old register back removes what lies beside it as well
    (issued.folder / "qms.db").write_bytes(old)
    cut = "phần cuối đã bị cắt hoặc kho là bản cũ"
    told = elsewhere(["audit", "verify"])
    assert (told.returncode, cut in told.stdout, "Tất cả đều khớp" in told.stdout) == (1, True, False)
    kept.unlink()
    assert elsewhere(["audit", "verify", "--json"]).returncode == 0  # nothing is left that could tell
    told = elsewhere(["audit", "verify", "--checkpoint", "van-ban.txt", "--json"])
    found = json.loads(told.stdout)
    assert (told.returncode, found["holds"], found["broken"]) == (1, False, [])
    assert [cut in each["vi"] for each in found["seals"]] == [True]


def elsewhere(words: list[str]) -> subprocess.CompletedProcess[str]:
    """A call in a process of its own, which remembers nothing of the register."""
    return subprocess.run(
        [sys.executable, "-m", "iso_qms", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_witness_elsewhere_cosigns_the_seal(issued: Shell) -> None:
    key = logkey.create(issued.folder / "w.pem", "huyen-mau.example/w1", None, kind=Kind.COSIGNATURE)
    own = Key.parse(issued.done("audit key").lines[1])
    serving = server(Witness(issued.folder / "witness", key, [own], SystemClock()))
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    try:
        address = f"http://127.0.0.1:{serving.server_address[1]}"
        told = issued.done(["audit", "witness", address, "--key", str(key.key)])
        assert sum(line.startswith("— ") for line in told.lines) == 2
        assert issued(["audit", "witness", address, "--key", "no key"]).code == 2
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()
    assert issued(["audit", "witness", address, "--key", str(key.key)]).code == 2
    for url in ("ftp://x", "http://127.0.0.1:1/"):
        assert issued(["audit", "stamp", url]).code == 2
