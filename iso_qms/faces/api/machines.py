"""Routes about machines: their API keys, which administrators make and end, and the counts that machines report."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from iso_qms.domain.code import document_key
from iso_qms.domain.errors import BadInput
from iso_qms.domain.staff import require_administrator
from iso_qms.faces.api import shapes
from iso_qms.faces.api.acting import REUSED, Day
from iso_qms.faces.api.desk import TheDesk, answer
from iso_qms.faces.api.problems import Told
from iso_qms.faces.api.visitors import Insider, Reporter, Somebody, TheAccess
from iso_qms.faces.dates import parse_instant
from iso_qms.services.apikeys import SCOPES, ApiKey
from iso_qms.services.conditional import Memo, Repeated, Reused
from iso_qms.services.decisionlogs import Count

MOST_LINES = 1000

router = APIRouter(tags=["machines"])


class KeyWanted(BaseModel):
    """A key for a machine: what it is called, what it may do, its last day."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1)
    scopes: list[Literal["drafts", "logs"]] = Field(min_length=1, max_length=len(SCOPES))
    until: Day


class KeyShape(BaseModel):
    """A key without its secret."""

    id: str
    name: str
    scopes: list[str]
    until: str
    revoked: bool
    last_used: str | None


class KeyMade(KeyShape):
    """A new key; `token` is shown this once and kept nowhere."""

    token: str


class Keys(BaseModel):
    """Every key that was ever made."""

    keys: list[KeyShape]


class Line(BaseModel):
    """Decisions of one kind in one hour (RFC 3339, its first instant)."""

    model_config = ConfigDict(extra="forbid")

    document: str = Field(min_length=1)
    version: Annotated[int, Field(ge=1, le=10**9)] | None = None
    reason: str = Field(pattern="^[A-Z][A-Z_/]{0,79}$")
    hour: str
    count: int = Field(ge=1, le=10**9)


class Report(BaseModel):
    """Counts of one machine, added to those that it reported before."""

    model_config = ConfigDict(extra="forbid")

    lines: list[Line] = Field(min_length=1, max_length=MOST_LINES)


class Counted(Line):
    """A reported count and the key that reported it."""

    key: str


class Reported(BaseModel):
    """Reported counts, oldest first."""

    lines: list[Counted]


@router.post("/v1/keys", status_code=201, response_model=KeyMade, summary="Make an API key.")
def make_key(request: Request, desk: TheDesk, access: TheAccess, person: Somebody, wanted: KeyWanted) -> Response:
    """The new key with its token, which is shown this once; an entry of the journal without the token."""
    token, key = access.create(wanted.name, wanted.scopes, wanted.until, by=person)
    headers = {"cache-control": "no-store", "location": f"/v1/keys/{key.id}"}
    return answer(request, desk, {**_key(key), "token": token}, status=201, headers=headers)


@router.get("/v1/keys", response_model=Keys, summary="The API keys.")
def keys(request: Request, desk: TheDesk, access: TheAccess, person: Somebody) -> Response:
    """Every key that was ever made, with its last use; for administrators and auditors."""
    require_administrator(access.person(person), "list API keys", "auditor")
    body = {"keys": [_key(key) for key in access.all_keys()]}
    return answer(request, desk, body, headers={"cache-control": "no-store"})


@router.delete("/v1/keys/{id}", response_model=KeyShape, summary="End an API key.")
def end_key(
    request: Request,
    desk: TheDesk,
    access: TheAccess,
    person: Somebody,
    id: str,
    reason: Annotated[str, Query(min_length=1)],
) -> Response:
    """The key is refused from now on, and the reason is an entry of the journal."""
    return answer(request, desk, _key(access.revoke(id, reason=reason, by=person)))


def _key(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": list(key.scopes),
        "until": key.until.isoformat(),
        "revoked": key.revoked,
        "last_used": shapes.text_of(key.last_used),
    }


@router.post(
    "/v1/decision-logs", status_code=204, response_class=Response, summary="Report how often what was decided."
)
def report(
    request: Request,
    desk: TheDesk,
    key: Reporter,
    sent: Report,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> Response:
    """All lines are added, or none; with an Idempotency-Key a repeated report is added once."""
    counts = [_count(desk.now(), line) for line in sent.lines]
    memo = None
    if idempotency_key is not None:
        memo = Memo.of(key.id, idempotency_key, "report", json.dumps(sent.model_dump(), sort_keys=True))
    try:
        request.app.state.logs.add(key.id, counts, memo, desk.now())
    except Repeated:
        pass
    except Reused:
        raise BadInput(what=REUSED) from None
    return Response(status_code=204)


def _count(now: datetime, line: Line) -> Count:
    hour = parse_instant(line.hour)
    if hour > now or (hour.minute, hour.second, hour.microsecond) != (0, 0, 0):
        raise BadInput(what=f"{line.hour}: giờ tròn, không ở tương lai / a full hour, not in the future")
    return Count(document_key(line.document), line.version, line.reason, hour, line.count)


@router.get("/v1/decision-logs", response_model=Reported, summary="What machines reported about a document.")
def reported(
    request: Request,
    desk: TheDesk,
    insider: Insider,
    document: Annotated[str, Query(min_length=1)],
    since: Annotated[str | None, Query(description="RFC 3339 or a day.")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LINES)] = 200,
) -> Response:
    """Counts by version, reason and hour, oldest first; for those who say who they are."""
    if not insider:
        raise Told(401)
    begin = desk.instant(since) or datetime(1970, 1, 1, tzinfo=UTC)
    found = request.app.state.logs.of(document_key(document), begin, limit)
    lines = [
        {
            "document": each.document,
            "version": each.version,
            "reason": each.reason,
            "hour": shapes.text_of(each.hour),
            "count": each.count,
            "key": each.key,
        }
        for each in found
    ]
    return answer(request, desk, {"lines": lines}, headers={"cache-control": "no-store"})
