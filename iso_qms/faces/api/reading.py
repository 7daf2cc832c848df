"""Routes that show what was issued: documents, versions, what is in force, the timeline, files and the process."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from iso_qms.domain import errors
from iso_qms.domain.code import national_part, service_code
from iso_qms.domain.document import KINDS, Version
from iso_qms.domain.manifest import File, Manifest
from iso_qms.domain.text import fold
from iso_qms.faces.api import shapes
from iso_qms.faces.api.desk import Desk, TheDesk, answer, cursor_of, key_of
from iso_qms.faces.api.problems import Told
from iso_qms.faces.api.shelf import Issued
from iso_qms.faces.api.visitors import Insider
from iso_qms.services.conditional import tag_of

MOST_LISTED = 200
LONGEST_WAIT = 60
"""Seconds for which an answer about now may be kept, if nothing is due to change before."""

router = APIRouter(tags=["documents"])

Code = Annotated[str, Path(description="Any spelling of the code; write - for /.")]
Number = Annotated[int, Path(ge=1, le=1_000_000_000)]


@router.get("/v1/documents", response_model=shapes.Documents, summary="Issued documents, by canonical code.")
def documents(
    request: Request,
    desk: TheDesk,
    q: Annotated[str | None, Query(max_length=200, description="Words of code or title, accents or not.")] = None,
    kind: Annotated[str | None, Query(description=", ".join(KINDS))] = None,
    unit: Annotated[str | None, Query()] = None,
    procedure: Annotated[str | None, Query(description="Mã TTHC; its national part is compared.")] = None,
    status: Annotated[str | None, Query(description="in_force, suspended, planned, withdrawn, none")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
    cursor: Annotated[str | None, Query(description="From the Link of the page before.")] = None,
) -> Response:
    """One page of documents, narrowed by what is given; the next page is named in Link."""
    now = desk.now()
    wanted = None if procedure is None else national_part(service_code(procedure))
    words = fold(q or "").split()
    page: list[dict[str, Any]] = []
    headers: dict[str, str] = {}
    for found in desk.shelf.all(key_of(cursor)):
        if not _fits(found, words, kind, unit, wanted):
            continue
        shown = shapes.document(found, now)
        if status is not None and shown["status"] != status:
            continue
        if len(page) == limit:
            following = request.url.include_query_params(cursor=cursor_of(page[-1]["id"]))
            headers["link"] = f'<{following.path}?{following.query}>; rel="next"'
            break
        page.append(shown)
    return answer(request, desk, {"documents": page}, headers=headers)


def _fits(found: Issued, words: list[str], kind: str | None, unit: str | None, procedure: str | None) -> bool:
    content = found.content
    text = fold(f"{found.key} {content.code} {content.title}")
    return (
        all(word in text for word in words)
        and kind in (None, content.kind)
        and unit in (None, content.unit)
        and (procedure is None or any(national_part(code) == procedure for code in content.service_codes))
    )


@router.get("/v1/documents/{code}", response_model=shapes.Document, summary="One issued document.")
def document(request: Request, desk: TheDesk, code: Code) -> Response:
    """What everybody may know of a document, as of now."""
    found, now = desk.shelf.get(code), desk.now()
    body = shapes.document(found, now)
    return answer(request, desk, body, tag=f"{found.tag}:{body['status']}:{body['next_change']}")


@router.get("/v1/documents/{code}/current", response_model=shapes.InForce, summary="The version in force.")
def current(
    request: Request,
    desk: TheDesk,
    code: Code,
    at: Annotated[str | None, Query(description="RFC 3339 or a day; else now.")] = None,
    known: Annotated[str | None, Query(description="As it was known at this instant.")] = None,
    unit: Annotated[str | None, Query()] = None,
) -> Response:
    """What is in force at an instant; an answer about now may be kept until the next change, at most a minute."""
    found, now = desk.shelf.get(code), desk.now()
    asked, knowing = desk.instant(at) or now, desk.instant(known)
    following = found.timeline.next_change(asked, knowing)
    body = {
        "document": found.content.code,
        "at": shapes.text_of(asked),
        "status": shapes.status_of(found.timeline, asked, knowing, unit),
        "current": shapes.current(found, asked, knowing),
        "next_change": shapes.text_of(following),
    }
    left = LONGEST_WAIT if following is None else min(LONGEST_WAIT, int((following - asked).total_seconds()))
    kept = f"max-age={max(left, 0)}" if at is None and known is None else "no-cache"
    return answer(request, desk, body, headers={"cache-control": kept})


@router.get("/v1/documents/{code}/timeline", response_model=shapes.TimelineShape, summary="When what governs.")
def timeline(
    request: Request,
    desk: TheDesk,
    insider: Insider,
    code: Code,
    known: Annotated[str | None, Query(description="As it was known at this instant.")] = None,
) -> Response:
    """All start points, planned and rescinded ones too, and suspensions; its ETag is what acts want in If-Match.

    Who says who they are also gets the empty timeline of a document of which only drafts exist.
    """
    if insider and desk.shelf.find(code) is None:
        drafted = desk.qms.document(code)
        tag = tag_of(drafted)
        body = {"document": drafted.code, "tag": tag, "entries": [], "suspensions": []}
        return answer(request, desk, body, tag=tag)
    found, knowing = desk.shelf.get(code), desk.instant(known)
    tag = found.tag if knowing is None else f"{found.tag}:{knowing.isoformat()}"
    return answer(request, desk, shapes.timeline(found, knowing), tag=tag)


@router.get("/v1/documents/{code}/versions", response_model=shapes.Versions, summary="The issued versions.")
def versions(request: Request, desk: TheDesk, code: Code) -> Response:
    """Every version that was ever issued, by number."""
    found = desk.shelf.get(code)
    listed = [shapes.reference(found, version) for _, version in sorted(found.document.versions.items())]
    return answer(request, desk, {"versions": listed}, tag=found.tag)


@router.get("/v1/documents/{code}/versions/{number}", response_model=shapes.VersionShape, summary="One issued version.")
def version(request: Request, desk: TheDesk, code: Code, number: Number) -> Response:
    """An issued version with its files, each with the address and the digest of its content."""
    found, state = _version(desk, code, number)
    manifest = _manifest(desk, state)
    status = shapes.version_status(found.timeline, number, desk.now())
    base = f"/v1/documents/{quote(found.key, safe='')}/versions/{number}"
    body = {
        **shapes.reference(found, state),
        "title": state.content.title,
        "kind": state.content.kind,
        "change_class": state.content.change_class,
        "status": status,
        "approved_at": shapes.text_of(state.approved_at),
        "files": [_file(base, file) for file in manifest.files],
        "process": None if manifest.process is None else f"{base}/process",
    }
    return answer(request, desk, body, tag=f"{state.content.sha256}:{status}")


@router.get(
    "/v1/documents/{code}/versions/{number}/files/{name:path}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
    summary="A file of an issued version, byte for byte.",
)
def file(request: Request, desk: TheDesk, code: Code, number: Number, name: str) -> Response:
    """The file as it was approved; `QMS-Status` says whether its version is in force, `Repr-Digest` what it must be."""
    found, state = _version(desk, code, number)
    kept = next((each for each in _manifest(desk, state).files if each.name == name), None)
    if kept is None:
        raise errors.Unknown(what=f"“{name}”")
    headers = {
        "ETag": f'"{kept.sha256}"',
        "Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(kept.sha256)).decode()}:",
        "QMS-Status": shapes.version_status(found.timeline, number, desk.now()),
        "QMS-Version": f"{quote(found.content.code, safe='/ ')};v={number};sha256={state.content.sha256}",
        "Cache-Control": "no-cache",
    }
    if f'"{kept.sha256}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    # Sent as a download and never shown in this origin: an approved file may hold anything.
    headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(kept.name, safe='')}"
    headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return Response(desk.qms.files.get(kept.sha256), 200, headers, "application/octet-stream")


@router.get(
    "/v1/documents/{code}/versions/{number}/process",
    response_class=Response,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
    summary="The structured process of an issued version.",
)
def process(request: Request, desk: TheDesk, code: Code, number: Number) -> Response:
    """Steps, roles, times and forms as data (schema process/1); 404 where the version has none, 406 for other forms."""
    accepted = request.headers.get("accept", "*/*")
    if not any(kind in accepted for kind in ("*/*", "application/*", "application/json")):
        raise Told(406)
    _, state = _version(desk, code, number)
    digest = _manifest(desk, state).process
    if digest is None:
        raise errors.Unknown(what="quy trình dạng dữ liệu / process data")
    return answer(request, desk, json.loads(desk.qms.files.get(digest)), tag=digest)


def _version(desk: Desk, code: str, number: int) -> tuple[Issued, Version]:
    found = desk.shelf.get(code)
    state = found.document.versions.get(number)
    if state is None:
        raise errors.UnknownVersion(document=code, number=number)
    return found, state


def _manifest(desk: Desk, version: Version) -> Manifest:
    return Manifest.from_bytes(desk.qms.files.get(version.content.sha256))


def _file(base: str, file: File) -> dict[str, Any]:
    address = f"{base}/files/{quote(file.name, safe='')}"
    return {"name": file.name, "role": file.role, "sha256": file.sha256, "size": file.size, "href": address}
