"""Persons, their roles and mandates: who somebody is for the rules, and who may stand in for whom on a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from iso_qms.domain.errors import BadMandate

ROLES = ("drafter", "reviewer", "approver", "issuer", "controller", "auditor", "administrator")
"""Soạn thảo, soát xét, phê duyệt, ban hành, thư ký ISO, đánh giá nội bộ, quản trị."""

CAPACITIES = ("TM", "KT", "TL", "TUQ", "Q")
"""Authority prefixes of Nghị định 30/2020/NĐ-CP: thay mặt, ký thay, thừa lệnh, thừa ủy quyền, quyền cấp trưởng."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as a caller names them: the account, and the secret where an act asks for it (never shown)."""

    login: str
    secret: str | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Mandate:
    """A dated right of `holder` to sign for the role of `principal`, who holds it in person; it is never passed on.

    `pos` is the entry that granted it. `until` is the last day; TUQ. needs one (Nghị định 30/2020/NĐ-CP Điều 13).
    """

    pos: int
    principal: str
    holder: str
    role: str
    capacity: str
    legal_basis: str
    since: date
    until: date | None = None
    units: tuple[str, ...] = ()

    def covers(self, role: str, day: date, unit: str | None) -> bool:
        """Whether it allows signing for `role` on a civil day of the office, for documents of `unit`."""
        in_time = self.since <= day and (self.until is None or day <= self.until)
        return role == self.role and in_time and (not self.units or unit in self.units)


@dataclass(frozen=True, slots=True)
class Seat:
    """One way in which an actor can fill a role: in person, or for a principal under a mandate."""

    principal: str | None = None
    mandate: int | None = None
    capacity: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as the rules see them: pseudonymous id, roles held in person, and the mandates that name them.

    `principals` are the roles of those for whom a mandate lets this person sign. An `operator` is an account of the
    operating system: it may administer from the shell and can hold no role.
    """

    id: str
    login: str
    roles: frozenset[str] = frozenset()
    unit: str | None = None
    active: bool = True
    operator: bool = False
    mandates: tuple[Mandate, ...] = ()
    principals: dict[str, frozenset[str]] = field(default_factory=dict)

    def seats(self, role: str, day: date, unit: str | None) -> tuple[Seat, ...]:
        """Every way to act in `role` on a civil day: the own role first, then mandates of persons who hold it."""
        own = (Seat(),) if role in self.roles else ()
        lent = tuple(
            Seat(m.principal, m.pos, m.capacity)
            for m in self.mandates
            if m.covers(role, day, unit) and role in self.principals.get(m.principal, frozenset())
        )
        return own + lent


def validate_mandate(*, principal: str, holder: str, capacity: str, since: date, until: date | None) -> None:
    """`BadMandate` when the dates or the persons of a mandate make no sense."""
    if principal == holder:
        raise BadMandate(why_vi="không thể ủy quyền cho chính mình", why_en="nobody mandates themselves")
    if until is not None and until < since:
        raise BadMandate(why_vi="ngày kết thúc trước ngày bắt đầu", why_en="it ends before it begins")
    if capacity == "TUQ" and until is None:
        raise BadMandate(why_vi="thừa ủy quyền (TUQ.) phải có ngày kết thúc", why_en="TUQ. needs an end date")
