"""Routes that act: issue, withdraw, rescind, suspend, resume; each under a person's own secret, each an entry."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.responses import Response

from iso_qms.domain import events as ev
from iso_qms.domain.errors import BadInput, UnknownPerson
from iso_qms.domain.extension import ImpactNote, Objection
from iso_qms.faces.api import shapes
from iso_qms.faces.api.desk import TheDesk, answer, lang_of
from iso_qms.faces.api.problems import Told
from iso_qms.faces.api.reading import Code
from iso_qms.faces.api.visitors import Somebody, TheAccess
from iso_qms.faces.dates import parse_day
from iso_qms.services.conditional import Memo, Repeated, Reused, Stale, control
from iso_qms.services.control import Control

router = APIRouter(tags=["acts"])

REUSED = "Idempotency-Key đã dùng cho việc khác / the Idempotency-Key was used for something else"


def _day(given: Any) -> Any:
    if not isinstance(given, str):
        raise ValueError("a day is a text")  # noqa: TRY004 - pydantic reports ValueError
    return parse_day(given)


Day = Annotated[date, BeforeValidator(_day)]
Text = Annotated[str, Field(min_length=1)]
Number = Annotated[int, Field(ge=1, le=10**9)]


class Act(BaseModel):
    """What every act forbids: words that it does not know."""

    model_config = ConfigDict(extra="forbid")


class Issue(Act):
    """Give an approved version its legal date (a day of the office) and decision number."""

    act: Literal["issue"]
    effective: Day
    decision: Text
    number: Number | None = None
    transition: Literal["finish", "elect", "migrate", "restart"] = "finish"
    sunset: Day | None = None
    accept_old_until: Day | None = None
    until: Day | None = None
    reason: Text | None = None
    base_checked: bool = False
    overrides: dict[str, str] | None = None


class Withdraw(Act):
    """End a document from a day on."""

    act: Literal["withdraw"]
    effective: Day
    decision: Text
    reason: Text
    transition: Literal["finish", "elect", "migrate", "restart"] = "finish"
    sunset: Day | None = None
    overrides: dict[str, str] | None = None


class Rescind(Act):
    """Cancel a planned entry before its start; `entry` is its position."""

    act: Literal["rescind"]
    reason: Text
    entry: Annotated[int, Field(ge=0, le=2**53)] | None = None
    overrides: dict[str, str] | None = None


class Suspend(Act):
    """Stop receiving (`new`) or everything (`all`); instants are RFC 3339 or days."""

    reason: Text
    scope: Literal["new", "all"] = "new"
    start: Text | None = None
    end: Text | None = None
    number: Number | None = None
    units: list[Text] = Field(default_factory=list, max_length=1000)
    decision: Text | None = None


class Done(BaseModel):
    """The entry that an act led to; `tag` is the timeline's new ETag."""

    pos: int
    at: str
    act: str
    document: str
    version: int | None
    start: str | None
    tag: str


class Objected(BaseModel):
    """What a gate has against an act; `block` stops it."""

    plugin: str
    code: str
    message: str
    severity: str


class Noted(BaseModel):
    """What an act would mean elsewhere."""

    plugin: str
    code: str
    message: str
    count: int | None


class Previewed(BaseModel):
    """What an issue would bring, with nothing recorded."""

    version: int
    sha256: str
    start: str
    objections: list[Objected]
    impact: list[Noted]


Decreed = Annotated[Issue | Withdraw | Rescind, Field(discriminator="act")]
IfMatch = Annotated[str | None, Header(description="The ETag of the timeline that was looked at.")]
IdempotencyKey = Annotated[
    str | None, Header(min_length=1, max_length=200, description="A repeated request with it is carried out once.")
]


@dataclass(frozen=True)
class Sender:
    """Who wants an act, and under which conditions."""

    request: Request
    desk: TheDesk
    access: TheAccess
    person: Somebody
    if_match: IfMatch = None
    idempotency_key: IdempotencyKey = None

    def fits(self, tag: str) -> bool:
        """Whether If-Match names a tag (strongly compared, RFC 9110 §13.1.1)."""
        given = {part.strip() for part in (self.if_match or "").split(",")}
        return "*" in given or f'"{tag}"' in given

    def once(self, code: str, content: dict[str, Any], perform: Callable[[Control], ev.Recorded]) -> ev.Recorded:
        """Carry an act out under its conditions; a repeated request gets the entry of the first."""
        memo = None
        if self.idempotency_key is not None:
            said = json.dumps(content, default=str, sort_keys=True)
            memo = Memo.of(self.person.login, self.idempotency_key, code, said)
        fits = None if self.if_match is None else self.fits
        qms = self.desk.qms
        try:
            return perform(control(qms._performer, lambda: qms.gates, code, fits=fits, memo=memo))
        except UnknownPerson:
            self.access.person(self.person)  # says no like to a wrong secret, and as slowly
            raise
        except Repeated as repeated:
            self.access.person(self.person)
            return next(qms.entries(repeated.pos, repeated.pos + 1))
        except Stale as stale:
            raise Told(412, headers={"ETag": f'"{stale.tag}"'}, current=stale.tag) from None
        except Reused:
            raise BadInput(what=REUSED) from None

    def told(self, record: ev.Recorded, status: int = 201) -> Response:
        """The answer that names an entry and the timeline's new ETag."""
        body = _done(record)
        headers = {"etag": f'"{body["tag"]}"'}
        if status == 201:
            headers["location"] = f"/v1/documents/{quote(body['document'], safe='')}/timeline"
        return answer(self.request, self.desk, body, status=status, headers=headers)


Sent = Annotated[Sender, Depends()]


@router.post(
    "/v1/documents/{code}/timeline",
    status_code=201,
    response_model=Done,
    responses={200: {"model": Previewed, "description": "Of a dry run"}},
    summary="Issue, withdraw or rescind.",
)
def decree(
    sent: Sent,
    code: Code,
    wanted: Decreed,
    dry_run: Annotated[bool, Query(description="Only say what an issue would bring.")] = False,
) -> Response:
    """One act upon the timeline that was looked at: 428 without If-Match, 412 when somebody was quicker."""
    given = wanted.model_dump(exclude={"act"})
    if dry_run:
        return _preview(sent, code, wanted.act, given)
    if sent.if_match is None:
        raise Told(428)
    content = {"act": wanted.act, **given}
    record = sent.once(code, content, lambda acts: getattr(acts, wanted.act)(code, by=sent.person, **given))
    return sent.told(record)


@router.post("/v1/documents/{code}/suspensions", status_code=201, response_model=Done, summary="Suspend at once.")
def suspend(sent: Sent, code: Code, wanted: Suspend) -> Response:
    """Stop receiving or everything; no gate is asked and If-Match may be left out, for this is for emergencies."""
    given = wanted.model_dump()
    content = {"act": "suspend", **given}
    for name in ("start", "end"):
        given[name] = sent.desk.instant(given[name])
    return sent.told(sent.once(code, content, lambda acts: acts.suspend(code, by=sent.person, **given)))


@router.delete("/v1/documents/{code}/suspensions/{pos}", response_model=Done, summary="Lift a suspension.")
def resume(
    sent: Sent,
    code: Code,
    pos: Annotated[int, Path(ge=0, le=2**53, description="The position of the suspension.")],
    reason: Annotated[str, Query(min_length=1, description="Why it is lifted.")],
) -> Response:
    """Whatever is in force then governs again."""
    given = {"reason": reason, "suspension": pos}
    content = {"act": "resume", **given}
    record = sent.once(code, content, lambda acts: acts.resume(code, by=sent.person, reason=reason, suspension=pos))
    return sent.told(record, status=200)


def _done(record: ev.Recorded) -> dict[str, Any]:
    event = record.event
    assert isinstance(event, ev.DocumentEvent)
    start: datetime | None = getattr(event, "start", None)
    return {
        "pos": record.pos,
        "at": shapes.text_of(record.at),
        "act": event.act,
        "document": event.document,
        "version": getattr(event, "number", None),
        "start": shapes.text_of(start),
        "tag": f"{event.document}:{record.pos}",
    }


def _preview(sent: Sender, code: str, act: str, given: dict[str, Any]) -> Response:
    if act != "issue":
        raise BadInput(what="dry_run chỉ dùng cho “issue” / dry_run is for “issue” only")
    sent.access.person(sent.person)
    terms = {name: value for name, value in given.items() if name != "overrides"}
    found = sent.desk.qms.control.preview_issue(code, by=sent.person, **terms)
    english = lang_of(sent.request) == "en"

    def told(plugin: str, said: Objection | ImpactNote) -> dict[str, Any]:
        return {"plugin": plugin, "code": said.code, "message": said.message_en if english else said.message_vi}

    body = {
        "version": found.event.number,
        "sha256": found.event.sha256,
        "start": shapes.text_of(found.event.start),
        "objections": [{**told(name, each), "severity": each.severity} for name, each in found.objections],
        "impact": [{**told(name, each), "count": each.count} for name, each in found.impact],
    }
    return answer(sent.request, sent.desk, body)
