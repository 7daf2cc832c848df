"""Who a request comes from: nobody in particular, a machine with its key, or a person with their own secret."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Annotated

from fastapi import Depends, Request

from iso_qms.domain.people import Person
from iso_qms.faces.api.problems import Told
from iso_qms.services.apikeys import Access, ApiKey


def _credentials(request: Request) -> tuple[str, str] | None:
    """The scheme, in small letters, and what follows it; None where nothing was sent; 401 for an unknown scheme."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() not in ("basic", "bearer") or not rest.strip():
        raise Told(401)
    return scheme.lower(), rest.strip()


def claimed_person(request: Request) -> Person:
    """The person that a request names, with the secret that it shows; nothing is proven yet, the act does that."""
    given = _credentials(request)
    if given is None or given[0] != "basic":
        raise Told(401)
    return _person(given[1])


def _person(encoded: str) -> Person:
    try:
        login, colon, secret = b64decode(encoded, validate=True).decode().partition(":")
    except (UnicodeError, binascii.Error, ValueError):
        raise Told(401) from None
    if not colon or not login or not login.isprintable() or len(login) > 100:
        raise Told(401)
    return Person(login.strip().lower(), secret)


def _machine(access: Access, token: str) -> ApiKey:
    key = access.machine(token)
    if key is None:
        raise Told(401)
    return key


def access_of(request: Request) -> Access:
    """The keys and persons of the register that the app serves."""
    access: Access = request.app.state.access
    return access


TheAccess = Annotated[Access, Depends(access_of)]


def insider(request: Request, access: TheAccess) -> bool:
    """Whether the asker may know of drafts: a proven person, or a key that carries `drafts`."""
    given = _credentials(request)
    if given is None:
        return False
    scheme, rest = given
    if scheme == "basic":
        access.person(_person(rest))
        return True
    return "drafts" in _machine(access, rest).scopes


def reporting_key(request: Request, access: TheAccess) -> ApiKey:
    """The key of a machine that may report its decisions."""
    given = _credentials(request)
    if given is None or given[0] != "bearer":
        raise Told(401)
    key = _machine(access, given[1])
    if "logs" not in key.scopes:
        raise Told(403)
    return key


Insider = Annotated[bool, Depends(insider)]
Reporter = Annotated[ApiKey, Depends(reporting_key)]
Somebody = Annotated[Person, Depends(claimed_person)]


def proven_person(request: Request, access: TheAccess) -> Person:
    """A person whose secret is right, for what is no act itself and so proves nothing."""
    person = claimed_person(request)
    access.person(person)
    return person


Proven = Annotated[Person, Depends(proven_person)]
