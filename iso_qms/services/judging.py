"""Judging evidence: a bundle by the verifier that every bundle carries, a store by the seals that lie outside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from iso_qms.domain import os_words
from iso_qms.domain.checkpoint import Checkpoint, verified
from iso_qms.domain.errors import FileTrouble
from iso_qms.domain.merkle import root_at
from iso_qms.domain.note import BadNote, BadSignature, Key, Note
from iso_qms.evidence_kit import verify as kit
from iso_qms.services.bag import opened
from iso_qms.services.logkey import verify
from iso_qms.store import journal


@dataclass(frozen=True, slots=True)
class Judged:
    """One sentence of a judgement: `ok`, `bad`, `open` (left to the reader) or `info`, in both languages."""

    kind: str
    vi: str
    en: str


def judge_bundle(
    bundle: Path,
    out: Callable[[str], object],
    *,
    lang: str = "vi",
    policy: str = "",
    keys: Sequence[str] = (),
    checkpoints: Sequence[Path] = (),
    tolerance: int = 300,
) -> bool:
    """Run the bundle's checks, sentence by sentence; True when nothing is broken.

    It is our own copy of the verifier that judges, not the one in the bundle. `tolerance` in seconds.
    Raises `FileTrouble` when this is no bundle.
    """
    with opened(bundle) as folder:
        if not (folder / "bagit.txt").is_file():
            why = {
                "why_vi": "không phải bộ bằng chứng (không có bagit.txt)",
                "why_en": "it is no bundle (no bagit.txt)",
            }
            raise FileTrouble(path=bundle, **why)
        report = kit.Report(lang, out)
        return kit.verify(folder, report, policy, tuple(keys), tuple(map(str, checkpoints)), tolerance) == 0


def judge_seals(
    connection: Connection, origin: str, notes: Iterable[tuple[str, Note]], keys: Sequence[Key]
) -> list[Judged]:
    """Compare a store with checkpoints that were kept elsewhere, given with their names, smallest first or not."""
    size, read = journal.head(connection).size, journal.node_reader(connection)
    found = []
    for name, note in notes:
        try:
            seen, signers = Checkpoint.parse(note.text), verified(note, keys, verify)
        except (BadNote, BadSignature) as trouble:
            found.append(Judged("bad", f"mốc {name}: {trouble.message('vi')}", f"{name}: {trouble.message('en')}"))
            continue
        if seen.origin != origin:
            found.append(Judged("bad", f"mốc {name}: của nhật ký khác", f"{name}: of another journal"))
        elif seen.size > size:
            found.append(
                Judged(
                    "bad",
                    f"mốc {name} có {seen.size} mục, nhật ký chỉ có {size}: phần cuối đã bị cắt hoặc kho là bản cũ",
                    f"{name} has {seen.size} entries, the journal {size}: its tail was cut or the store is an old copy",
                )
            )
        elif root_at(seen.size, read) != seen.root:
            found.append(
                Judged(
                    "bad",
                    f"mốc {name}: nhật ký đã bị viết lại trước mục {seen.size}",
                    f"{name}: the journal was rewritten before entry {seen.size}",
                )
            )
        elif not signers:
            found.append(
                Judged(
                    "open",
                    f"mốc {name}: khớp, nhưng không có chữ ký của khóa đã biết",
                    f"{name}: fits, but carries no signature of a known key",
                )
            )
        else:
            who = ", ".join(one.key.name for one in signers)
            found.append(
                Judged(
                    "ok",
                    f"mốc {name}: {seen.size} mục không đổi, ký bởi {who}",
                    f"{name}: {seen.size} entries unchanged, signed by {who}",
                )
            )
    return found


def read_note(path: Path) -> Note:
    """A checkpoint file; `FileTrouble` when it cannot be read."""
    try:
        return Note.parse(path.read_bytes())
    except OSError as error:
        raise FileTrouble(path=path, **os_words.why(error)) from None
    except BadNote as trouble:
        raise FileTrouble(path=path, why_vi=trouble.message("vi"), why_en=trouble.message("en")) from None
