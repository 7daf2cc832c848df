"""Routes that ask the guard: one check in an address, or up to a thousand in a body."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from iso_qms.domain.decision import Action
from iso_qms.faces.api import shapes
from iso_qms.faces.api.asking import Asking, read
from iso_qms.faces.api.desk import Desk, Lang, TheDesk
from iso_qms.faces.api.visitors import Insider

MOST_QUESTIONS = 1000

router = APIRouter(tags=["check"])


class Pin(BaseModel):
    """What a dossier keeps of the version that it follows: the citation as `pin` gave it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    document: str
    version: int
    label: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    at: str
    reason: Literal["received", "migrated", "restarted", "elected"]
    pos: int
    checkpoint: str


class Asked(BaseModel):
    """One question; a version is a number or a printed label, an instant is RFC 3339 or a day."""

    model_config = ConfigDict(extra="forbid", strict=True)

    document: str = Field(min_length=1)
    version: int | str | None = None
    sha256: str | None = None
    action: Annotated[Action, Field(strict=False)] | None = None
    at: str | None = None
    known: str | None = None
    unit: str | None = None
    step: str | None = None
    elected: bool | None = None
    pin: Pin | None = None


class AllAsked(BaseModel):
    """Up to a thousand questions, answered in their order as of one journal position or later ones."""

    model_config = ConfigDict(extra="forbid", strict=True)

    checks: list[Asked] = Field(max_length=MOST_QUESTIONS)


Text = Annotated[str | None, Query()]


@router.get(
    "/v1/check", response_model=shapes.Decided, summary="May this version be used? 200 with a verdict, also deny."
)
def check(
    request: Request,
    desk: TheDesk,
    lang: Lang,
    insider: Insider,
    document: Annotated[str, Query(min_length=1, description="Any spelling of the code.")],
    version: Annotated[str | None, Query(description="Number or printed label; else the one in force.")] = None,
    sha256: Text = None,
    action: Annotated[Action | None, Query(description="What is to be done; else start.")] = None,
    at: Annotated[str | None, Query(description="RFC 3339 or a day; else now.")] = None,
    known: Annotated[str | None, Query(description="As it was known at this instant.")] = None,
    unit: Text = None,
    step: Text = None,
    elected: Annotated[bool | None, Query()] = None,
) -> Response:
    """The decision on one question."""
    asking = desk.insiders if insider else desk.everybody
    decision = asking.decide(asking.question(request.scope["query_string"]))
    request.app.state.counts.verdict(decision)
    return _json(asking.written(decision, lang), lang, decision.pos)


@router.post("/v1/checks", response_model=shapes.AllDecided, summary="Up to 1,000 questions at once.")
def checks(request: Request, asked: AllAsked, desk: TheDesk, lang: Lang, insider: Insider) -> Response:
    """The decisions, in the order of the questions."""
    asking = desk.insiders if insider else desk.everybody
    given = [_decided(asking, each, desk) for each in asked.checks]
    for decision in given:
        request.app.state.counts.verdict(decision)
    body = b'{"decisions":[' + b",".join(asking.written(decision, lang) for decision in given) + b"]}"
    return _json(body, lang, desk.shelf.pos)


def _decided(asking: Asking, asked: Asked, desk: Desk) -> Any:
    return asking.decide(read(asked.model_dump(exclude_none=True), desk.qms.zone))


def _json(body: bytes, lang: str, pos: int) -> Response:
    headers = {
        "Content-Language": lang,
        "Vary": "Accept-Language, Authorization",
        "Cache-Control": "no-cache",
        "QMS-Sequence": str(pos),
    }
    return Response(body, 200, headers, "application/json")
