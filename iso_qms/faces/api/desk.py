"""What every route works with: the register, its public shelf, the guards, and how an answer is put together."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from starlette.responses import Response

from iso_qms.domain.errors import BadInput
from iso_qms.faces.api.asking import Asking, dumps
from iso_qms.faces.api.problems import language_of
from iso_qms.faces.api.shelf import Published, Shelf
from iso_qms.faces.dates import parse_instant
from iso_qms.guard import Guard

if TYPE_CHECKING:
    from iso_qms.qms import Qms


@dataclass(frozen=True, slots=True)
class Desk:
    """One register as the routes use it; `everybody` answers from what was issued, `insiders` from all of it."""

    qms: Qms
    shelf: Shelf
    everybody: Asking
    insiders: Asking

    @classmethod
    def of(cls, qms: Qms) -> Desk:
        """The desk of an open register."""
        inside = qms.guard()
        shelf = Shelf(qms.registers, inside.source)
        refine = (qms.host.refine,) if qms.host.refines else ()
        outside = Guard(Published(inside.source, shelf), clock=qms.clock.now, refine=refine)
        return cls(qms, shelf, Asking(outside, qms.zone), Asking(inside, qms.zone))

    def now(self) -> datetime:
        """The instant now."""
        return self.qms.clock.now()

    def instant(self, given: str | None) -> datetime | None:
        """An instant or day of a query; None where none was given."""
        return None if given is None else parse_instant(given, self.qms.zone)


def desk_of(request: Request) -> Desk:
    """The desk of the app that serves a request."""
    desk: Desk = request.app.state.desk
    return desk


TheDesk = Annotated[Desk, Depends(desk_of)]


def lang_of(request: Request) -> str:
    """The language of whoever asks."""
    return language_of(request.headers.get("accept-language"))


Lang = Annotated[str, Depends(lang_of)]


def answer(
    request: Request,
    desk: Desk,
    body: Any,
    *,
    tag: str | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """A JSON answer with its strong ETag; 304 without a body where the asker has it already."""
    named = {"cache-control": "no-cache", "qms-sequence": str(desk.shelf.pos), **(headers or {})}
    if tag is not None:
        named["etag"] = f'"{tag}"'
        if matches(request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers=named)
    return Response(dumps(body), status, named, "application/json")


def matches(header: str | None, tag: str) -> bool:
    """Whether If-None-Match names a tag (weakly compared, RFC 9110 §13.1.2)."""
    if header is None:
        return False
    return header.strip() == "*" or f'"{tag}"' in {part.strip().removeprefix("W/") for part in header.split(",")}


def cursor_of(key: str) -> str:
    """Where the next page begins, as one opaque word."""
    return urlsafe_b64encode(key.encode()).rstrip(b"=").decode("ascii")


def key_of(cursor: str | None) -> str:
    """The key that a cursor stands for; `BadInput` for a word that we did not give out."""
    if cursor is None:
        return ""
    try:
        raw = cursor.encode("ascii")
        key = urlsafe_b64decode(raw + b"=" * (-len(raw) % 4)).decode()
    except (UnicodeError, binascii.Error, ValueError):
        key = ""
    if not key or cursor_of(key) != cursor:
        raise BadInput(what="con trỏ trang không đúng / the cursor is not one of ours")
    return key
