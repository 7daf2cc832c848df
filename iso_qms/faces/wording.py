"""The register's own words as people read them: kinds, states, roles, persons, versions, what is planned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from iso_qms.domain import events as ev
from iso_qms.faces.i18n import _, language, lazy

if TYPE_CHECKING:
    from iso_qms.domain.document import Version

KINDS = {
    "procedure": lazy("procedure"),
    "form": lazy("form"),
    "manual": lazy("manual"),
    "policy": lazy("policy"),
    "instruction": lazy("instruction"),
    "external": lazy("external document"),
}
CLASSES = {"editorial": lazy("editorial"), "minor": lazy("minor"), "major": lazy("major")}
STATES = {
    "draft": lazy("draft"),
    "submitted": lazy("under signature"),
    "approved": lazy("approved"),
    "abandoned": lazy("abandoned"),
}
ROLES = {
    "drafter": lazy("drafter"),
    "reviewer": lazy("reviewer"),
    "approver": lazy("approver"),
    "issuer": lazy("issuer"),
    "controller": lazy("controller (ISO secretary)"),
    "auditor": lazy("internal auditor"),
    "administrator": lazy("administrator"),
}
MEANINGS = {
    "review": lazy("review"),
    "approval": lazy("approval"),
    "responsibility": lazy("responsibility"),
    "authorship": lazy("authorship"),
}
TRANSITIONS = {
    "finish": lazy("dossiers received earlier finish under the old version"),
    "elect": lazy("applicants of earlier dossiers may choose the new version"),
    "migrate": lazy("earlier dossiers move to the new version"),
    "restart": lazy("earlier dossiers are received anew"),
}
TASKS = {
    "submit": lazy("to be submitted"),
    "sign": lazy("to be signed"),
    "issue": lazy("to be issued"),
    "check_base": lazy("its base has changed: to be looked at"),
}
CHANGES = {
    "starts": lazy("takes effect"),
    "withdrawn": lazy("ends (withdrawn)"),
    "sunset": lazy("last day for earlier dossiers is over"),
    "grace_ends": lazy("the old version is no longer accepted"),
    "emergency_ends": lazy("the emergency issue lapses"),
    "suspension_ends": lazy("the suspension ends"),
}
SCOPES = {"new": lazy("receiving is suspended"), "all": lazy("everything is suspended")}
ENDINGS = {"renamed": lazy("renamed"), "merged": lazy("merged"), "dissolved": lazy("dissolved")}
PROOF = {
    "secret": lazy("own password"),
    "operator": lazy("entered by the operator"),
    "library": lazy("entered by a program"),
    "none": lazy("not proven"),
}


def word(words: Mapping[str, str], key: str) -> str:
    """One word of a list in the reader's language; a key that is not known stays as it is."""
    return _(words[key]) if key in words else key


def both(vi: str, en: str) -> str:
    """The sentence of two that is in the reader's language."""
    return en if language() == "en" else vi


def side(words: str) -> str:
    """The reader's half of words that carry both languages, “Việt / English”."""
    vi, slash, en = words.partition(" / ")
    return both(vi, en) if slash else words


def version_text(number: int, label: str) -> str:
    """A version as people name it: its number in the register and what is printed on it."""
    return _("version {number} ({label})").format(number=number, label=label)


def short(version: Version) -> str:
    """A version by number and label."""
    return version_text(version.number, version.label)


def name_of(who: str | None, names: Mapping[str, Any]) -> str:
    """The name of somebody by id; what was erased shows as the id."""
    if who is None:
        return "—"
    found = names.get(who)
    return found.name if found is not None else who


def actor_text(record: ev.Recorded, names: Mapping[str, Any]) -> str:
    """Who acted, with who entered it for them where it was not they: “Nguyễn Văn An (do operator:root nhập)”."""
    name = name_of(record.actor, names)
    if record.auth == "none":
        name = _("somebody who gave the name of {name}").format(name=name)
    if record.entered_by is None:
        return name
    return _("{name} (entered by {operator})").format(name=name, operator=name_of(record.entered_by, names))
