"""The desk inside the register: it stops an issue it could not work by, follows the news, looks again at night."""

import ast
import importlib
from datetime import date
from pathlib import Path

import pytest
from iso_qms_mot_cua import hooks
from iso_qms_mot_cua.hooks import MotCua

from iso_qms import BadInput
from iso_qms.testing import APPROVER, PROCESS, assert_conforms, office

from .conftest import V1, V2, Counter, local, process, step

SOURCE = Path(hooks.__file__).parent


def news(counter: Counter) -> None:
    counter.office.deliver_twice()


def findings(counter: Counter) -> list[str]:
    return [f.code for f in counter.plugin.iso_qms_reconcile(counter.office.qms.view, 0)]


def test_the_plugin_conforms() -> None:
    assert_conforms(MotCua())


def test_the_plugin_conforms_with_a_desk(tmp_path: Path) -> None:
    plugin = MotCua()
    plugin.iso_qms_ready(None, {"desk": f"sqlite:///{tmp_path / 'desk.db'}"})
    plugin._view = None
    assert_conforms(plugin)


def test_without_a_desk_it_stops_nothing(tmp_path: Path) -> None:
    with office(("mot_cua", MotCua())) as opened:
        assert (
            opened.issue("QT-07", process=process(step("a", "nobody", 480), total=240), service_codes=("2.000815",))
            == 1
        )


def test_an_unknown_setting_keeps_the_plugin_out() -> None:
    with pytest.raises(BadInput):
        MotCua().iso_qms_ready(None, {"dekk": "sqlite://"})


def test_a_role_without_an_account_stops_the_issue(counter: Counter) -> None:
    from iso_qms import Refused

    with pytest.raises(Refused) as refusal:
        counter.issue(process(step("tiep-nhan", "mot-cua", 240), step("do-dac", "dia-chinh", 240, "tiep-nhan")))
    assert "MC_ROLE_WITHOUT_ACCOUNT" in refusal.value.message("vi")
    assert "dia-chinh" in refusal.value.message("vi")


def test_steps_that_take_longer_than_announced_stop_the_issue(counter: Counter) -> None:
    from iso_qms import Refused

    with pytest.raises(Refused, match="MC_STEPS_EXCEED_TOTAL"):
        counter.issue(process(step("tiep-nhan", "mot-cua", 960), total=480))
    assert counter.issue(process(step("tiep-nhan", "mot-cua", 480), total=960)) == 2


def test_a_sunset_on_a_day_off_stops_the_issue(counter: Counter) -> None:
    from iso_qms import Refused

    counter.issue(V1)
    with pytest.raises(Refused, match="MC_SUNSET_DAY_OFF"):
        counter.issue(V2, date(2026, 1, 12), transition="migrate", sunset=date(2026, 2, 18))
    number = counter.office.approve("QT-TP-07", process=V2, service_codes=("2.000815",))
    counter.office.qms.issue(
        "QT-TP-07", number=number, effective=date(2026, 1, 12), decision="13/QĐ-UBND", transition="migrate",
        sunset=date(2026, 2, 13), by=APPROVER, base_checked=True,
    )  # fmt: skip


def test_a_document_that_no_desk_carries_is_not_its_business(counter: Counter) -> None:
    assert counter.office.issue("QT-01", process=process(step("a", "nobody", 480))) == 1


def test_the_impact_counts_open_dossiers_by_version(counter: Counter) -> None:
    counter.issue(V1)
    first = counter.receive().code
    counter.receive()
    done = counter.receive().code
    counter.handle(done)
    counter.desk.give_result(done, result="Giấy xác nhận", by="lan")
    [note] = counter.plugin.iso_qms_assess_impact(_candidate(counter, "migrate"), _ctx(counter))
    assert note.count == 2
    assert first in note.message_vi
    assert "phải chuyển sang phiên bản mới" in note.message_vi


def test_the_desk_follows_the_version_that_comes_into_force(counter: Counter) -> None:
    counter.issue(V1)
    news(counter)
    counter.issue(V2, date(2026, 1, 12))
    news(counter)
    assert counter.plugin._desk({}).read()["QT-TP-07"].version == 1
    assert findings(counter) == []
    counter.set(2026, 1, 12, 0)
    assert findings(counter) == ["C17"]
    news(counter)
    assert counter.plugin._desk({}).read()["QT-TP-07"].version == 2
    assert findings(counter) == []


def test_changed_steps_behind_the_same_number_are_found(counter: Counter) -> None:
    counter.issue(V1)
    news(counter)
    desk = counter.plugin._desk({})
    desk.set_to("QT-TP-07", 1, "0" * 64, V2)
    assert findings(counter) == ["C17"]


def test_the_desk_stops_receiving_with_a_suspension_and_goes_on_after_it(counter: Counter) -> None:
    counter.issue(V1)
    counter.office.qms.suspend("QT-TP-07", reason="Chờ hướng dẫn", scope="new", by=APPROVER)
    news(counter)
    assert not counter.plugin._desk({}).read()["QT-TP-07"].receiving
    counter.clock.move(days=1)
    counter.office.qms.resume("QT-TP-07", reason="Đã có hướng dẫn", by=APPROVER)
    news(counter)
    assert counter.plugin._desk({}).read()["QT-TP-07"].receiving


def test_a_withdrawal_is_noted_and_forgotten_when_called_off(counter: Counter) -> None:
    counter.issue(V1)
    qms = counter.office.qms
    qms.withdraw("QT-TP-07", effective=date(2026, 2, 2), decision="20/QĐ-UBND", reason="Bãi bỏ thủ tục", by=APPROVER)
    news(counter)
    assert counter.plugin._desk({}).read()["QT-TP-07"].withdrawn_from == local(2026, 2, 2)
    counter.clock.move(days=1)
    qms.rescind("QT-TP-07", reason="Hoãn", by=APPROVER)
    news(counter)
    assert counter.plugin._desk({}).read()["QT-TP-07"].withdrawn_from is None


def test_a_crash_of_the_relay_costs_nothing(counter: Counter) -> None:
    counter.issue(V1)
    counter.office.crash_relay_after(1)
    news(counter)
    assert counter.plugin._desk({}).read()["QT-TP-07"].version == 1


def test_a_dossier_keyed_around_the_desk_under_a_wrong_version_is_found(counter: Counter) -> None:
    from iso_qms.guard import Citation

    counter.issue(V1)
    counter.issue(V2, date(2026, 1, 12))
    counter.set(2026, 1, 13, 8)
    news(counter)
    code = counter.receive().code
    assert findings(counter) == []
    forged = Citation("QT-TP-07", 1, "01", "a" * 64, local(2026, 1, 13, 8))
    with counter.desk.reading() as session:
        from iso_qms_mot_cua.tables import Part

        session.add(Part(dossier=code, place=9, document="QT-TP-07", agency="x", reason="CURRENT"))
        session.execute(__import__("sqlalchemy").text("delete from qms_pin"))
        counter.desk.pins.add(code, forged, None)
    assert set(findings(counter)) == {"C18"}


def test_receipts_within_a_grace_period_are_no_finding(counter: Counter) -> None:
    counter.issue(V1)
    counter.issue(V2, date(2026, 1, 12), accept_old_until=date(2026, 1, 31))
    counter.set(2026, 1, 13, 8)
    news(counter)
    code = counter.receive(version=1).code
    assert counter.desk.citations(code)[0].version == 1
    assert findings(counter) == []


def test_a_late_dossier_without_a_word_is_found(counter: Counter) -> None:
    counter.issue(V1)
    news(counter)
    code = counter.receive().code
    counter.set(2026, 1, 8, 16)
    assert findings(counter) == []
    counter.set(2026, 1, 9, 8)
    assert findings(counter) == ["MC_NO_APOLOGY"]
    counter.desk.extend(code, reason="Máy hỏng", until=date(2026, 1, 13), by="chi")
    assert findings(counter) == []


def test_what_a_desk_cannot_work_by_is_said_before_approval(counter: Counter) -> None:
    bare = {**PROCESS, "components": [], "total": {}, "steps": [{"key": "a", "no": "B1", "roles": []}]}
    codes = {f.code for f in counter.plugin.iso_qms_check_process(bare, "QT-09", _ctx(counter))}
    assert codes == {"MC_NO_COMPONENTS", "MC_NO_TOTAL", "MC_STEP_WITHOUT_ROLE"}


def test_the_commands_report_and_explain_days(counter: Counter) -> None:
    import typer
    from typer.testing import CliRunner

    counter.issue(V1)
    news(counter)
    code = counter.receive().code
    app = typer.Typer()
    counter.plugin.iso_qms_provide_commands(app)
    app.command("nothing")(lambda: None)
    told = CliRunner().invoke(app, ["mot-cua", "report"])
    assert code in told.output
    told = CliRunner().invoke(app, ["mot-cua", "calendar", "13/02/2026", "--days", "2"])
    assert "17:00 24/02/2026" in told.output
    told = CliRunner().invoke(app, ["mot-cua", "calendar", "02/01/2026"])
    assert "12729/VPCP-KGVX" in told.output
    assert CliRunner().invoke(app, ["mot-cua", "calendar", "mai"]).exit_code == 2


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: path.name)
def test_it_imports_only_what_iso_qms_exports(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        assert not any(name.split(".")[0] == "iso_qms" for name in names)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "iso_qms":
            exported = importlib.import_module(node.module).__all__ if node.module != "iso_qms.testing" else None
            allowed = ("iso_qms", "iso_qms.guard", "iso_qms.testing", "iso_qms.documents")
            assert node.module in allowed or node.module.startswith("iso_qms.contrib.")
            assert exported is None or {alias.name for alias in node.names} <= set(exported)


def test_the_plugin_is_found_by_its_entry_point() -> None:
    from iso_qms.testing import Host

    host = Host().load()
    assert "mot_cua" in host.loaded


def _candidate(counter: Counter, transition: str):
    from iso_qms import Candidate

    return Candidate("issue", "QT-TP-07", "x", 1, 2, "02", "b" * 64, counter.clock.now(), transition=transition)


def _ctx(counter: Counter):
    from iso_qms import Context

    return Context("p_0", "an", counter.clock.now(), {}, counter.office.qms.view)
