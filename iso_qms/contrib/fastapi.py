"""FastAPI: a dependency that lets a route run only under the version in force, and the handler for the refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from iso_qms.contrib.problem import HEADER, MEDIA_TYPE, REFUSALS, claimed_version, problem, version_header
from iso_qms.domain.decision import Action, Citation
from iso_qms.domain.errors import QmsError
from iso_qms.guard.guard import Guard

__all__ = ["governed_by", "install", "qms_problem"]


def governed_by(
    guard: Guard,
    document: str | Callable[[Request], str],
    *,
    action: Action | str = Action.START,
    **question: Any,
) -> Callable[[Request, Response], Citation]:
    """`Depends(governed_by(guard, "QT-07"))`: the citation of the version to follow, or 409 / 503 / 404.

    `document` may be a function of the request. A request that names in `QMS-Version` what it acted on is held to it.
    The answer carries the header with what was followed.
    """

    def require(request: Request, response: Response) -> Citation:
        code = document(request) if callable(document) else document
        claim = claimed_version(request.headers.get(HEADER), code)
        citation = guard.require(code, action=action, **{**claim, **question})
        response.headers[HEADER] = version_header(citation)
        return citation

    return require


async def qms_problem(request: Request, error: Exception) -> Response:
    """The exception handler: application/problem+json in the language that the request prefers, else Vietnamese."""
    if not isinstance(error, QmsError):
        raise error
    lang = "en" if request.headers.get("accept-language", "vi").lower().startswith("en") else "vi"
    answer = problem(error, lang)
    return JSONResponse(answer.body, answer.status, headers=answer.headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Register the handler for every refusal of the guard."""
    for refusal in REFUSALS:
        app.add_exception_handler(refusal, qms_problem)
