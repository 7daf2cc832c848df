"""The guard at a one-stop desk: asks, insists, pins at receipt, follows each dossier, and says what to do."""

from __future__ import annotations

import asyncio
import pickle
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from iso_qms.contrib.sqlalchemy import SqlAlchemyPins, metadata
from iso_qms.domain.decision import Decision
from iso_qms.guard import (
    Action,
    AmbiguousScope,
    BreakGlassRefused,
    Citation,
    Claim,
    Denied,
    FixedSource,
    Freshness,
    Guard,
    MemoryPins,
    MigrationBlocked,
    NotPinned,
    NotReady,
    OutOfScope,
    PinConflict,
    Policy,
    ReceiptRefused,
    SnapshotRefused,
    Undecided,
    Verdict,
    active,
)
from iso_qms.guard.sqlite_pins import SqlitePins
from tests.domain.histories import day
from tests.guard.desk import AFTER, BEFORE, CODE, desk


@pytest.fixture(params=["memory", "sqlite", "sqlalchemy"])
def pins(request, tmp_path):
    """Every kind of store that a service may keep its citations in."""
    if request.param == "memory":
        yield MemoryPins()
        return
    if request.param == "sqlalchemy":
        engine = create_engine(f"sqlite:///{tmp_path / 'desk.db'}")
        metadata.create_all(engine)
        with Session(engine) as session, session.begin():
            yield SqlAlchemyPins(lambda: session)
        engine.dispose()
        return
    store = SqlitePins(tmp_path / "pins.db")
    yield store
    store.close_connection()


def test_current_names_the_version_in_force_or_none():
    """One question, one reference: document, number, label, digest."""
    guard, _ = desk(BEFORE)
    assert guard.current(CODE).number == 1
    assert guard.current(CODE, at=day(7, 1)).number == 2
    assert guard.current(CODE, at=day(12, 1, year=2025)) is None
    assert guard.current("QT-99") is None


def test_check_never_raises_for_a_no_and_require_does():
    """The same refusal as a value and as an exception with the decision in it."""
    guard, _ = desk(AFTER)
    decision = guard.check(CODE, version=1)
    assert (decision.verdict, decision.reason) == (Verdict.DENY, "SUPERSEDED")
    with pytest.raises(Denied) as refusal:
        guard.require(CODE, version="01/00")
    assert refusal.value.decision == decision
    assert "đã được thay thế" in refusal.value.message() and "superseded" in str(refusal.value)


def test_require_cites_the_version_to_follow():
    """What a dossier keeps: document, number, label, digest, instant, reason, position."""
    guard, _ = desk(AFTER)
    citation = guard.require(CODE)
    assert (citation.document, citation.version, citation.label, citation.at) == (CODE, 2, "02/00", AFTER)
    assert citation.sha256 == guard.current(CODE).sha256 and citation.pos == guard.status().pos


def test_a_mistyped_code_is_undecided_and_not_a_rule():
    """Unknown is folded into a no by the policy, and the exception says which it was."""
    guard, _ = desk(AFTER)
    assert guard.check("QT-99").verdict is Verdict.UNKNOWN
    with pytest.raises(Undecided, match="There is no document"):
        guard.require("QT-99")


def test_a_governed_function_runs_only_under_a_version_in_force():
    """The document may depend on the arguments; async functions are governed alike; it is asked at the call."""
    guard, clock = desk(BEFORE)

    @guard.governed(CODE, version=2)
    def receive(name):
        return f"received {name}"

    @guard.governed(lambda dossier: dossier["document"])
    async def receive_later(dossier):
        return "received"

    with pytest.raises(Denied, match="only from"):
        receive("HS-1")
    clock.at = AFTER
    assert receive("HS-1") == "received HS-1"
    assert receive.__name__ == "receive"
    assert asyncio.run(receive_later({"document": CODE})) == "received"
    with pytest.raises(Undecided):
        asyncio.run(receive_later({"document": "QT-99"}))


def test_the_receipt_decides_and_not_the_hour_of_keying_in(pins):
    """Received at 23:59 on 30/06 and keyed in after midnight: version 1; received after midnight: version 2."""
    guard, clock = desk(day(7, 1, 0, 5), pins=pins)
    assert guard.pin("HS-1", CODE, received_at=day(6, 30, 23, 59)).version == 1
    assert guard.pin("HS-2", CODE).version == 2
    clock.at = AFTER
    assert guard.pin("HS-1", CODE) == guard.pinned("HS-1", CODE)
    assert guard.pin("HS-1", CODE).version == 1


def test_a_receipt_in_the_future_or_long_ago_is_refused(pins):
    """Backdating is the way to keep an old form; a late entry needs an authority and leaves a record."""
    guard, _ = desk(AFTER, pins=pins)
    with pytest.raises(ReceiptRefused, match="future"):
        guard.pin("HS-1", CODE, received_at=AFTER + timedelta(hours=1))
    with pytest.raises(ReceiptRefused, match="authority"):
        guard.pin("HS-1", CODE, received_at=day(6, 20))
    assert guard.pin("HS-1", CODE, received_at=day(6, 20), authority="Trưởng phòng Tư pháp").version == 1
    assert [(o.denied, o.by) for o in pins.overrides("HS-1")] == [("BACKDATED", "Trưởng phòng Tư pháp")]


def test_a_dossier_finishes_under_its_version(pins):
    """Received under version 1, it goes on under version 1 after version 2 has started."""
    guard, clock = desk(BEFORE, pins=pins)
    with guard.dossier("HS-1", CODE) as ds:
        assert ds.pin.version == 1 and active() is ds
        assert ds.step("nhan", role="mot-cua").reason == "PINNED_CURRENT"
    assert active() is None
    clock.at = AFTER
    with guard.dossier("HS-1", CODE) as ds:
        assert ds.step("tham-dinh", role="cong-chuc-tu-phap", done=["nhan"]).reason == "PINNED_OLD"


def test_the_same_dossier_in_async_code():
    """`async with` pins and asks just so."""
    guard, _ = desk(BEFORE)

    async def work():
        async with guard.adossier("HS-1", CODE) as ds:
            assert active() is ds
            return ds.step("nhan").reason, (await guard.apin("HS-1", CODE)).version, (await guard.acheck(CODE)).reason

    assert asyncio.run(work()) == ("PINNED_CURRENT", 1, "CURRENT")
    assert asyncio.run(guard.arequire(CODE)).version == 1


def test_a_suspension_between_two_steps_stops_the_second():
    """The scope asks again at every step."""
    guard, clock = desk(BEFORE)
    with guard.dossier("HS-1", CODE) as ds:
        ds.step("nhan")
        guard.source.suspend(CODE, BEFORE + timedelta(hours=1))
        clock.at = BEFORE + timedelta(hours=2)
        with pytest.raises(Denied, match="suspended"):
            ds.step("tham-dinh", done=["nhan"])


@pytest.mark.parametrize(
    ("step", "question", "reason"),
    [
        ("ky", {"done": ["nhan", "tham-dinh"], "role": "lanh-dao"}, "PINNED_CURRENT"),
        ("dong-dau", {}, "STEP_UNKNOWN"),
        ("ky", {"done": ["nhan"]}, "STEP_OUT_OF_ORDER"),
        ("ky", {"done": ["nhan"], "waived": ["tham-dinh"]}, "PINNED_CURRENT"),
        ("nhan", {"role": "lanh-dao"}, "STEP_ROLE"),
        ("nhan", {"components": []}, "STEP_COMPONENT_MISSING"),
        ("nhan", {"components": ["to-khai"]}, "PINNED_CURRENT"),
        ("nhan", {"due": BEFORE - timedelta(minutes=1)}, "STEP_OVERDUE"),
        ("nhan", {"due": BEFORE}, "PINNED_CURRENT"),
    ],
)
def test_a_step_is_judged_by_the_process_of_the_pinned_version(step, question, reason):
    """Known, in order, by the right role, complete; late is a warning and may be done."""
    guard, _ = desk(BEFORE)
    with guard.dossier("HS-1", CODE) as ds:
        try:
            decision = ds.step(step, **question)
        except Denied as refusal:
            decision = refusal.decision
    assert decision.reason == reason
    assert decision.allowed == (reason in ("PINNED_CURRENT", "STEP_OVERDUE"))
    assert decision.deadline == (question["due"] if reason == "STEP_OVERDUE" else None)


def test_a_plan_names_the_new_mandatory_step_behind_and_changes_nothing(pins):
    """Standing at "ky", version 2 wants "xin-y-kien" before it; the optional survey behind the end does not matter."""
    guard, clock = desk(BEFORE, "migrate", pins=pins)
    guard.pin("HS-1", CODE)
    clock.at = AFTER
    plan = guard.plan_migration("HS-1", CODE, step="ky", done=["nhan", "tham-dinh"])
    assert (plan.behind, plan.continues_at, plan.gone, plan.to.number) == (("xin-y-kien",), "ky", (), 2)
    assert guard.pinned("HS-1", CODE).version == 1
    with pytest.raises(MigrationBlocked, match="xin-y-kien"):
        guard.migrate(plan, by="cb-0412", authority="QĐ 120/QĐ-UBND")
    with pytest.raises(MigrationBlocked, match="authority"):
        guard.migrate(plan, by="cb-0412", authority=" ", waive=["xin-y-kien"])
    assert guard.pinned("HS-1", CODE).version == 1


def test_a_dossier_at_its_beginning_has_nothing_behind():
    """At "nhan" the new step still lies ahead and will be done in order."""
    guard, clock = desk(BEFORE, "migrate")
    guard.pin("HS-1", CODE)
    clock.at = AFTER
    assert guard.plan_migration("HS-1", CODE, step="nhan").needs_nothing
    assert guard.plan_migration("HS-1", CODE, step="ky", done=["xin-y-kien"]).needs_nothing


def test_migrating_adds_a_citation_with_who_and_why(pins):
    """The old citation stays; the new one is active; what was waived is kept beside it."""
    guard, clock = desk(BEFORE, "migrate", pins=pins)
    old = guard.pin("HS-1", CODE)
    clock.at = AFTER
    assert guard.check(CODE, action="continue", pin=old).reason == "MIGRATE_REQUIRED"
    plan = guard.plan_migration("HS-1", CODE, step="ky")
    new = guard.migrate(plan, by="cb-0412", authority="QĐ 120/QĐ-UBND", waive=["xin-y-kien"])
    assert pins.history("HS-1", CODE) == [old, new]
    assert (new.version, new.reason) == (2, "migrated")
    act = pins.acts("HS-1", CODE)[1]
    assert (act["by"], act["authority"], act["waived"], act["from"]) == ("cb-0412", "QĐ 120/QĐ-UBND", ["xin-y-kien"], 1)
    assert guard.check(CODE, action="continue", pin=new).reason == "PINNED_CURRENT"
    with pytest.raises(PinConflict):
        guard.migrate(plan, by="cb-0412", authority="QĐ 120/QĐ-UBND", waive=["xin-y-kien"])


def test_a_plan_is_asked_again_when_it_is_carried_out():
    """Suspended between the plan and the act: the act is refused and nothing was written."""
    guard, clock = desk(BEFORE, "migrate")
    guard.pin("HS-1", CODE)
    clock.at = AFTER
    plan = guard.plan_migration("HS-1", CODE, step="nhan")
    guard.source.suspend(CODE, AFTER)
    with pytest.raises(Denied):
        guard.migrate(plan, by="cb-0412", authority="QĐ 120/QĐ-UBND")
    assert guard.pinned("HS-1", CODE).version == 1


def test_a_chosen_version_is_recorded_as_chosen():
    """The applicant elected the new rules: the citation says so."""
    guard, clock = desk(BEFORE, "elect")
    pin = guard.pin("HS-1", CODE)
    clock.at = AFTER
    assert guard.check(CODE, action="continue", pin=pin, elected=True).reason == "MIGRATE_ELECTED"
    plan = guard.plan_migration("HS-1", CODE, step="nhan", elected=True)
    assert guard.migrate(plan, by="cb-0412", authority="Đơn của người nộp").reason == "elected"


def test_restarting_names_an_authority_and_a_reason(pins):
    """Nobody starts over because it is convenient."""
    guard, clock = desk(BEFORE, "restart", pins=pins)
    guard.pin("HS-1", CODE)
    clock.at = AFTER
    with pytest.raises(ReceiptRefused):
        guard.restart("HS-1", CODE, by="cb-0412", authority="", reason="")
    citation = guard.restart("HS-1", CODE, by="cb-0412", authority="QĐ 120/QĐ-UBND", reason="Mẫu đơn mới")
    assert (citation.version, citation.reason) == (2, "restarted")


def test_moving_what_was_never_pinned_is_refused():
    """There is nothing to move, and no pin is invented."""
    guard, _ = desk(AFTER)
    with pytest.raises(NotPinned):
        guard.plan_migration("HS-9", CODE)
    assert guard.pins.get("HS-9", CODE) is None


def test_checking_changes_nothing(pins):
    """After a hundred checks of every kind there is still no pin and no override."""
    guard, _ = desk(AFTER, pins=pins)
    for action in Action:
        for version in (None, 1, 2, "02/00", "x"):
            guard.check(CODE, action=action, version=version)
    assert list(pins.active(CODE)) == [] and pins.overrides() == []


def test_a_procedure_and_a_unit_lead_to_one_document():
    """mã TTHC + unit -> document; none and several are refusals of their own."""
    guard, _ = desk(AFTER)
    assert guard.document_for("2.000815", "H46.1") == CODE
    with pytest.raises(OutOfScope):
        guard.document_for("2.000815", "H46.9")
    assert guard.check_procedure("2.000815", unit="H46.1").reason == "CURRENT"
    assert guard.check_procedure("2.000815", unit="H46.9").reason == "OUT_OF_SCOPE"
    assert guard.check(CODE, unit="H46.9").reason == "OUT_OF_SCOPE"
    pin = guard.pin("HS-1", CODE, unit="H46.1")
    assert guard.check(CODE, action="continue", pin=pin, unit="H46.9").reason == "PINNED_CURRENT"


def test_two_documents_of_equal_rank_are_refused_and_the_nearer_one_wins():
    """A commune's own text goes before the province's; two of the commune's are a fault to report."""
    claims = [Claim("QT-A", "1.001"), Claim("QT-B", "1.001", ("H46.1",)), Claim("QT-C", "1.001", ("H46.2",))]
    dates = {code: [(date(2026, 1, 1), 1)] for code in ("QT-A", "QT-B", "QT-C", "QT-D")}
    guard = Guard.fixed(dates, claims=claims)
    assert [guard.document_for("1.001", unit) for unit in ("H46.1", "H46.2", "H46.3")] == ["QT-B", "QT-C", "QT-A"]
    guard = Guard.fixed(dates, claims=[*claims, Claim("QT-D", "1.001", ("H46.1",))])
    with pytest.raises(AmbiguousScope, match="QT-B, QT-D"):
        guard.document_for("1.001", "H46.1")
    decision = guard.check_procedure("1.001", unit="H46.1")
    assert (decision.verdict, decision.reason, decision.document) == (Verdict.DENY, "AMBIGUOUS_SCOPE", "QT-B, QT-D")


def test_learning_mode_stops_nobody_and_counts_what_it_would_have():
    """The first weeks: a check still tells the truth, require lets pass and notes it."""
    guard, _ = desk(AFTER, policy=Policy(observe=True))
    assert guard.check(CODE, version=1).verdict is Verdict.DENY
    for _ in range(3):
        assert guard.require(CODE, version=1).version == 1
    assert guard.observed.report() == [(CODE, "start", "SUPERSEDED", 3)]
    with pytest.raises(Denied):
        guard.require("QT-99")


def test_breaking_the_glass_lets_one_dossier_go_on_for_a_while(pins):
    """Named, reasoned, limited to this reason and a day, confirmed by another person afterwards."""
    guard, clock = desk(BEFORE, "migrate", pins=pins)
    pin = guard.pin("HS-1", CODE)
    guard.pin("HS-2", CODE)
    clock.at = AFTER
    denied = guard.check(CODE, action="continue", pin=pin)
    day_long = {"at": AFTER, "lasting": timedelta(hours=2)}
    with pytest.raises(BreakGlassRefused, match="reason"):
        guard.break_glass.open("HS-1", denied, by="tp-01", reason=" ", **day_long)
    with pytest.raises(BreakGlassRefused, match="24 hours"):
        guard.break_glass.open("HS-1", denied, by="tp-01", reason="Khẩn", at=AFTER, lasting=timedelta(days=2))
    record = guard.break_glass.open("HS-1", denied, by="tp-01", reason="Người bệnh nặng", **day_long)
    guard.dossier("HS-1", CODE).go_on()
    with pytest.raises(Denied):
        guard.dossier("HS-2", CODE).go_on()
    guard.source.suspend(CODE, AFTER + timedelta(minutes=1), AFTER + timedelta(minutes=2))
    clock.at = AFTER + timedelta(minutes=1)
    with pytest.raises(Denied, match="suspended"):
        guard.dossier("HS-1", CODE).go_on()
    with pytest.raises(BreakGlassRefused):
        guard.break_glass.ratify(record.number, by="tp-01", ratification="Tự phê")
    assert [o.number for o in guard.break_glass.waiting()] == [record.number]
    assert guard.break_glass.ratify(record.number, by="ct-01", ratification="CV 5").ratified_by == "ct-01"
    assert guard.break_glass.waiting() == []
    with pytest.raises(BreakGlassRefused):
        guard.break_glass.ratify(record.number, by="pct-02", ratification="CV 6")
    clock.at = AFTER + timedelta(hours=2)
    with pytest.raises(Denied):
        guard.dossier("HS-1", CODE).go_on()


def test_there_is_no_glass_to_break_where_nothing_was_approved():
    """An unknown document, an altered content, a draft: there is nothing that a supervisor could let follow."""
    guard, _ = desk(AFTER)
    for question in ({"version": 9}, {"version": 2, "sha256": "0" * 64}, {}):
        decision = guard.check(CODE, **question)
        with pytest.raises(BreakGlassRefused):
            guard.break_glass.open("HS-1", decision, by="a", reason="b", at=AFTER, lasting=timedelta(hours=1))


def test_the_drain_report_shows_who_still_holds_old_versions(pins):
    """Open dossiers per version, the oldest of each, and what is due for it; closed ones no longer count."""
    guard, clock = desk(BEFORE, "migrate", pins=pins)
    for name in ("HS-1", "HS-2", "HS-3"):
        clock.at += timedelta(minutes=1)
        guard.pin(name, CODE)
    clock.at = AFTER
    guard.pin("HS-4", CODE)
    pins.close("HS-1", CODE, AFTER)
    rows = guard.drain(CODE)
    assert [(r.version, r.dossiers, r.oldest, r.decision.reason) for r in rows] == [
        (1, 2, "HS-2", "MIGRATE_REQUIRED"),
        (2, 1, "HS-4", "PINNED_CURRENT"),
    ]


class Aged(FixedSource):
    """Knowledge whose age the test says."""

    always_fresh = False

    def __init__(self, freshness: Freshness, said=None) -> None:
        super().__init__({CODE: [(date(2026, 1, 1), 1), (date(2026, 7, 1), 2)]})
        self._freshness, self._said = freshness, said

    def freshness(self, now: datetime, document=None) -> Freshness:
        return self._freshness

    def on_unknown(self, document: str):
        return self._said


@pytest.mark.parametrize(
    ("freshness", "verdict", "reason"),
    [
        (Freshness.FRESH, "allow", "CURRENT"),
        (Freshness.STALE, "warn", "CURRENT/STALE"),
        (Freshness.CLOCK_SUSPECT, "warn", "CURRENT/CLOCK_SUSPECT"),
        (Freshness.REFUSED, "warn", "CURRENT/REFUSED"),
        (Freshness.EXPIRED, "unknown", "CURRENT/EXPIRED"),
    ],
)
def test_old_knowledge_weakens_an_allow_and_never_a_deny(freshness, verdict, reason):
    """Superseded does not become current again because the line is down."""
    guard = Guard(Aged(freshness), clock=lambda: AFTER)
    decision = guard.check(CODE)
    assert (decision.verdict.value, decision.reason, decision.freshness) == (verdict, reason, freshness)
    old = guard.check(CODE, version=1)
    assert (old.verdict.value, old.reason, old.freshness) == ("deny", "SUPERSEDED", freshness)


def test_expired_knowledge_is_settled_by_the_authority_and_the_office_may_only_tighten():
    """Nothing said: receiving goes on with a warning. The authority says no: no. The office cannot soften that."""
    clock = lambda: AFTER  # noqa: E731
    assert Guard(Aged(Freshness.EXPIRED), clock=clock).require(CODE).version == 2
    no = {Action.START: Verdict.DENY}
    with pytest.raises(Undecided):
        Guard(Aged(Freshness.EXPIRED, no), clock=clock).require(CODE)
    with pytest.raises(Undecided):
        Guard(Aged(Freshness.EXPIRED), clock=clock, policy=Policy(on_unknown=no)).require(CODE)
    softer = Policy(on_unknown={Action.START: Verdict.ALLOW})
    with pytest.raises(Undecided):
        Guard(Aged(Freshness.EXPIRED, no), clock=clock, policy=softer).require(CODE)


def test_an_office_may_be_stricter_for_a_reason_and_never_laxer():
    """This office wants no receipt without a named unit; its wish to allow what is superseded is left out."""
    guard, _ = desk(AFTER, policy=Policy(stricter={"CURRENT": Verdict.WARN, "SUPERSEDED": Verdict.ALLOW}))
    assert guard.check(CODE).verdict is Verdict.WARN
    assert guard.check(CODE, version=1).verdict is Verdict.DENY


def test_plugins_may_tighten_and_their_defects_change_nothing():
    """A laxer answer, an exception, nonsense: the answer of the register stands. A stricter one counts."""
    seen: list[Decision] = []
    laxer = lambda d: d.with_answer(verdict=Verdict.ALLOW, reason="OURS")  # noqa: E731
    stricter = lambda d: d.stricter(Verdict.DENY, "PARTNER")  # noqa: E731
    guard, _ = desk(AFTER, refine=[laxer, lambda d: 1 / 0, lambda d: "yes"], observe=[seen.append, lambda d: 1 / 0])
    assert guard.check(CODE, version=1).reason == "SUPERSEDED"
    assert [d.reason for d in seen] == ["SUPERSEDED"]
    guard, _ = desk(AFTER, refine=[stricter, laxer])
    assert guard.check(CODE).reason == "PARTNER"


def test_status_and_changes_say_what_moved_and_what_comes():
    """The next planned change, the position, and what was recorded after one."""
    guard, _ = desk(BEFORE)
    status = guard.status()
    assert (status.freshness, status.next_change, status.light) == (Freshness.FRESH, day(7, 1), "green")
    guard.source.suspend(CODE, BEFORE)
    kinds = [(c.kind, c.version) for c in guard.changes(0)]
    assert kinds == [("issued", 1), ("issued", 2), ("suspended", None)]
    assert [c.kind for c in guard.changes(2)] == ["suspended"]


def test_a_machine_without_any_data_is_not_ready():
    """Never had a snapshot is not the same as an old one: always a no, of its own kind."""

    class Nothing(FixedSource):
        always_fresh = False

        def freshness(self, now, document=None):
            return Freshness.NO_SNAPSHOT

    guard = Guard(Nothing({}), clock=lambda: AFTER)
    decision = guard.check(CODE)
    assert (decision.verdict, decision.reason) == (Verdict.UNKNOWN, "NO_SNAPSHOT")
    with pytest.raises(NotReady):
        guard.require(CODE)


def test_decisions_and_refusals_travel_between_processes():
    """What a worker process raises or returns arrives whole in the one that asked."""
    guard, clock = desk(BEFORE, "migrate")
    guard.pin("HS-1", CODE)
    clock.at = AFTER
    plan = guard.plan_migration("HS-1", CODE, step="ky")
    decision = guard.check(CODE, version=1)
    travelled = [
        pickle.loads(pickle.dumps(thing))
        for thing in (
            decision,
            plan,
            Denied(decision),
            MigrationBlocked(plan, plan.behind),
            SnapshotRefused("FORK", "H46"),
        )
    ]
    assert travelled[:2] == [decision, plan]
    assert travelled[2].decision == decision and travelled[2].message() == decision.message()
    assert travelled[3].plan == plan and "xin-y-kien" in travelled[3].message("en")
    assert (travelled[4].why, travelled[4].scope) == ("FORK", "H46")


def test_pins_are_never_changed_or_deleted(tmp_path):
    """The database itself refuses it, whoever asks."""
    import sqlite3

    pins = SqlitePins(tmp_path / "pins.db")
    guard, _ = desk(BEFORE, pins=pins)
    guard.pin("HS-1", CODE)
    for statement in ("UPDATE qms_pin SET version=2", "DELETE FROM qms_pin"):
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            pins._connection.execute(statement)
    pins.close_connection()
    again = SqlitePins(tmp_path / "pins.db")
    assert again.get("HS-1", CODE).version == 1
    again.close_connection()


def test_a_citation_lives_and_dies_with_the_services_own_transaction(tmp_path):
    """Pinned inside the desk's transaction and rolled back with it."""
    import sqlite3

    connection = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
    connection.execute("CREATE TABLE ho_so (ma TEXT)")
    guard, _ = desk(BEFORE, pins=SqlitePins(connection))
    connection.execute("BEGIN")
    connection.execute("INSERT INTO ho_so VALUES ('HS-1')")
    guard.pin("HS-1", CODE)
    connection.execute("ROLLBACK")
    assert guard.pins.get("HS-1", CODE) is None
    connection.execute("BEGIN")
    guard.pin("HS-1", CODE)
    connection.execute("COMMIT")
    assert guard.pins.get("HS-1", CODE).version == 1
    connection.close()


def test_a_citation_lives_and_dies_with_the_services_session(tmp_path):
    """The desk's own ORM transaction: dossier and citation are there together or not at all."""
    engine = create_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE ho_so (ma TEXT)"))
    for fails in (True, False):
        with Session(engine) as session:
            guard, _ = desk(BEFORE, pins=SqlAlchemyPins(lambda s=session: s))
            session.execute(text("INSERT INTO ho_so VALUES ('HS-1')"))
            guard.pin("HS-1", CODE)
            if fails:
                session.rollback()
            else:
                session.commit()
        with Session(engine) as session:
            held = SqlAlchemyPins(lambda s=session: s).get("HS-1", CODE)
            count = session.execute(text("SELECT count(*) FROM ho_so")).scalar_one()
            assert (held is None, count) == ((True, 0) if fails else (False, 1))
    engine.dispose()


def test_two_counters_that_pin_at_the_same_moment_end_with_one_citation(new_postgres_url):
    """Both compared before either wrote: the key of the table lets one win, and the other takes the winner's."""
    engine = create_engine(new_postgres_url())
    metadata.create_all(engine)
    guard, _ = desk(BEFORE)
    early, late = guard.require(CODE), replace(guard.require(CODE), at=BEFORE + timedelta(seconds=1))
    with Session(engine) as first, Session(engine) as second:
        assert SqlAlchemyPins(lambda: second).get("HS-1", CODE) is None
        SqlAlchemyPins(lambda: first).add("HS-1", early, None)
        first.commit()
        with pytest.raises(PinConflict):
            SqlAlchemyPins(lambda: second).add("HS-1", late, None)
        guard.pins = SqlAlchemyPins(lambda: second)
        assert guard.pin("HS-1", CODE) == early
        assert [row.dossiers for row in guard.drain(CODE)] == [1]
        guard.pins.close("HS-1", CODE, BEFORE)
        guard.pins.close("HS-1", CODE, BEFORE)
        assert guard.drain(CODE) == [] and guard.pins.acts("HS-1", CODE) == [{}]
        denied = guard.check(CODE, version=2)
        record = guard.break_glass.open("HS-2", denied, by="a", reason="b", at=BEFORE, lasting=timedelta(hours=1))
        assert guard.break_glass.ratify(record.number, by="c", ratification="d").ratified_by == "c"
        assert guard.break_glass.waiting() == []
    engine.dispose()


def test_two_receipts_of_one_dossier_at_once_give_one_pin(tmp_path):
    """Sixteen clerks press the button together: one citation, and everybody gets it."""
    import threading

    pins = SqlitePins(tmp_path / "pins.db")
    guard, _ = desk(BEFORE, pins=pins)
    got: list[Citation] = []
    threads = [threading.Thread(target=lambda: got.append(guard.pin("HS-1", CODE))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 16 and len(set(got)) == 1 and len(pins.history("HS-1", CODE)) == 1
    pins.close_connection()


def test_a_pin_under_grace_names_the_old_version(pins):
    """During the grace for new dossiers a claimed predecessor is received with a warning and cited as such."""
    guard, clock = desk(AFTER, pins=pins)
    timeline = guard.source.timeline(CODE)
    first, second = timeline.entries
    guard.source.put(replace(timeline, entries=(first, replace(second, accept_old_until=day(7, 15)))))
    assert guard.check(CODE, version=1).reason == "GRACE"
    assert guard.pin("HS-1", CODE, version=1).version == 1
    clock.at = day(7, 15)
    with pytest.raises(Denied):
        guard.pin("HS-2", CODE, version=1)
