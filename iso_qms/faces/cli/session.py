"""One call of the command line: its settings, the store it opens, and who acts with which secret."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from iso_qms.domain.errors import MissingField, SecretNeeded
from iso_qms.domain.people import Person
from iso_qms.faces import settings as reading
from iso_qms.faces.i18n import _
from iso_qms.faces.settings import Settings

if TYPE_CHECKING:
    from iso_qms.qms import Qms

T = TypeVar("T")

_now: list[Settings] = []


def begin(settings: Settings) -> None:
    """Take the settings of this call."""
    _now[:] = [settings]


def settings() -> Settings:
    """The settings of this call; those of the environment where none were taken."""
    if not _now:
        begin(reading.load({}))
    return _now[0]


@contextmanager
def opened() -> Iterator[Qms]:
    """The store that the settings name, closed again at the end."""
    from iso_qms.qms import Qms

    chosen = settings()
    with Qms(chosen.store, chosen.files, operator=reading.account(), **options_of(chosen)) as qms:
        yield qms


def options_of(chosen: Settings) -> dict[str, Any]:
    """What the front door takes besides the two addresses and the operator."""
    return {
        "zone": chosen.zone,
        "keys": chosen.keys,
        "key_passphrase": reading.key_passphrase(),
        "required_plugins": chosen.required_plugins,
        "disabled_plugins": chosen.disabled_plugins,
        "plugin_settings": chosen.plugins,
    }


def somebody(by: str | None) -> str:
    """The account that acts: `--by`, else the one that is set; `MissingField` where there is neither."""
    login = by or settings().by
    if not login:
        raise MissingField(field=_("who acts"), option="--by")
    return login.strip().lower()


def acting(by: str | None, act: Callable[[Person], T], before: Callable[[], None] | None = None) -> T:
    """Perform an act as a person: with the secret of the environment, else asking for it where the act needs one.

    `before` runs before somebody is asked, to show what they are about to put their name to.
    """
    login = somebody(by)
    secret = reading.password()
    try:
        return act(Person(login, secret))
    except SecretNeeded:
        if secret is not None or not can_ask():
            raise
        if before is not None:
            before()
        return act(Person(login, ask(_("Password of {login}").format(login=login))))


def administering(by: str | None, act: Callable[[Person | None], T]) -> T:
    """Perform an act as the person named, or as the operator of this machine where none is."""
    return act(None) if by is None else acting(by, act)


def can_ask() -> bool:
    """Whether somebody sits at this terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def ask(words: str) -> str:
    """Ask for a secret without showing it."""
    from getpass import getpass

    return getpass(f"{words}: ")
