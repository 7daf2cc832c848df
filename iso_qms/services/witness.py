"""The second party: remembers how far a journal had grown, cosigns what continues it, refuses a fork (C2SP)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib import error as url_error
from urllib import request as url_request

from iso_qms.domain import checkpoint as cp
from iso_qms.domain.checkpoint import Checkpoint
from iso_qms.domain.errors import BadInput, Refused, StoreTrouble
from iso_qms.domain.merkle import EMPTY_ROOT, verify_consistency
from iso_qms.domain.note import BadNote, BadSignature, Key, Note, Signature
from iso_qms.services.logkey import LogKey, verify
from iso_qms.services.performing import Clock

MOST_PROOF_LINES = 63
"""C2SP tlog-witness: more hashes than levels a tree can have are refused."""


class UnknownJournal(Refused):
    """The witness was not told to watch this journal (HTTP 404)."""

    code = "UNKNOWN_JOURNAL"
    vi = "Người làm chứng không theo dõi nhật ký “{origin}”."
    en = "The witness does not watch journal “{origin}”."


class NotSignedByJournal(Refused):
    """No signature by the journal's known key (HTTP 403)."""

    code = "NOT_SIGNED_BY_JOURNAL"
    vi = "Mốc niêm phong không có chữ ký đúng của nhật ký “{origin}”."
    en = "The checkpoint carries no valid signature of journal “{origin}”."


class WitnessElsewhere(Refused):
    """The request starts from another size than the witness saw last; ask again from `size` (HTTP 409)."""

    code = "WITNESS_ELSEWHERE"
    vi = "Người làm chứng đã thấy nhật ký ở {size} mục; hãy gửi lại chứng minh tính từ mục này."
    en = "The witness saw the journal at {size} entries; send a proof from there."


class ForkFound(Refused):
    """The checkpoint contradicts one that the witness saw before: kept as evidence (HTTP 409 or 422)."""

    code = "FORK_FOUND"
    vi = (
        "KHÔNG KÝ: mốc {new} mục mâu thuẫn với mốc {old} mục đã thấy. Nhật ký đã bị viết lại hoặc có hai bản. "
        "Hai mốc được giữ lại làm bằng chứng tại {kept}."
    )
    en = (
        "NOT SIGNED: the checkpoint of {new} entries contradicts the one of {old} entries seen before. The journal "
        "was rewritten or there are two of it. Both checkpoints are kept as evidence at {kept}."
    )


@dataclass(frozen=True, slots=True)
class Request:
    """What a journal sends: the size the witness saw last, a consistency proof from there, the new checkpoint."""

    old: int
    path: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        return f"old {self.old}\n{cp.hash_lines(self.path)}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> Request:
        """Read the body of an add-checkpoint request, or the same as a file; raises BadNote."""
        head, blank, rest = text.partition("\n\n")
        lines = head.split("\n")
        size = lines[0].removeprefix("old ")
        if not blank or not lines[0].startswith("old ") or not size.isdecimal() or len(lines) > MOST_PROOF_LINES + 1:
            raise BadNote(why_vi="không phải yêu cầu làm chứng", why_en="it is no request to a witness")
        return cls(int(size), tuple(cp.parse_hash_lines("\n".join(lines[1:]))), Note.parse(rest))


class Witness:
    """Keeps the newest checkpoint of each watched journal in a folder of its own, on a machine of its own."""

    def __init__(self, folder: Path, key: LogKey, watched: Sequence[Key], clock: Clock) -> None:
        self._folder, self._key, self._clock = folder, key, clock
        self._watched = {one.name: one for one in watched}
        folder.mkdir(parents=True, exist_ok=True)

    def cosign(self, request: Request) -> Signature:
        """Check a request and sign; the state moves before the signature leaves.

        Raises `UnknownJournal`, `NotSignedByJournal`, `BadInput`, `WitnessElsewhere` or `ForkFound`.
        """
        new = Checkpoint.parse(request.note.text)
        self._check_signed(new, request.note)
        if request.old > new.size:
            raise BadInput(what="mốc mới nhỏ hơn mốc cũ / the new checkpoint is smaller than the old")
        with self._locked() as state:
            old, root, seen = self._seen(state, new.origin)
            if request.old != old:
                raise WitnessElsewhere(size=old)
            if not verify_consistency(old, new.size, root, new.root, request.path):
                raise ForkFound(new=new.size, old=old, kept=self._keep_fork(new, seen, str(request)))
            state.execute(
                "INSERT INTO seen VALUES (?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE SET size = excluded.size, "
                "root = excluded.root, note = excluded.note",
                (new.origin, new.size, new.root, str(request.note)),
            )
        return cp.cosign(request.note.text, self._key.key, self._key.sign, int(self._clock.now().timestamp()))

    def size_of(self, origin: str) -> int:
        """How many entries of a journal the witness saw last; 0 for a new one."""
        with self._locked() as state:
            return self._seen(state, origin)[0]

    def _check_signed(self, new: Checkpoint, note: Note) -> None:
        key = self._watched.get(new.origin)
        if key is None:
            raise UnknownJournal(origin=new.origin)
        try:
            signed = cp.verified(note, [key], verify)
        except BadSignature:
            signed = []
        if not signed:
            raise NotSignedByJournal(origin=new.origin)

    @contextmanager
    def _locked(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._folder / "witness.db", timeout=30, isolation_level=None)) as state:
            state.execute("PRAGMA synchronous=FULL")
            state.execute("BEGIN IMMEDIATE")
            state.execute(
                "CREATE TABLE IF NOT EXISTS seen (origin TEXT PRIMARY KEY, size INTEGER, root BLOB, note TEXT)"
            )
            yield state
            state.execute("COMMIT")

    def _seen(self, state: sqlite3.Connection, origin: str) -> tuple[int, bytes, str]:
        found = state.execute("SELECT size, root, note FROM seen WHERE origin = ?", (origin,)).fetchone()
        return found or (0, EMPTY_ROOT, "")

    def _keep_fork(self, new: Checkpoint, seen: str, sent: str) -> Path:
        folder = self._folder / "forks" / f"{self._clock.now():%Y%m%dT%H%M%S}-{new.size}-{new.root.hex()[:8]}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "seen.txt").write_text(seen, "utf-8")
        (folder / "sent.txt").write_text(sent, "utf-8")
        return folder


def answer(witness: Witness, body: str) -> tuple[int, str]:
    """HTTP status and body for an add-checkpoint request (C2SP tlog-witness)."""
    try:
        return 200, str(witness.cosign(Request.parse(body)))
    except WitnessElsewhere as refusal:
        return 409, f"{refusal.facts['size']}\n"
    except UnknownJournal as refusal:
        return 404, f"{refusal}\n"
    except NotSignedByJournal as refusal:
        return 403, f"{refusal}\n"
    except ForkFound as refusal:
        # The specification's 409 is for a size known with another root, 422 for a proof that does not hold.
        return (
            (409, f"{refusal.facts['old']}\n")
            if refusal.facts["old"] == refusal.facts["new"]
            else (422, f"{refusal}\n")
        )
    except BadInput as trouble:
        return 400, f"{trouble}\n"


def ask(url: str, request: Request, timeout: float = 10) -> tuple[int, str]:
    """Send a request to a witness over HTTP; status and body. `StoreTrouble` when it cannot be reached."""
    if not url.startswith(("http://", "https://")):
        raise BadInput(what=f"“{url}” không phải địa chỉ http / is no http address")
    sent = url_request.Request(f"{url.rstrip('/')}/add-checkpoint", str(request).encode(), method="POST")  # noqa: S310
    try:
        with url_request.urlopen(sent, timeout=timeout) as answered:  # noqa: S310
            return answered.status, answered.read(100_000).decode()
    except url_error.HTTPError as refused:
        with refused:
            return refused.code, refused.read(100_000).decode(errors="replace")
    except (OSError, ValueError) as error:
        raise StoreTrouble(what=f"không gọi được {url} / the witness does not answer: {error}") from None
