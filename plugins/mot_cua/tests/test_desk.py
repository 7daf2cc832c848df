"""At the counter: what is received, handled and returned, and what is refused with a word about what helps."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from iso_qms_mot_cua import refusals
from iso_qms_mot_cua.desk import EARLY, IN_TIME, LATE, OVERDUE, RUNNING

from iso_qms import BadInput
from iso_qms.guard import Denied, MigrationBlocked, OutOfScope, ReceiptRefused

from .conftest import COMPLETE, TTHC, V1, V2, Counter, local


def test_a_dossier_is_received_under_the_version_in_force_and_promised_a_day(counter: Counter) -> None:
    counter.issue(V1)
    counter.set(2026, 1, 6, 9)
    dossier = counter.receive()
    assert dossier.code == "000.00.20.H46-260106-0001"
    assert dossier.due_at == local(2026, 1, 9, 17)
    [citation] = counter.desk.citations(dossier.code)
    assert (citation.document, citation.version, citation.at) == ("QT-TP-07", 1, local(2026, 1, 6, 9))
    assert [letter.purpose for letter in counter.desk.letters(dossier.code)] == ["receipt"]


def test_numbers_begin_anew_each_day(counter: Counter) -> None:
    counter.issue(V1)
    first, second = counter.receive().code, counter.receive().code
    counter.clock.move(days=1)
    assert [first[-4:], second[-4:], counter.receive().code[-4:]] == ["0001", "0002", "0001"]


def test_a_dossier_received_before_a_revision_finishes_under_its_version(counter: Counter) -> None:
    counter.issue(V1)
    counter.issue(V2, date(2026, 1, 12))
    counter.set(2026, 1, 9, 9)
    old = counter.receive().code
    counter.set(2026, 1, 12, 8)
    new = counter.receive().code
    counter.handle(old)
    counter.handle(new)
    assert [step.step for step in counter.desk.progress(old).done] == ["tiep-nhan", "tham-dinh", "ky"]
    assert [step.step for step in counter.desk.progress(new).done] == ["tiep-nhan", "xac-minh", "tham-dinh", "ky"]


def test_paper_of_yesterday_evening_follows_yesterday_s_version(counter: Counter) -> None:
    counter.issue(V1)
    counter.issue(V2, date(2026, 1, 13))
    counter.set(2026, 1, 13, 8)
    late = counter.receive(received_at=local(2026, 1, 12, 16, 50))
    assert counter.desk.citations(late.code)[0].version == 1
    assert late.code.endswith("260112-0001")
    assert late.due_at == local(2026, 1, 16, 17)  # after the cut-off: as if received on the 13th


def test_forms_of_an_old_version_are_refused_with_the_one_to_use(counter: Counter) -> None:
    counter.issue(V1)
    counter.issue(V2, date(2026, 1, 12))
    counter.set(2026, 1, 12, 8)
    with pytest.raises(Denied) as refusal:
        counter.receive(version=1)
    assert refusal.value.decision.reason == "SUPERSEDED"
    assert refusal.value.decision.remedy == "use_current"
    assert list(counter.desk.book()) == []


def test_altered_forms_are_refused(counter: Counter) -> None:
    counter.issue(V1)
    with pytest.raises(Denied) as refusal:
        counter.receive(version=1, sha256="0" * 64)
    assert refusal.value.decision.reason == "DIGEST_MISMATCH"


def test_backdating_is_refused_and_an_authority_lifts_it(counter: Counter) -> None:
    counter.issue(V1)
    counter.set(2026, 1, 8, 8)
    with pytest.raises(refusals.Backdated):
        counter.receive(received_at=local(2026, 1, 6, 9))
    counter.set(2026, 1, 20, 8)
    kept = counter.receive(received_at=local(2026, 1, 6, 9), authority="Biên bản mất điện 06/01/2026")
    assert kept.code.endswith("260106-0001")
    with counter.desk.reading():
        assert [o.denied for o in counter.desk.pins.overrides(kept.code)] == ["BACKDATED"]


def test_the_future_receives_nothing(counter: Counter) -> None:
    counter.issue(V1)
    with pytest.raises(ReceiptRefused):
        counter.receive(received_at=local(2026, 1, 7, 9))


def test_what_is_missing_is_named_and_what_is_unknown_too(counter: Counter) -> None:
    counter.issue(V1)
    with pytest.raises(refusals.ComponentsMissing) as refusal:
        counter.receive(components=["to-khai"])
    assert "Bản chính giấy tờ" in refusal.value.message("vi")
    assert "Mẫu số 02 – Thông tư 03/2025/TT-VPCP" in refusal.value.message("vi")
    with pytest.raises(refusals.UnknownComponents):
        counter.receive(components=[*COMPLETE, "anh-the"])
    assert counter.receive(components={**dict.fromkeys(COMPLETE, 1), "uy-quyen": 1}).components["uy-quyen"] == 1


def test_a_procedure_that_no_document_carries_out_is_refused(counter: Counter) -> None:
    counter.issue(V1)
    with pytest.raises(OutOfScope):
        counter.desk.receive("1.001022", applicant="Ông Mẫu", components=COMPLETE, by="lan")


def test_nothing_is_received_while_receiving_is_suspended_but_what_runs_goes_on(counter: Counter) -> None:
    from iso_qms.testing import APPROVER

    counter.issue(V1)
    running = counter.receive().code
    counter.office.qms.suspend("QT-TP-07", reason="Chờ hướng dẫn", scope="new", by=APPROVER)
    counter.clock.move(minutes=1)
    with pytest.raises(Denied) as refusal:
        counter.receive()
    assert refusal.value.decision.reason == "SUSPENDED_NEW"
    counter.handle(running)
    assert counter.desk.give_result(running, result="Giấy xác nhận", by="lan").state == "returned"


def test_steps_go_in_order(counter: Counter) -> None:
    counter.issue(V1)
    code = counter.receive().code
    with pytest.raises(Denied) as refusal:
        counter.do(code, "tham-dinh", "tu-phap")
    assert refusal.value.decision.reason == "STEP_OUT_OF_ORDER"
    with pytest.raises(Denied) as refusal:
        counter.do(code, "xac-minh", "tu-phap")
    assert refusal.value.decision.reason == "STEP_UNKNOWN"


def test_steps_are_done_by_the_role_and_by_who_holds_it(counter: Counter) -> None:
    counter.issue(V1)
    code = counter.receive().code
    with pytest.raises(Denied) as refusal:
        counter.do(code, "tiep-nhan", "tu-phap")
    assert refusal.value.decision.reason == "STEP_ROLE"
    with pytest.raises(refusals.RoleNotHeld):
        counter.desk.do(code, "tiep-nhan", role="mot-cua", by="chi")


def test_a_step_is_done_once(counter: Counter) -> None:
    counter.issue(V1)
    code = counter.receive().code
    counter.do(code, "tiep-nhan", "mot-cua")
    with pytest.raises(refusals.StepDoneBefore):
        counter.do(code, "tiep-nhan", "mot-cua")


def test_a_late_step_is_done_with_a_warning(counter: Counter) -> None:
    counter.issue(V1)
    counter.set(2026, 1, 6, 8)
    code = counter.receive().code
    assert counter.do(code, "tiep-nhan", "mot-cua").due_at == local(2026, 1, 6, 14)
    counter.set(2026, 1, 9, 8)
    late = counter.do(code, "tham-dinh", "tu-phap")
    assert late.warning == "STEP_OVERDUE"
    assert late.due_at < late.done_at


def test_a_supplement_stops_the_clock(counter: Counter) -> None:
    counter.issue(V1)
    counter.set(2026, 1, 6, 8)
    dossier = counter.receive()
    counter.do(dossier.code, "tiep-nhan", "mot-cua")
    counter.set(2026, 1, 7, 7)
    letter = counter.desk.ask_supplement(dossier.code, asked=["Bản chính giấy tờ"], reason="Mờ chữ ký", by="minh")
    assert letter.form.startswith("Mẫu số 02")
    with pytest.raises(refusals.ClockStopped):
        counter.do(dossier.code, "tham-dinh", "tu-phap")
    counter.set(2026, 1, 9, 7)
    moved = counter.desk.take_supplement(dossier.code, components=["ban-chinh"], by="lan")
    assert moved.first_due_at == local(2026, 1, 9, 17)
    assert moved.due_at == local(2026, 1, 12, 17)  # two days more: Saturday 10 January was worked instead of the 2nd
    assert moved.components["ban-chinh"] == 2
    assert counter.do(dossier.code, "tham-dinh", "tu-phap").warning == ""
    with pytest.raises(refusals.ClockRunning):
        counter.desk.take_supplement(dossier.code, by="lan")


def test_a_dossier_may_rest_by_decision_and_go_on(counter: Counter) -> None:
    counter.issue(V1)
    code = counter.receive().code
    counter.desk.suspend(code, reason="Chờ kết quả giám định", by="chi")
    with pytest.raises(refusals.ClockRunning):
        counter.desk.take_supplement(code, by="lan")
    assert counter.desk.resume(code, by="chi").state == "open"


def test_the_result_waits_for_every_mandatory_step(counter: Counter) -> None:
    counter.issue(V1)
    code = counter.receive().code
    counter.do(code, "tiep-nhan", "mot-cua")
    with pytest.raises(refusals.NotFinished) as refusal:
        counter.desk.give_result(code, result="Giấy xác nhận", by="lan")
    assert "tham-dinh, QT-TP-07: ky" in refusal.value.message("vi")
    counter.handle(code)
    counter.desk.give_result(code, result="Giấy xác nhận", by="lan")
    with counter.desk.reading():
        assert list(counter.desk.pins.active("QT-TP-07")) == []
    with pytest.raises(refusals.NotOpen):
        counter.desk.ask_supplement(code, asked=["x"], reason="x", by="lan")


def test_results_are_early_in_time_or_late(counter: Counter) -> None:
    counter.issue(V1)
    counter.set(2026, 1, 6, 8)
    codes = [counter.receive().code for _ in range(4)]
    for at, code in zip(((2026, 1, 8, 8), (2026, 1, 9, 16), (2026, 1, 10, 8)), codes, strict=False):
        counter.set(*at)
        counter.handle(code)
        counter.desk.give_result(code, result="Giấy xác nhận", by="lan")
    assert [line.outcome for line in counter.desk.book()] == [EARLY, IN_TIME, LATE, OVERDUE]
    fresh = counter.receive()
    assert counter.desk.outcome(fresh) == RUNNING


def test_there_is_one_extension_with_an_apology(counter: Counter) -> None:
    counter.issue(V1)
    counter.set(2026, 1, 6, 8)
    code = counter.receive().code
    with pytest.raises(refusals.BadNewDay):
        counter.desk.extend(code, reason="Máy hỏng", until=date(2026, 1, 11), by="chi")
    with pytest.raises(refusals.BadNewDay):
        counter.desk.extend(code, reason="Máy hỏng", until=date(2026, 1, 9), by="chi")
    with pytest.raises(refusals.BadWords):
        counter.desk.extend(code, reason=" ", until=date(2026, 1, 13), by="chi")
    letter = counter.desk.extend(code, reason="Máy hỏng", until=date(2026, 1, 13), by="chi")
    assert letter.form == "Mẫu số 04 – Thông tư 03/2025/TT-VPCP"
    assert counter.desk.dossier(code).due_at == local(2026, 1, 13, 17)
    with pytest.raises(refusals.ExtendedBefore):
        counter.desk.extend(code, reason="Máy lại hỏng", until=date(2026, 1, 20), by="chi")


def test_handling_can_be_stopped_in_writing(counter: Counter) -> None:
    counter.issue(V1)
    code = counter.receive().code
    assert counter.desk.stop(code, reason="Người nộp rút hồ sơ", by="chi").form.startswith("Mẫu số 05")
    assert counter.desk.dossier(code).state == "stopped"


def test_whoever_is_turned_away_gets_it_in_writing(counter: Counter) -> None:
    counter.issue(V1)
    letter = counter.desk.refuse(TTHC, applicant="Ông Mẫu", reason="Không thuộc thẩm quyền", by="lan")
    asked = counter.desk.ask_completion(TTHC, applicant="Ông Mẫu", missing=["Tờ khai"], reason="Thiếu", by="lan")
    assert (letter.number, asked.number, asked.facts["asked"]) == (1, 1, ["Tờ khai"])


def test_a_migration_names_the_new_step_behind_and_takes_a_waiver(counter: Counter) -> None:
    counter.issue(V1)
    code = counter.receive().code
    counter.do(code, "tiep-nhan", "mot-cua")
    counter.do(code, "tham-dinh", "tu-phap")
    counter.issue(V2, date(2026, 1, 12), transition="migrate")
    counter.set(2026, 1, 12, 8)
    with pytest.raises(Denied) as refusal:
        counter.do(code, "ky", "lanh-dao")
    assert refusal.value.decision.reason == "MIGRATE_REQUIRED"
    assert counter.desk.plan(code).behind == ("xac-minh",)
    with pytest.raises(MigrationBlocked):
        counter.desk.migrate(code, by="chi", authority="QĐ 12/QĐ-UBND")
    moved = counter.desk.migrate(code, by="chi", authority="QĐ 12/QĐ-UBND", waive=["xac-minh"])
    assert (moved.version, moved.reason) == (2, "migrated")
    counter.do(code, "ky", "lanh-dao")
    assert counter.desk.give_result(code, result="Giấy xác nhận", by="lan").state == "returned"
    assert [line.step for line in counter.desk.control_sheet(code) if line.waived] == ["xac-minh"]


def test_an_applicant_may_choose_the_new_version_where_the_issue_says_so(counter: Counter) -> None:
    counter.issue(V1)
    old, new = counter.receive().code, counter.receive().code
    counter.issue(V2, date(2026, 1, 12), transition="elect")
    counter.set(2026, 1, 12, 8)
    assert counter.desk.migrate(new, by="lan", authority="Đơn của người nộp", elected=True).reason == "elected"
    counter.handle(old)
    counter.handle(new)
    assert [len(counter.desk.progress(code).done) for code in (old, new)] == [3, 4]


def test_a_restart_asks_for_the_steps_again_but_not_for_the_papers(counter: Counter) -> None:
    counter.issue(V1)
    code = counter.receive().code
    counter.do(code, "tiep-nhan", "mot-cua")
    counter.issue(V2, date(2026, 1, 12), transition="restart", reason="Luật mới")
    counter.set(2026, 1, 12, 8)
    counter.desk.restart(code, by="chi", authority="QĐ 12/QĐ-UBND", reason="Luật mới")
    assert counter.desk.progress(code).left == ["tiep-nhan", "xac-minh", "tham-dinh", "ky"]
    counter.handle(code)
    assert len(counter.desk.control_sheet(code)) == 4


def test_connected_agencies_each_follow_their_own_document(connected: Counter) -> None:
    connected.issue(V1)
    listed = [{"key": "cong-van", "name": "Công văn chuyển", "original": 1, "copies": 0, "when": None}]
    so = {**V1, "procedures": [], "components": listed, "steps": [V1["steps"][0] | {"roles": ["so"]}]}
    connected.office.issue("QT-SO-01", process=so)
    connected.desk.assign("so", "hai")
    code = connected.receive().code
    assert [c.document for c in connected.desk.citations(code)] == ["QT-TP-07", "QT-SO-01"]
    connected.do(code, "tiep-nhan", "mot-cua")
    with pytest.raises(refusals.PartWaits):
        connected.desk.do(code, "tiep-nhan", role="so", by="hai", document="QT-SO-01")
    connected.do(code, "tham-dinh", "tu-phap")
    with pytest.raises(refusals.PartWaits):
        connected.do(code, "ky", "lanh-dao")
    done = connected.desk.do(code, "tiep-nhan", role="so", by="hai", document="QT-SO-01")
    assert done.handed_at == connected.desk.progress(code).done[-1].done_at
    connected.do(code, "ky", "lanh-dao")
    assert connected.desk.give_result(code, result="Giấy xác nhận", by="lan").state == "returned"
    with pytest.raises(refusals.UnknownPart):
        connected.desk.part(code, "QT-SO-99")


def test_every_refusal_is_kept_with_the_sentence_that_was_shown(counter: Counter) -> None:
    counter.issue(V1)
    with pytest.raises(refusals.UnknownDossier):
        counter.do("000.00.20.H46-260101-0001", "ky", "lanh-dao")
    with pytest.raises(refusals.ComponentsMissing):
        counter.receive(components=[])
    kept = counter.desk.refusals()
    assert [(r.act, r.reason, r.by) for r in kept] == [
        ("ky", "MC_UNKNOWN_DOSSIER", "chi"),
        ("receive", "MC_COMPONENTS_MISSING", "lan"),
    ]
    assert all(r.vi and r.en and r.vi != r.en for r in kept)
    assert list(counter.desk.book()) == []


def test_a_pause_across_the_revision_changes_no_version(counter: Counter) -> None:
    counter.issue(V1)
    counter.issue(V2, date(2026, 1, 12))
    code = counter.receive().code
    counter.desk.ask_supplement(code, asked=["Tờ khai"], reason="Sai tên", by="lan")
    counter.clock.move(days=14)
    counter.desk.take_supplement(code, by="lan")
    assert counter.desk.citations(code)[0].version == 1
    assert counter.clock.now() - counter.desk.dossier(code).received_at >= timedelta(days=14)


@pytest.mark.parametrize(
    "given",
    [
        {"applicant": " "},
        {"applicant": "Bà\x00 Mẫu"},
        {"applicant": "x" * 201},
        {"applicant": None},
        {"components": {"to-khai": 0, "ban-chinh": 1}},
        {"components": {"to-khai": True, "ban-chinh": 1}},
        {"components": {"to-khai": "hai", "ban-chinh": 1}},
        {"by": ""},
    ],
    ids=str,
)
def test_what_cannot_be_written_down_is_refused_in_one_sentence(counter: Counter, given: dict) -> None:
    counter.issue(V1)
    with pytest.raises(BadInput) as refusal:
        counter.receive(**given)
    assert "\n" not in refusal.value.message("vi")
    assert list(counter.desk.book()) == []


def test_names_are_kept_with_composed_letters(counter: Counter) -> None:
    counter.issue(V1)
    decomposed = unicodedata.normalize("NFD", "  Bà  Nguyễn Thị Mẫu ")
    assert counter.receive(applicant=decomposed).applicant == "Bà Nguyễn Thị Mẫu"


def test_a_supplement_of_nothing_is_not_asked_for(counter: Counter) -> None:
    counter.issue(V1)
    code = counter.receive().code
    with pytest.raises(refusals.BadWords):
        counter.desk.ask_supplement(code, asked=[], reason="Thiếu", by="lan")
    with pytest.raises(refusals.BadWords):
        counter.desk.ask_supplement(code, asked=["Tờ khai"], reason="", by="lan")
    assert counter.desk.dossier(code).state == "open"


def test_many_counters_give_out_each_number_once(counter: Counter) -> None:
    counter.issue(V1)
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda _: counter.receive().code, range(24)))
    assert sorted(codes) == [f"000.00.20.H46-260105-{n:04d}" for n in range(1, 25)]
