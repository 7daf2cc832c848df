"""The feed of changes: what was issued, withdrawn, rescinded, suspended or resumed after a position."""

from __future__ import annotations

import asyncio
import re
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from iso_qms.domain.errors import Conflict
from iso_qms.faces.api import shapes
from iso_qms.faces.api.desk import Desk, TheDesk, answer
from iso_qms.guard.source import Change

MOST_CHANGES = 1000
LONGEST_WAIT = 50
"""Seconds for which an empty answer is held back: proxies give up after a minute."""

_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*(\d{1,6})(?:$|[,;\s])", re.ASCII)

router = APIRouter(tags=["changes"])


@router.get("/v1/changes", response_model=shapes.Changes, summary="What was recorded after a position.")
async def changes(
    request: Request,
    desk: TheDesk,
    since: Annotated[int, Query(ge=0, le=2**53, description="`next` of the answer before; 0 for everything.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_CHANGES)] = 100,
) -> Response:
    """Changes in the order of the journal; `Prefer: wait=50` (RFC 7240) holds the answer back until there is one.

    409 when the position is beyond the journal, as after a restore: then everything is to be read again.
    """
    seconds = waiting_time(request.headers.get("prefer"))
    until = asyncio.get_running_loop().time() + seconds
    source = desk.everybody.guard.source
    while True:
        generation = await run_in_threadpool(source.generation)
        found, following = await run_in_threadpool(_after, desk, since, limit)
        left = until - asyncio.get_running_loop().time()
        if found or left <= 0:
            break
        await request.app.state.bell.wait(generation, left)
    headers = {"preference-applied": f"wait={seconds}"} if seconds else {}
    return await run_in_threadpool(answer, request, desk, {"changes": found, "next": following}, headers=headers)


def waiting_time(prefer: str | None) -> int:
    """The seconds that a Prefer header asks to wait, at most fifty; 0 where it asks for none."""
    found = _WAIT.search(prefer or "")
    return min(int(found[1]), LONGEST_WAIT) if found else 0


def _after(desk: Desk, since: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    source = desk.everybody.guard.source
    # The position first: what is recorded meanwhile is either in this answer or after `next`, never between.
    pos = source.pos()
    if since > pos:
        raise Conflict
    found = list(islice(source.changes(since), limit))
    last = found[-1].pos if found else since
    return [_shown(desk, change) for change in found], last if len(found) == limit else max(last, pos)


def _shown(desk: Desk, change: Change) -> dict[str, Any]:
    issued = desk.shelf.find(change.document)
    return {
        "pos": change.pos,
        "document": change.document if issued is None else issued.content.code,
        "kind": change.kind,
        "version": change.version,
        "start": shapes.text_of(change.start),
    }
