"""The outermost layer: a number for every request, a bound on what is sent, the quick check, counts and access log."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from secrets import token_hex
from time import perf_counter
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from iso_qms.domain.errors import QmsError
from iso_qms.faces.api.asking import Asking
from iso_qms.faces.api.counts import Counts
from iso_qms.faces.api.problems import language_of, of_status

LARGEST_BODY = 1024 * 1024
"""Bytes of a request that are read; no act needs more."""

CHECK = "/v1/check"
KNOWN_QUESTIONS = 10_000

_JSON = (b"content-type", b"application/json")
_FIXED = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))

Log = Callable[[str], Any]


def to_stdout(line: str) -> None:
    """Write one line of the access log."""
    sys.stdout.write(line + "\n")


class Edge:
    """ASGI middleware around the whole app; everything of a request that is counted or logged is decided here.

    The access log names route, status, time and size, and neither address, account, query nor document.
    """

    def __init__(
        self, app: ASGIApp, asking: Asking, counts: Counts, *, log: Log | None = None, largest: int = LARGEST_BODY
    ) -> None:
        self._app = app
        self._asking = asking
        self._source = asking.guard.source
        self._counts = counts
        self._log = log
        self._largest = largest
        self._seen = (-1, set[bytes]())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or hand on what is no request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        if scope["path"] == CHECK and scope["method"] == "GET":
            lang = _plain_asker(scope["headers"])
            if lang is not None:
                answer = await self._quick(scope["query_string"], lang)
                if answer is not None:
                    await _reply(send, *answer, lang)
                    self._note("GET", CHECK, 200, len(answer[0]), began, "")
                    return
        await self._slow(scope, receive, send, began)

    async def _quick(self, query: bytes, lang: str) -> tuple[bytes, int] | None:
        """The answer to a plain question; None where the whole app is to say what is wrong with it.

        A question that needs the database is asked in a thread: this one must go on serving the others.
        """
        generation, seen = self._seen
        now = self._source.generation()
        if generation == now and query in seen:
            return self._answer(query, lang)
        try:
            answer = await run_in_threadpool(self._answer, query, lang)
        except QmsError:
            return None
        if generation != now or len(seen) >= KNOWN_QUESTIONS:
            self._seen = (now, {query})
        else:
            seen.add(query)
        return answer

    def _answer(self, query: bytes, lang: str) -> tuple[bytes, int]:
        decision = self._asking.decide(self._asking.question(query))
        self._counts.verdict(decision)
        return self._asking.written(decision, lang), decision.pos

    async def _slow(self, scope: Scope, receive: Receive, send: Send, began: float) -> None:
        trace = scope["qms.trace"] = token_hex(8)
        told = {"status": 500, "size": 0}

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                message = {**message, "headers": [*message["headers"], *_FIXED, (b"qms-trace", trace.encode())]}
            elif message["type"] == "http.response.body":
                told["size"] += len(message.get("body", b""))
            await send(message)

        try:
            body = await _whole(receive, scope, self._largest)
            if body is None:
                refused = of_status(413, language_of(_header(scope["headers"], b"accept-language")), trace)
                await refused(scope, receive, sending)
            else:
                await self._app(scope, _again(body, receive), sending)
        finally:
            route = getattr(scope.get("route"), "path", "?")
            self._note(scope["method"], route, told["status"], told["size"], began, trace)

    def _note(self, method: str, route: str, status: int, size: int, began: float, trace: str) -> None:
        seconds = perf_counter() - began
        self._counts.request(method, route, status, seconds)
        if self._log is None:
            return
        line = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 2),
            "bytes": size,
        }
        self._log(json.dumps({**line, "trace": trace} if trace else line))


Headers = Iterable[tuple[bytes, bytes]]


def _plain_asker(headers: Headers) -> str | None:
    """The language of somebody who says nothing of who they are; None for somebody who does."""
    accepted = None
    for name, value in headers:
        if name == b"authorization":
            return None
        if name == b"accept-language":
            accepted = value.decode("latin-1")
    return "vi" if accepted is None else language_of(accepted)


def _header(headers: Headers, wanted: bytes) -> str | None:
    return next((value.decode("latin-1") for name, value in headers if name == wanted), None)


async def _reply(send: Send, body: bytes, pos: int, lang: str) -> None:
    headers = [
        _JSON,
        (b"content-length", b"%d" % len(body)),
        (b"content-language", lang.encode()),
        (b"vary", b"Accept-Language, Authorization"),
        (b"cache-control", b"no-cache"),
        (b"qms-sequence", b"%d" % pos),
        *_FIXED,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _whole(receive: Receive, scope: Scope, largest: int) -> bytes | None:
    """The body of a request; None when it is larger than allowed, of which no more than that is read."""
    if scope["method"] in ("GET", "HEAD"):
        return b""
    announced = _header(scope["headers"], b"content-length")
    if announced is not None and announced.isdigit() and int(announced) > largest:
        return None
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > largest:
            return None
        more = message.get("more_body", False)
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more, then whatever comes: that the asker went away, above all."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receiving() -> Message:
        return waiting.pop() if waiting else await receive()

    return receiving
