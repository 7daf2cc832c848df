"""Puts the HTTP service together: one ASGI app over one open register, for all threads of a process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from iso_qms._version import __version__
from iso_qms.faces.api import acting, checks, feed, health, machines, problems, reading, scopes, shapes
from iso_qms.faces.api.bell import Bell
from iso_qms.faces.api.counts import Counts
from iso_qms.faces.api.desk import Desk
from iso_qms.faces.api.edge import Edge, Log
from iso_qms.services.apikeys import Access
from iso_qms.services.decisionlogs import DecisionLogs

if TYPE_CHECKING:
    from iso_qms.qms import Qms

ROUTERS = (checks.router, reading.router, feed.router, scopes.router, acting.router, machines.router, health.router)

_PROBLEM = {"model": shapes.Problem, "content": {problems.MEDIA_TYPE: {}}}
_ABOUT = "What is in force, whether a version may be used, what changed, and acts under a person's own secret."


def build(qms: Qms, *, log: Log | None = None, verified: bool = False, snapshots: Path | None = None) -> Edge:
    """The service over an open register; `verified` says that it was verified already, else it is in the background.
    `snapshots` is the folder that `iso-qms snapshot publish` writes to.

    No CORS headers are sent: pages of other origins have nothing to ask here with somebody's password.
    """
    app = routes()
    desk = Desk.of(qms)
    counts = Counts(lambda: desk.shelf.pos)
    proof = health.Proof(qms)
    proof.holds = verified
    if not verified:
        proof.begin()
    app.state.desk, app.state.counts, app.state.proof = desk, counts, proof
    app.state.access = Access(qms._performer)
    app.state.logs = DecisionLogs(qms._performer.engine)
    app.state.snapshots = snapshots
    app.state.bell = Bell(desk.everybody.guard.source)
    return Edge(app, desk.everybody, counts, log=log)


def routes() -> FastAPI:
    """All routes without a register: what OpenAPI is made from."""
    app = FastAPI(
        title="iso_qms",
        version=__version__,
        description=_ABOUT,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses={422: _PROBLEM, "default": _PROBLEM},
    )
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.state.routes = [route for router in ROUTERS for route in router.routes]
    made: dict[str, Any] = app.openapi()
    _only_problems(made)
    return app


def _only_problems(schema: dict[str, Any]) -> None:
    """Describe refusals as what they are: FastAPI would list JSON of its own beside the problem document."""
    for path in schema["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if not status.startswith("2"):
                    response["content"] = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for name in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(name, None)
