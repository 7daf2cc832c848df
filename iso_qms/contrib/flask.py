"""Flask: a decorator that lets a view run only under the version in force, and the handler for the refusal."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, jsonify, request

from iso_qms.contrib.problem import HEADER, MEDIA_TYPE, REFUSALS, claimed_version, problem, version_header
from iso_qms.domain.decision import Action, Citation
from iso_qms.domain.errors import QmsError
from iso_qms.guard.guard import Guard

F = TypeVar("F", bound=Callable[..., Any])

__all__ = ["citation", "governed", "guard", "init_app"]


def init_app(app: Flask, guard: Guard) -> None:
    """Give an application its guard: refusals become problem+json, governed answers carry `QMS-Version`."""
    app.extensions["iso_qms"] = guard
    for refusal in REFUSALS:
        app.register_error_handler(refusal, _refused)
    app.after_request(_named)


def guard() -> Guard:
    """The guard of the running application."""
    return cast(Guard, current_app.extensions["iso_qms"])


def citation() -> Citation | None:
    """The citation that the running request is governed by; None in a view that is not governed."""
    return cast("Citation | None", g.get("qms_citation"))


def governed(
    document: str | Callable[..., str], *, action: Action | str = Action.START, **question: Any
) -> Callable[[F], F]:
    """A decorator for views; `document` may be a function of the view's arguments."""

    def decorate(view: F) -> F:
        @wraps(view)
        def asked(*args: Any, **kwargs: Any) -> Any:
            code = document(*args, **kwargs) if callable(document) else document
            claim = claimed_version(request.headers.get(HEADER), code)
            g.qms_citation = guard().require(code, action=action, **{**claim, **question})
            return view(*args, **kwargs)

        return cast(F, asked)

    return decorate


def _refused(error: QmsError) -> Response:
    lang = "en" if (request.accept_languages.best_match(["vi", "en"]) or "vi") == "en" else "vi"
    answer = problem(error, lang)
    response = jsonify(answer.body)
    response.status_code = answer.status
    response.mimetype = MEDIA_TYPE
    response.headers.update(answer.headers)
    return response


def _named(response: Response) -> Response:
    cited = citation()
    if cited is not None and response.status_code < 400:
        response.headers[HEADER] = version_header(cited)
    return response
