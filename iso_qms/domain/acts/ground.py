"""What several acts share: the moment, the proposed content, closed choices, and who may act."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from iso_qms.domain import civil, errors
from iso_qms.domain.document import Document, Version
from iso_qms.domain.people import Actor, Seat
from iso_qms.domain.text import line

DIGEST = re.compile(r"[0-9a-f]{64}\Z")
"""How content is named: SHA-256 in small hexadecimal digits."""

LAST_LABEL = 9999
"""Highest number of an issue or a revision that is still a label and not a slip of the keyboard."""

FARTHEST = 50
"""How many years ahead a legal date may lie; how far back follows from the calendar, see `EARLIEST`."""

EARLIEST = date(1945, 9, 2)
"""No authority that keeps this register issued anything before."""

LAST_DAY = date(9000, 1, 1)
"""Days after it are not handled: their ends would leave the calendar."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When an act is recorded: an aware UTC instant, and the zone in which the office's days begin."""

    at: datetime
    zone: tzinfo = civil.OFFICE_ZONE

    @property
    def today(self) -> date:
        """The civil day of the office."""
        return civil.civil_date(self.at, self.zone)


@dataclass(frozen=True, slots=True)
class Content:
    """What is proposed: the printed code, title and label, the manifest's digest, and what kind of change it is."""

    code: str
    title: str
    issue: int
    revision: int | None
    sha256: str
    kind: str = "procedure"
    change_class: str = "major"
    unit: str | None = None
    service_codes: tuple[str, ...] = ()
    open_changes: int = 0
    file_date: date | None = None


def choose(given: str, field: str, allowed: Sequence[str]) -> str:
    """A value out of a closed list, or `BadChoice`."""
    if given not in allowed:
        raise errors.BadChoice(given=given, field=field, allowed=", ".join(allowed))
    return given


def require_role(actor: Actor, act: str, *roles: str, day: date, unit: str | None = None) -> Seat:
    """The seat in which an actor may do an act, in person or by mandate; `Inactive` or `NoRight`."""
    if not actor.active:
        raise errors.Inactive(login=actor.login)
    for role in roles:
        for seat in actor.seats(role, day, unit):
            return seat
    raise errors.NoRight(login=actor.login, act=act, roles=" / ".join(roles))


def require_own_role(actor: Actor, act: str, *roles: str) -> None:
    """`Inactive` or `NoRight` unless the actor holds a role in person: a mandate lends signing, never authorship.

    Whoever wrote in somebody else's name could otherwise be approved by that very person.
    """
    if not actor.active:
        raise errors.Inactive(login=actor.login)
    if not actor.roles.intersection(roles):
        raise errors.NoRight(login=actor.login, act=act, roles=" / ".join(roles))


def only(versions: Sequence[Version], *, optional: bool = False) -> Version | None:
    if len(versions) > 1:
        raise errors.Ambiguous(numbers=", ".join(str(v.number) for v in versions))
    if not versions and not optional:
        raise AssertionError("callers refuse an empty choice with their own sentence")
    return versions[0] if versions else None


def version_of(document: Document, number: int) -> Version:
    if number not in document.versions:
        raise errors.UnknownVersion(document=document.code, number=number)
    return document.versions[number]


def civil_text(instant: datetime, zone: tzinfo) -> str:
    """An instant for a sentence: `01/02/2026`, with the time where it is not midnight."""
    local = instant.astimezone(zone)
    midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    return f"{local:%d/%m/%Y}" if midnight else f"{local:%d/%m/%Y %H:%M:%S}"


def clean_units(units: Sequence[str]) -> tuple[str, ...]:
    """Unit codes as they are kept, each once."""
    return tuple(dict.fromkeys(line(unit, "unit", limit=60) for unit in units))


def aware_or_none(instant: datetime | None) -> datetime | None:
    if instant is None:
        return None
    try:
        return civil.aware(instant)
    except (ValueError, OverflowError):
        raise errors.BadDate(given=str(instant)) from None
