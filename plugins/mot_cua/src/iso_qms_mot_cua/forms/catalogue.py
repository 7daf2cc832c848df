"""Which form serves a purpose on a day, as dated data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from iso_qms_mot_cua.refusals import NoForm

PURPOSES = ("receipt", "supplement", "refusal", "apology", "stop", "control", "book")


@dataclass(frozen=True, slots=True)
class Form:
    """One form of one circular; `paper` is the size it is printed on."""

    purpose: str
    number: str
    title: str
    circular: str
    paper: str = "a5"

    @property
    def name(self) -> str:
        """How a procedure refers to it."""
        return f"Mẫu số {self.number} – {self.circular}"


@dataclass(frozen=True, slots=True)
class FormSet:
    """The forms that one circular brought, from a day on until the next set begins."""

    circular: str
    since: date
    forms: tuple[Form, ...]


@cache
def form_sets() -> tuple[FormSet, ...]:
    """All sets, oldest first."""
    text = resources.files("iso_qms_mot_cua").joinpath("data/forms.toml").read_text(encoding="utf-8")
    found = [_set(raw["circular"], raw["from"], raw["forms"]) for raw in tomllib.loads(text)["set"]]
    return tuple(sorted(found, key=lambda each: each.since))


def form_for(purpose: str, on: date) -> Form:
    """The form for a purpose on a civil day; raises NoForm where no circular has one."""
    governing = [each for each in form_sets() if each.since <= on]
    for form in governing[-1].forms if governing else ():
        if form.purpose == purpose:
            return form
    raise NoForm(purpose=purpose, day=f"{on:%d/%m/%Y}")


def _set(circular: str, since: date, forms: Mapping[str, Mapping[str, str]]) -> FormSet:
    return FormSet(circular, since, tuple(Form(purpose, circular=circular, **form) for purpose, form in forms.items()))
