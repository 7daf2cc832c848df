"""Routes that hand out published snapshots for offices far away, byte for byte as they lie in their folder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from starlette.responses import Response

from iso_qms.domain.errors import Unknown
from iso_qms.faces.api.desk import matches
from iso_qms.guard.cache import folder_name

router = APIRouter(tags=["snapshots"])

FOREVER = "public, max-age=31536000, immutable"

Scope = Annotated[str, InPath(description="What the snapshot covers, such as H46.")]


@router.get(
    "/v1/scopes/{scope}/checkpoint",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    summary="The newest signed checkpoint of a scope.",
)
def checkpoint(request: Request, scope: Scope) -> Response:
    """A few hundred bytes to ask for often; a guard with `http://…/v1/scopes` as its address does so."""
    return _sent(request, f"{folder_name(scope)}/checkpoint", "text/plain; charset=utf-8", "no-cache")


@router.get(
    "/v1/scopes/{scope}/snapshots/{sha256}.json.gz",
    response_class=Response,
    responses={200: {"content": {"application/gzip": {"schema": {"type": "string", "format": "binary"}}}}},
    summary="A snapshot by its digest.",
)
def snapshot(request: Request, scope: Scope, sha256: Annotated[str, InPath(pattern="^[0-9a-f]{64}$")]) -> Response:
    """The body that a checkpoint names; it never changes and may be kept for ever."""
    return _sent(request, f"{folder_name(scope)}/snapshots/{sha256}.json.gz", "application/gzip", FOREVER)


@router.get(
    "/v1/scopes/keys/{number}.root",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    summary="A signed root of keys.",
)
def root(request: Request, number: Annotated[int, InPath(ge=1, le=10**6)]) -> Response:
    """Which keys sign for which scope, by number; a client asks for the one after its own."""
    return _sent(request, f"keys/{number}.root", "text/plain; charset=utf-8", "no-cache")


def _sent(request: Request, name: str, media: str, kept: str) -> Response:
    folder: Path | None = request.app.state.snapshots
    try:
        content = b"" if folder is None else (folder / name).read_bytes()
    except (OSError, ValueError):
        content = b""
    if not content:
        raise Unknown(what=f"“{name[:100]}”")
    tag = hashlib.sha256(content).hexdigest()
    headers = {"ETag": f'"{tag}"', "Cache-Control": kept}
    if matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, media)
