"""Every refusal over HTTP as application/problem+json (RFC 9457), in the language that the asker reads."""

from __future__ import annotations

import json
import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from iso_qms.domain import errors
from iso_qms.domain.errors import QmsError

MEDIA_TYPE = "application/problem+json"
HELP = "https://github.com/iso-qms/iso-qms/blob/main/docs/reference"
RETRY_SECONDS = "30"

SAID: dict[int, tuple[str, str, str]] = {
    400: ("BAD_REQUEST", "Yêu cầu không đọc được.", "The request cannot be read."),
    401: ("WHO_ASKS", "Cần đăng nhập bằng tài khoản hoặc khóa API.", "It takes an account or an API key."),
    403: ("NOT_ALLOWED", "Khóa API này không có quyền làm việc đó.", "This API key may not do that."),
    404: (
        "NOT_FOUND",
        "Không có địa chỉ này; xem /v1/openapi.json.",
        "There is no such address; see /v1/openapi.json.",
    ),
    405: ("METHOD_NOT_ALLOWED", "Địa chỉ này không nhận phương thức đó.", "This address does not take that method."),
    406: ("NOT_ACCEPTABLE", "Không có dạng dữ liệu được yêu cầu.", "None of the wanted forms can be given."),
    412: (
        "STALE",
        "Tài liệu đã thay đổi sau khi anh/chị xem; hãy xem lại rồi quyết định.",
        "The document changed after you looked; look again, then decide.",
    ),
    413: ("TOO_LARGE", "Nội dung gửi lên quá lớn.", "What was sent is too large."),
    415: ("WRONG_MEDIA_TYPE", "Nội dung phải là application/json.", "The content must be application/json."),
    422: ("BAD_INPUT", "Dữ liệu gửi lên không hợp lệ.", "What was sent is not valid."),
    428: (
        "IF_MATCH_NEEDED",
        "Phải gửi If-Match với ETag của dòng thời gian đã xem.",
        "If-Match is needed, with the ETag of the timeline that was looked at.",
    ),
    500: ("DEFECT", "Lỗi của chương trình; hãy báo mã “trace”.", "A defect of the program; report the “trace”."),
    503: ("NOT_READY", "Chưa sẵn sàng; hãy thử lại.", "Not ready yet; try again."),
}
"""What a status of HTTP's own is called and says, in Vietnamese and English."""


class Told(Exception):
    """An answer of HTTP's own: a status with its stable code and sentence, and what else the asker needs."""

    def __init__(self, status: int, *, headers: dict[str, str] | None = None, **more: Any) -> None:
        self.status, self.headers, self.more = status, headers or {}, more
        super().__init__(status)


def language_of(accepted: str | None) -> str:
    """`en` when Accept-Language asks for English before Vietnamese, else `vi`."""
    if not accepted:
        return "vi"
    best = {"vi": 0.0, "en": 0.0}
    for part in accepted.split(","):
        tag, _, parameters = part.partition(";")
        name = tag.strip().lower().partition("-")[0]
        if name in best:
            best[name] = max(best[name], _quality(parameters))
    return "en" if best["en"] > best["vi"] else "vi"


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def status_of(error: QmsError) -> int:
    """The HTTP status of a refusal: 401 and 403 for who asks, 404, 409, 422 and 503 for what is asked."""
    for kinds, status in _STATUSES:
        if isinstance(error, kinds):
            return status
    return 422


_STATUSES: tuple[tuple[tuple[type[QmsError], ...], int], ...] = (
    ((errors.WrongSecret, errors.SecretNeeded, errors.NoSecret, errors.UnknownPerson), 401),
    ((errors.NoRight, errors.Inactive, errors.LockedOut, errors.MustChangeSecret), 403),
    ((errors.Unknown,), 404),
    ((errors.Conflict,), 409),
    ((errors.StoreTrouble,), 503),
)


def problem(status: int, code: str, title: str, lang: str, trace: str, **more: Any) -> Response:
    """One problem document; `more` are further members and, under `headers`, further headers."""
    headers = {
        "Content-Language": lang,
        "Vary": "Accept-Language",
        "Cache-Control": "no-store",
        **more.pop("headers", {}),
    }
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="iso_qms", charset="UTF-8", Bearer realm="iso_qms"'
    if status == 503:
        headers["Retry-After"] = RETRY_SECONDS
    body = {
        "type": f"{HELP}/{more.pop('page', 'errors.md')}#{code.lower().replace('_', '-')}",
        "title": title,
        "status": status,
        "code": code,
        **more,
        "trace": trace,
    }
    return Response(json.dumps(body, ensure_ascii=False).encode(), status, headers, MEDIA_TYPE)


def of_error(error: QmsError, lang: str, trace: str) -> Response:
    """The problem document of a refusal of the register."""
    if isinstance(error, errors.UnknownPerson):
        error = errors.WrongSecret(**error.facts)  # which accounts exist is nobody's business
    return problem(status_of(error), error.code, error.message(lang), lang, trace)


def of_status(status: int, lang: str, trace: str, **more: Any) -> Response:
    """The problem document of a status of HTTP's own."""
    code, vi, en = SAID.get(status) or SAID[400 if status < 500 else 500]
    return problem(status, code, en if lang == "en" else vi, lang, trace, page="http.md", **more)


def _allowed(request: Request) -> set[str]:
    here = [route for route in request.app.state.routes if route.matches(request.scope)[0] is not Match.NONE]
    return {method for route in here for method in route.methods}


def _asker(request: Request) -> tuple[str, str]:
    return language_of(request.headers.get("accept-language")), request.scope.get("qms.trace", "")


def install(app: FastAPI) -> None:
    """Let every exception leave the app as a problem document."""

    @app.exception_handler(QmsError)
    def refused(request: Request, error: QmsError) -> Response:
        return of_error(error, *_asker(request))

    @app.exception_handler(Told)
    def told(request: Request, error: Told) -> Response:
        return of_status(error.status, *_asker(request), headers=error.headers, **error.more)

    @app.exception_handler(HTTPException)
    def plain(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        if error.status_code == 405:
            # One path has a route for each method; the first one alone would name only its own.
            headers["Allow"] = ", ".join(sorted(_allowed(request)))
        return of_status(error.status_code, *_asker(request), headers=headers)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        # What was sent is not repeated: it may hold a secret.
        found = [{"where": "/".join(map(str, each["loc"])), "what": each["msg"]} for each in error.errors()]
        return of_status(422, *_asker(request), errors=found)

    @app.exception_handler(Exception)
    def defect(request: Request, error: Exception) -> Response:
        lang, trace = _asker(request)
        logging.getLogger("iso_qms.http").error("defect, trace %s", trace, exc_info=error)
        return of_status(500, lang, trace)
