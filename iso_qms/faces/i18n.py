"""Sentences of the faces in the language of whoever reads them: English ids, Vietnamese and English catalogues."""

from __future__ import annotations

from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

LANGUAGES = ("vi", "en")
"""What the faces speak; the first is spoken when nothing says otherwise."""

_chosen: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


def use(lang: str) -> None:
    """Speak `vi` or `en` from here on, in this thread or task."""
    _chosen.set(lang if lang in LANGUAGES else LANGUAGES[0])


def language() -> str:
    """The language spoken here, `vi` or `en`."""
    return _chosen.get()


@cache
def _catalogue(lang: str) -> NullTranslations:
    from gettext import translation
    from pathlib import Path

    return translation("iso_qms", Path(__file__).parents[1] / "locale", [lang], fallback=True)


def _(message: str) -> str:
    """A sentence in the chosen language; without a translation it stays as it is."""
    return _catalogue(language()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """A sentence that depends on a number, in the chosen language."""
    return _catalogue(language()).ngettext(one, many, count)


def lazy(message: str) -> str:
    """Mark a sentence that is worded later, by `_`, when the language is known."""
    return message
