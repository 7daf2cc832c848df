"""What a service answers over HTTP when the guard says no: application/problem+json and the QMS-Version header."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from iso_qms.domain.decision import Citation, Decision, VersionRef
from iso_qms.domain.errors import QmsError
from iso_qms.guard.errors import (
    BreakGlassRefused,
    Denied,
    MigrationBlocked,
    NotPinned,
    OutOfScope,
    PinConflict,
    ReceiptRefused,
    SnapshotRefused,
    Undecided,
)

MEDIA_TYPE = "application/problem+json"
HEADER = "QMS-Version"
HELP = "https://github.com/iso-qms/iso-qms/blob/main/docs/reference/errors.md"
RETRY_SECONDS = 60

REFUSALS = (
    Denied,
    PinConflict,
    NotPinned,
    OutOfScope,
    MigrationBlocked,
    ReceiptRefused,
    BreakGlassRefused,
    SnapshotRefused,
)
"""The exceptions of the guard that a service's error handler turns into an answer."""

_STATUS = {ReceiptRefused: 422, BreakGlassRefused: 403, SnapshotRefused: 503}


class Problem(NamedTuple):
    """An HTTP answer: status, JSON body (RFC 9457) and headers."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]


def problem(error: QmsError, lang: str = "vi") -> Problem:
    """The answer for an exception: 409 for a rule, 503 for no trustworthy knowledge, 404 for no document."""
    decision: Decision | None = getattr(error, "decision", None)
    code = error.code if decision is None else decision.reason
    status = _status(error, decision)
    body: dict[str, Any] = {
        "type": f"{HELP}#{code.partition('/')[0].lower().replace('_', '-')}",
        "title": error.message(lang),
        "status": status,
        "code": code,
    }
    if decision is not None:
        said = decision.as_dict(lang)
        for name in ("document", "action", "asked", "current", "pinned", "remedy", "deadline", "pos", "freshness"):
            if said[name] is not None:
                body[name] = said[name]
    if isinstance(error, MigrationBlocked):
        body["behind"] = list(error.plan.behind)
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
    return Problem(status, body, headers)


def version_header(cited: Citation | VersionRef) -> str:
    """The value of `QMS-Version`: code, number and digest of the version that an answer followed.

    Letters that a header cannot carry are percent-encoded (`QT-Đ-01` is `QT-%C4%90-01`).
    """
    ref = cited.ref if isinstance(cited, Citation) else cited
    return f"{quote(ref.document, safe='/ ')};v={ref.number};sha256={ref.sha256}"


def claimed_version(header: str | None, document: str) -> dict[str, Any]:
    """What a client says that it acted on, as keywords for `check`: version and sha256, when it names this document.

    A header that cannot be read, or names another document, claims nothing.
    """
    code, _, rest = (header or "").partition(";")
    if unquote(code).strip() != document:
        return {}
    fields = dict(part.strip().split("=", 1) for part in rest.split(";") if "=" in part)
    number = fields.get("v", "")
    claim: dict[str, Any] = (
        {"version": int(number)} if number.isascii() and number.isdigit() and len(number) < 10 else {}
    )
    return {**claim, "sha256": fields["sha256"]} if fields.get("sha256") else claim


def _status(error: QmsError, decision: Decision | None) -> int:
    if decision is not None and decision.reason.startswith("UNKNOWN_DOCUMENT"):
        return 404
    if isinstance(error, Undecided):
        return 503
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 409)
