"""Django: a middleware that gives requests the guard and turns its refusals into answers, and a decorator for views."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction  # type: ignore[import-untyped, import-not-found, unused-ignore]
from django.conf import settings  # type: ignore[import-untyped, import-not-found, unused-ignore]
from django.http import JsonResponse  # type: ignore[import-untyped, import-not-found, unused-ignore]
from django.utils.module_loading import (  # type: ignore[import-untyped, import-not-found, unused-ignore]
    import_string,
)

from iso_qms.contrib.problem import HEADER, MEDIA_TYPE, REFUSALS, claimed_version, problem, version_header
from iso_qms.domain.decision import Action
from iso_qms.guard.guard import Guard

F = TypeVar("F", bound=Callable[..., Any])

__all__ = ["QMSMiddleware", "governed"]


class QMSMiddleware:
    """`request.qms` is the guard; refusals become problem+json; governed answers carry `QMS-Version`.

    The setting `QMS_GUARD` is a guard, a function that makes one, or the dotted name of either. Works under WSGI and
    ASGI.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self._get_response = get_response
        self._guard = _guard_of(settings.QMS_GUARD)
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: Any) -> Any:
        """Handle one request."""
        request.qms = self._guard
        if iscoroutinefunction(self):
            return self._later(request)
        return _named(request, self._get_response(request))

    def process_exception(self, request: Any, error: Exception) -> Any:
        """The answer for a refusal of the guard; None leaves other exceptions to Django."""
        if not isinstance(error, REFUSALS):
            return None
        lang = "en" if request.headers.get("Accept-Language", "vi").lower().startswith("en") else "vi"
        answer = problem(error, lang)
        return JsonResponse(answer.body, status=answer.status, headers=answer.headers, content_type=MEDIA_TYPE)

    async def _later(self, request: Any) -> Any:
        return _named(request, await self._get_response(request))


def governed(
    document: str | Callable[..., str], *, action: Action | str = Action.START, **question: Any
) -> Callable[[F], F]:
    """A decorator for views, also async ones; `document` may be a function of the view's arguments.

    The view finds the citation to keep in `request.qms_citation`.
    """

    def decorate(view: F) -> F:
        def insist(request: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            code = document(request, *args, **kwargs) if callable(document) else document
            claim = claimed_version(request.headers.get(HEADER), code)
            request.qms_citation = request.qms.require(code, action=action, **{**claim, **question})

        if iscoroutinefunction(view):

            @wraps(view)
            async def later(request: Any, *args: Any, **kwargs: Any) -> Any:
                insist(request, args, kwargs)
                return await view(request, *args, **kwargs)

            return cast(F, later)

        @wraps(view)
        def now(request: Any, *args: Any, **kwargs: Any) -> Any:
            insist(request, args, kwargs)
            return view(request, *args, **kwargs)

        return cast(F, now)

    return decorate


def _guard_of(given: Any) -> Guard:
    if isinstance(given, str):
        given = import_string(given)
    return cast(Guard, given if isinstance(given, Guard) else given())


def _named(request: Any, response: Any) -> Any:
    cited = getattr(request, "qms_citation", None)
    if cited is not None and response.status_code < 400:
        response.headers[HEADER] = version_header(cited)
    return response
