"""Trusted time: RFC 3161 tokens over checkpoints, asked for, checked and kept as they came."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib import request as url_request

from iso_qms.domain.errors import BadInput, StoreTrouble

Post = Callable[[bytes], bytes]
"""Sends a DER request to a time-stamping authority and returns its raw answer."""


class BadToken(BadInput):
    """A time token that does not hold for the checkpoint, or that no trusted authority issued."""

    code = "BAD_TOKEN"
    vi = "Dấu thời gian không đúng: {why}."
    en = "The time token does not hold: {why}."


@dataclass(frozen=True, slots=True)
class Stamped:
    """A token that holds: the authority's time (aware UTC) and the raw response (DER)."""

    time: datetime
    raw: bytes


def over_http(url: str, timeout: float = 20) -> Post:
    """A sender to an authority's address (RFC 3161 §3.4); it raises `StoreTrouble` when there is no answer."""
    if not url.startswith(("http://", "https://")):
        raise BadInput(what=f"“{url}” không phải địa chỉ http / is no http address")

    def post(query: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query"}
        sent = url_request.Request(url, query, headers, method="POST")  # noqa: S310
        try:
            with url_request.urlopen(sent, timeout=timeout) as answered:  # noqa: S310
                raw: bytes = answered.read(1_000_000)
                return raw
        except (OSError, ValueError) as error:
            raise StoreTrouble(what=f"không gọi được {url} / no answer from the time authority: {error}") from None

    return post


def stamp(text: bytes, post: Post, roots: Sequence[bytes]) -> Stamped:
    """Ask for a token over `text` and check it against trusted root certificates (PEM); `BadToken`, `StoreTrouble`."""
    try:
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
    except ImportError:
        raise StoreTrouble(what="cần cài iso-qms[sign] / install iso-qms[sign] for time tokens") from None
    builder = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256)
    query = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    raw = post(query.as_bytes())
    return Stamped(verify(raw, text, roots, nonce_of=query.as_bytes()), raw)


def verify(raw: bytes, text: bytes, roots: Sequence[bytes], nonce_of: bytes | None = None) -> datetime:
    """The authority's time in a raw response over `text`; the certificates are judged as of that time.

    `nonce_of` is the request the answer must belong to. Raises `BadToken`.
    """
    if not roots:
        raise BadToken(why="chưa có chứng thư gốc của tổ chức cấp dấu thời gian / no root certificate is trusted")
    try:
        from cryptography import x509
        from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response
    except ImportError:
        return _by_openssl(raw, text, roots, nonce_of)
    try:
        token = decode_timestamp_response(raw)
    except ValueError:
        # Authorities exist whose certificate set is not sorted as DER wants; OpenSSL reads them.
        return _by_openssl(raw, text, roots, nonce_of)
    builder = VerifierBuilder()
    for pem in roots:
        builder = builder.add_root_certificate(x509.load_pem_x509_certificate(pem))
    try:
        builder.build().verify_message(token, text)
    except (VerificationError, ValueError) as error:
        raise BadToken(why=str(error)) from None
    if nonce_of is not None and (token.tst_info.nonce is None or _der_integer(token.tst_info.nonce) not in nonce_of):
        raise BadToken(why="trả lời cho yêu cầu khác / the answer belongs to another request")
    return token.tst_info.gen_time.replace(tzinfo=UTC)


def _der_integer(value: int) -> bytes:
    raw = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(raw)]) + raw


def _by_openssl(raw: bytes, text: bytes, roots: Sequence[bytes], nonce_of: bytes | None) -> datetime:
    with tempfile.TemporaryDirectory(prefix="iso-qms-") as work:
        folder = Path(work)
        (folder / "data").write_bytes(text)
        (folder / "answer").write_bytes(raw)
        (folder / "roots").write_bytes(b"\n".join(roots))
        about = _run(folder, "-reply", "-in", "answer", "-text")
        time = next((line.split(": ", 1)[1] for line in about.splitlines() if line.startswith("Time stamp: ")), None)
        if time is None:
            raise BadToken(why="không đọc được / it cannot be read")
        moment = _time(time)
        source = ("-data", "data")
        if nonce_of is not None:
            (folder / "query").write_bytes(nonce_of)
            source = ("-queryfile", "query")
        at = ("-attime", str(int(moment.timestamp())))
        _run(folder, "-verify", *source, "-in", "answer", "-CAfile", "roots", *at)
        return moment


def _run(folder: Path, *what: str) -> str:
    try:
        done = subprocess.run(["openssl", "ts", *what], cwd=folder, capture_output=True, text=True, check=False)
    except OSError:
        raise StoreTrouble(what="cần openssl để đọc dấu thời gian này / openssl is needed for this token") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["openssl ts"]
        raise BadToken(why=lines[-1])
    return done.stdout


def _time(said: str) -> datetime:
    # "Nov 24 22:50:00.123 2026 GMT"
    month, day, clock, year = said.replace(" GMT", "").split()[:4]
    return parsedate_to_datetime(f"{day} {month} {year} {clock.split('.')[0]} +0000")
