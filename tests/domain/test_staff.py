"""Every act upon persons, units, chains, mandates and change requests: who may, and what makes no sense."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from iso_qms.domain import errors, staff
from iso_qms.domain import events as ev
from iso_qms.domain.acts import Moment
from iso_qms.domain.chain import DEFAULT_CHAIN
from iso_qms.domain.people import CAPACITIES, ROLES, Actor, Mandate
from iso_qms.domain.staff import PersonState, Unit
from tests.support.clock import OPENING
from tests.support.office import refuses
from tests.support.paper import DANHGIA, DUYET, SOAN, THUKY, XEMXET, lent, person, step

ROOT = Actor("o_1", "operator:vanthu", operator=True)
QUANTRI = person("quantri", "administrator")
DAY = date(2026, 1, 5)
UNITS = {"TUPHAP": Unit("TUPHAP", "Tư pháp", DAY), "VP": Unit("VP", "Văn phòng", DAY)}
EVERYBODY = (SOAN, XEMXET, DUYET, THUKY, DANHGIA)


def state(login: str = "soan", *roles: str, **more: Any) -> PersonState:
    return PersonState(f"p_{login}", set(roles or ("drafter",)), **more)


def recorded(*listed: ev.Event, by: str = "p_x") -> list[ev.Recorded]:
    return [ev.Recorded(pos, OPENING, by, event) for pos, event in enumerate(listed)]


def asleep(actor: Actor) -> Actor:
    return replace(actor, active=False)


ADMINISTRATION = {
    "add": lambda a: staff.add_person(actor=a, person="p_new", roles=["drafter"], unit=None),
    "change": lambda a: staff.change_person(state(), actor=a, unit="VP"),
    "grant": lambda a: staff.grant(state(), actor=a, login="soan", role="reviewer"),
    "revoke": lambda a: staff.revoke(state(), actor=a, login="soan", role="drafter"),
    "password": lambda a: staff.set_credential(state(), actor=a, verifier_sha256="0" * 64, own=False),
    "deactivate": lambda a: staff.deactivate(state(), actor=a, reason="Nghỉ hưu"),
    "reactivate": lambda a: staff.reactivate(state(active=False), actor=a, reason="Trở lại"),
    "erase": lambda a: staff.erase(state(), actor=a, names=("name",), legal_basis="Luật 91/2025/QH15"),
}
WITH_THE_CONTROLLER = {
    "unit add": lambda a: staff.add_unit(UNITS, actor=a, code="DC", name="Địa chính", since=DAY, parent="VP"),
    "unit end": lambda a: staff.end_unit(
        UNITS, actor=a, code="TUPHAP", how="merged", since=DAY, decision="1/QĐ", successor="VP"
    ),
    "chain define": lambda a: staff.define_chain(DEFAULT_CHAIN, actor=a),
    "mandate grant": lambda a: mandate(actor=a),
    "mandate revoke": lambda a: staff.revoke_mandate(STANDING, actor=a, reason="Hết đợt nghỉ"),
}
STANDING = Mandate(7, XEMXET.id, SOAN.id, "reviewer", "KT", "QĐ 7", DAY)


def mandate(**more: Any) -> ev.MandateGranted:
    facts: dict[str, Any] = {
        "actor": ROOT,
        "principal": state("xemxet", "reviewer"),
        "holder": state("pho", "drafter"),
        "role": "reviewer",
        "capacity": "KT",
        "legal_basis": "QĐ 7/QĐ-UBND",
        "since": DAY,
        "until": None,
    }
    return staff.grant_mandate(**(facts | more))


@pytest.mark.parametrize("name", ADMINISTRATION)
def test_only_an_administrator_or_the_operator_administers_persons(name: str) -> None:
    act = ADMINISTRATION[name]
    assert isinstance(act(ROOT), ev.Event) and isinstance(act(QUANTRI), ev.Event)
    for who in EVERYBODY:
        with refuses(errors.NoRight):
            act(who)
    with refuses(errors.Inactive):
        act(asleep(QUANTRI))


@pytest.mark.parametrize("name", WITH_THE_CONTROLLER)
def test_the_controller_keeps_units_chains_and_mandates_too(name: str) -> None:
    act = WITH_THE_CONTROLLER[name]
    for who in (ROOT, QUANTRI, THUKY):
        assert isinstance(act(who), ev.Event)
    for who in (SOAN, DUYET, DANHGIA):
        with refuses(errors.NoRight):
            act(who)
    with refuses(errors.Inactive):
        act(asleep(THUKY))


# --- persons --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["soan", " SoAn ", "le.thi-soan_2", "ab", "a" * 40])
def test_account_names_are_plain_and_in_small_letters(login: str) -> None:
    assert staff.clean_login(login) == login.strip().lower()


@pytest.mark.parametrize(
    "login", ["", "a", "a" * 41, "1soan", "soạn", "so an", "soan\n.", "so\x00an", "-soan", "sоan", "{a}"]
)
def test_this_is_no_account_name(login: str) -> None:
    with refuses(errors.BadText):
        staff.clean_login(login)


def test_roles_come_from_the_list_and_count_once() -> None:
    assert staff.add_person(actor=ROOT, person="p", roles=["drafter", "drafter"], unit=None).roles == ("drafter",)
    with refuses(errors.BadChoice):
        staff.add_person(actor=ROOT, person="p", roles=["king"], unit=None)
    with refuses(errors.BadChoice):
        staff.grant(state(), actor=ROOT, login="soan", role="king")
    with refuses(errors.BadChoice):
        staff.revoke(state(), actor=ROOT, login="soan", role="king")


def test_nobody_gives_roles_to_themselves() -> None:
    with refuses(errors.NoRight):
        staff.grant(state("quantri", "administrator"), actor=QUANTRI, login="quantri", role="approver")


def test_what_changes_nothing_is_not_recorded() -> None:
    with refuses(errors.RoleHeld):
        staff.grant(state(), actor=ROOT, login="soan", role="drafter")
    with refuses(errors.RoleHeld):
        staff.revoke(state(), actor=ROOT, login="soan", role="auditor")
    with refuses(errors.StateUnchanged):
        staff.deactivate(state(active=False), actor=ROOT, reason="x")
    with refuses(errors.StateUnchanged):
        staff.reactivate(state(), actor=ROOT, reason="x")


def test_the_first_secret_is_handed_over_and_a_later_one_of_others_must_be_changed() -> None:
    set_ = {"verifier_sha256": "0" * 64}
    assert not staff.set_credential(state(), actor=ROOT, own=False, **set_).reset
    assert staff.set_credential(state(credential=3), actor=ROOT, own=False, **set_).reset
    assert not staff.set_credential(state(credential=3, must_change=True), actor=SOAN, own=True, **set_).reset
    with refuses(errors.Inactive):
        staff.set_credential(state(active=False), actor=SOAN, own=True, **set_)


@pytest.mark.parametrize("secret", ["", "ngan", "mat-khau-", "Le.Thi.Soan.2", "x" * 1025])
def test_a_secret_is_long_enough_and_not_the_account(secret: str) -> None:
    with refuses(errors.WeakSecret):
        staff.check_secret(secret, "le.thi.soan.2")
    staff.check_secret("mat-khau-1", "le.thi.soan.2")


def test_a_person_is_what_the_journal_says_of_them() -> None:
    granted = ev.MandateGranted("p_b", "p_a", "reviewer", "KT", "QĐ 7", DAY, None, ("VP",))
    history = recorded(
        ev.PersonAdded("p_a", ("drafter",), "VP"),
        ev.RoleGranted("p_a", "auditor"),
        ev.RoleRevoked("p_a", "drafter"),
        ev.CredentialSet("p_a", "0" * 64),
        ev.CredentialSet("p_a", "1" * 64, reset=True),
        ev.PersonChanged("p_a", "TUPHAP"),
        granted,
        ev.PersonDeactivated("p_a", "x"),
        ev.DataErased("p_a", ("name",), "x"),
    )
    found = PersonState.fold("p_a", history)
    assert (found.roles, found.unit, found.active, found.credential, found.must_change) == (
        *({"auditor"}, "TUPHAP", False),
        *(4, True),
    )
    assert list(found.mandates) == [6]
    more = [*history, *recorded(ev.PersonReactivated("p_a", "x"), ev.MandateRevoked(6, "p_a", "x"))]
    again = PersonState.fold("p_a", more)
    assert again.active and not again.mandates


# --- units ----------------------------------------------------------------------------------------------------------


def test_a_unit_code_is_given_once_and_its_parent_exists() -> None:
    add = {"actor": ROOT, "name": "Địa chính", "since": DAY}
    assert staff.add_unit(UNITS, code=" DC ", parent=None, **add).unit == "DC"
    with refuses(errors.UnitTaken):
        staff.add_unit(UNITS, code="VP", parent=None, **add)
    with refuses(errors.UnknownUnit):
        staff.add_unit(UNITS, code="DC", parent="XX", **add)
    with refuses(errors.BadText):
        staff.add_unit(UNITS, code="", parent=None, **add)


def test_a_unit_ends_once_and_what_follows_it_exists() -> None:
    end: dict[str, Any] = {"actor": ROOT, "code": "TUPHAP", "since": DAY, "decision": "1/QĐ"}
    with refuses(errors.UnknownUnit):
        staff.end_unit(UNITS, how="merged", successor="VP", **end | {"code": "XX"})
    with refuses(errors.MissingField):
        staff.end_unit(UNITS, how="renamed", successor=None, **end)
    for nobody in ("XX", "TUPHAP"):
        with refuses(errors.UnknownUnit):
            staff.end_unit(UNITS, how="merged", successor=nobody, **end)
    with refuses(errors.BadChoice):
        staff.end_unit(UNITS, how="vanished", successor="VP", **end)
    assert staff.end_unit(UNITS, how="dissolved", successor=None, **end).successor is None
    ended = UNITS | {"TUPHAP": replace(UNITS["TUPHAP"], ended=DAY, successor="VP")}
    with refuses(errors.UnitGone):
        staff.end_unit(ended, how="merged", successor="VP", **end)


def test_who_answers_for_a_unit_on_a_day_follows_the_line_of_successors() -> None:
    units = staff.fold_units(
        recorded(
            ev.UnitAdded("A", "A", date(2020, 1, 1)),
            ev.UnitAdded("B", "B", date(2025, 7, 1)),
            ev.UnitAdded("C", "C", date(2026, 1, 1)),
            ev.UnitEnded("A", "merged", date(2025, 7, 1), "1/NQ", "B"),
            ev.UnitEnded("B", "renamed", date(2026, 1, 1), "2/NQ", "C"),
        )
    )
    days = (date(2025, 6, 30), date(2025, 7, 1), date(2025, 12, 31), date(2026, 1, 1))
    assert [staff.unit_on(units, "A", day) for day in days] == ["A", "B", "B", "C"]
    assert staff.unit_on(units, "LẠ", DAY) == "LẠ"


def test_a_circle_of_successors_comes_to_an_end() -> None:
    units = {
        "A": Unit("A", "A", DAY, ended=DAY, successor="B"),
        "B": Unit("B", "B", DAY, ended=DAY, successor="A"),
    }
    assert staff.unit_on(units, "A", DAY) in units


# --- chains and mandates --------------------------------------------------------------------------------------------


def test_a_chain_is_kept_clean_and_the_newest_definition_counts() -> None:
    messy = replace(
        DEFAULT_CHAIN, title="  Soát  xét ", steps=tuple(replace(s, title=f" {s.title} ") for s in DEFAULT_CHAIN.steps)
    )
    event = staff.define_chain(messy, actor=ROOT)
    assert event.steps == DEFAULT_CHAIN.steps and event.title == "Soát xét"
    second = replace(event, title="Mới")
    assert staff.fold_chains(recorded(event, second))["mac-dinh"].title == "Mới"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"steps": ()}, errors.BadChain),
        ({"steps": (step("x", 1, "approval", quorum=10**6),)}, errors.BadChain),
        ({"name": "a\x00b"}, errors.BadText),
        ({"title": ""}, errors.BadText),
        ({"steps": (replace(step("x", 1, "approval"), key="\u202e"),)}, errors.BadText),
        ({"steps": (replace(step("x", 1, "approval"), title="x" * 999),)}, errors.BadText),
        ({"kinds": ("quy trình",)}, errors.BadChoice),
        ({"classes": ("huge",)}, errors.BadChoice),
        ({"units": ("",)}, errors.BadText),
    ],
)
def test_a_chain_that_makes_no_sense_is_not_defined(change: dict[str, Any], refusal: type[errors.QmsError]) -> None:
    with refuses(refusal):
        staff.define_chain(replace(DEFAULT_CHAIN, **change), actor=ROOT)


@pytest.mark.parametrize("capacity", CAPACITIES)
def test_the_prefixes_of_decree_30_are_the_capacities(capacity: str) -> None:
    assert mandate(capacity=f"{capacity.lower()}.", until=DAY).capacity == capacity


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"holder": state("xemxet", "reviewer")}, errors.BadMandate),
        ({"until": date(2026, 1, 4)}, errors.BadMandate),
        ({"capacity": "TUQ."}, errors.BadMandate),
        ({"role": "approver"}, errors.BadMandate),
        ({"capacity": "PP"}, errors.BadChoice),
        ({"role": "king"}, errors.BadChoice),
        ({"legal_basis": " "}, errors.BadText),
        ({"units": ("\u202eX",)}, errors.BadText),
    ],
)
def test_a_mandate_that_makes_no_sense_is_not_granted(change: dict[str, Any], refusal: type[errors.QmsError]) -> None:
    with refuses(refusal):
        mandate(**change)


def test_whoever_lends_a_right_grants_and_ends_it_and_nobody_takes_one() -> None:
    assert mandate(actor=XEMXET).principal == XEMXET.id
    assert staff.revoke_mandate(STANDING, actor=XEMXET, reason="x") == ev.MandateRevoked(7, SOAN.id, "x")
    with refuses(errors.NoRight):
        mandate(actor=person("pho", "drafter"))
    with refuses(errors.NoRight):
        staff.revoke_mandate(STANDING, actor=SOAN, reason="x")


def test_the_own_right_comes_before_a_lent_one() -> None:
    both = lent(XEMXET, person("khac", "reviewer"), "reviewer", DAY)
    assert [seat.mandate for seat in both.seats("reviewer", DAY, None)] == [None, 900]
    assert set(ROLES) > both.roles


# --- change requests ------------------------------------------------------------------------------------------------


def requests(*decided: bool) -> dict[int, staff.Request]:
    filed = [ev.Requested(number, "Vì sao") for number in range(1, 4)]
    answers = [ev.RequestDecided(number + 1, accepted, "x") for number, accepted in enumerate(decided)]
    return staff.fold_requests(recorded(*filed, *answers, by=SOAN.id))


def test_anybody_active_may_ask_for_a_change_and_gets_the_next_number() -> None:
    for who in EVERYBODY:
        asked = staff.file_request(
            requests(), actor=who, reason="Luật mới", legal_bases=[" Luật 1 "], decisions=["2/QĐ"]
        )
        assert (asked.request, asked.legal_bases) == (4, ("Luật 1",))
    for nobody in (asleep(SOAN), ROOT):
        with refuses(errors.Inactive):
            staff.file_request({}, actor=nobody, reason="x")
    with refuses(errors.BadText):
        staff.file_request({}, actor=SOAN, reason="")


def decide(number: int, who: Actor, among: dict[int, staff.Request]) -> ev.RequestDecided:
    return staff.decide_request(
        among, actor=who, moment=Moment(datetime(2026, 1, 5, tzinfo=UTC)), number=number, accepted=True, reason="Đúng"
    )


def test_a_request_is_decided_once_by_somebody_else_who_may() -> None:
    assert decide(1, THUKY, requests()).accepted and decide(1, DUYET, requests()).accepted
    with refuses(errors.NoRight):
        decide(1, XEMXET, requests())
    with refuses(errors.UnknownRequest):
        decide(9, THUKY, requests())
    with refuses(errors.RequestClosed):
        decide(1, THUKY, requests(False))
    with refuses(errors.SelfApproval):
        decide(1, replace(THUKY, id=SOAN.id), requests())


def test_a_version_answers_accepted_requests_only() -> None:
    among = requests(True, False)
    assert staff.check_answered(among, [1, 1]) == (1,)
    for number in (2, 3):
        with refuses(errors.RequestNotAccepted):
            staff.check_answered(among, [number])
    with refuses(errors.UnknownRequest):
        staff.check_answered(among, [9])
