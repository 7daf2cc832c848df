"""Routes for whoever watches over the server: alive, ready, how far it knows, and its counts."""

from __future__ import annotations

import logging
from threading import Event, Thread
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

from iso_qms.faces.api import shapes
from iso_qms.faces.api.desk import TheDesk, answer
from iso_qms.faces.api.problems import Told

if TYPE_CHECKING:
    from iso_qms.qms import Qms

router = APIRouter(tags=["health"])


class Proof:
    """Whether this process has re-derived the register from its journal; until then, and if it failed, it is not ready.

    `begin` verifies in a thread of its own, so that the server is alive meanwhile.
    """

    def __init__(self, qms: Qms) -> None:
        self._qms = qms
        self._done = Event()
        self.holds = False

    def begin(self) -> None:
        """Start verifying."""
        Thread(target=self.run, name="iso-qms-verify", daemon=True).start()

    def run(self) -> None:
        """Verify now, and remember whether everything holds."""
        try:
            found = self._qms.verify()
            self.holds = found.holds
            if not found.holds:
                logging.getLogger("iso_qms.http").error("the register does not verify: %s", found.broken[0].en)
        finally:
            self._done.set()

    def wait(self, seconds: float) -> bool:
        """Whether verifying ended within a time."""
        return self._done.wait(seconds)


@router.get("/healthz", response_class=Response, summary="Whether the process answers at all.")
def healthz() -> Response:
    """Always 200 while the process lives."""
    return Response(b"ok\n", media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


@router.get("/readyz", response_class=Response, summary="Whether requests may be sent here.")
def readyz(request: Request, desk: TheDesk) -> Response:
    """200 once the register was verified and its database answers, else 503."""
    if not request.app.state.proof.holds:
        raise Told(503)
    desk.qms.registers.head()
    return Response(b"ready\n", media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


@router.get("/v1/status", response_model=shapes.State, summary="How far the server knows the register.")
def status(request: Request, desk: TheDesk) -> Response:
    """Position in the journal, the next instant at which an answer changes by itself, and whether all was verified."""
    found = desk.everybody.guard.status()
    body = {
        "status": found.freshness.value,
        "pos": found.pos,
        "next_change": shapes.text_of(found.next_change),
        "verified": request.app.state.proof.holds,
    }
    return answer(request, desk, body)


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    summary="Counts for Prometheus.",
)
def metrics(request: Request) -> Response:
    """Requests, durations, verdicts and the journal's position; nothing in it names a person or a document."""
    media = "text/plain; version=0.0.4; charset=utf-8"
    return Response(request.app.state.counts.text(), media_type=media, headers={"Cache-Control": "no-store"})
