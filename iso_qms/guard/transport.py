"""Getting the files of a snapshot from a web server, a folder or a stick; the bytes are trusted by nobody."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from iso_qms.guard.cache import Fetch, TooLarge

TIMEOUT = 20.0
"""Seconds to wait for a server to answer or to go on."""


def fetcher(url: str) -> Fetch:
    """What gets files below an address: https:// or http:// from a server, file:// or a plain path from a folder.

    Raises ValueError for any other kind of address.
    """
    parts = urlsplit(url)
    if parts.scheme in ("http", "https"):
        return _from_server(url.rstrip("/"))
    if parts.scheme == "file":
        return _from_folder(Path(url2pathname(parts.path)))
    if parts.scheme in ("",) or len(parts.scheme) == 1:
        return _from_folder(Path(url))
    raise ValueError(f"Không hỗ trợ địa chỉ kiểu {parts.scheme}: / addresses of kind {parts.scheme}: are not supported")


def _from_folder(folder: Path) -> Fetch:
    def fetch(name: str, limit: int) -> bytes:
        with (folder / name).open("rb") as file:
            return _bounded(file.read(limit + 1), limit, name)

    return fetch


def _from_server(base: str) -> Fetch:
    def fetch(name: str, limit: int) -> bytes:
        from http.client import HTTPException
        from urllib.request import Request, urlopen

        # S310: the scheme was checked above; a redirect elsewhere changes nothing, every byte is verified.
        request = Request(f"{base}/{name}", headers={"User-Agent": "iso-qms-guard"})  # noqa: S310
        try:
            with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                return _bounded(answer.read(limit + 1), limit, name)
        except HTTPException as error:
            raise OSError(f"{name}: {error}") from error

    return fetch


def _bounded(content: bytes, limit: int, name: str) -> bytes:
    if len(content) > limit:
        raise TooLarge(f"{name} is larger than {limit} bytes")
    return content
