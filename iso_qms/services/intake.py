"""Word and PDF files as they come in: read, asked for what is missing, kept by digest, made into a draft's content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iso_qms.domain import errors, os_words
from iso_qms.domain.acts import Content
from iso_qms.domain.canonical import canonical
from iso_qms.domain.code import clean_code, is_usual, service_code
from iso_qms.domain.manifest import File, Manifest, build
from iso_qms.domain.text import line
from iso_qms.store.files import FileStore

if TYPE_CHECKING:
    from iso_qms.documents import Reading

LARGEST = 200 * 1024 * 1024
"""Largest file that is taken, in bytes."""

FORMS = "bieu-mau"
"""The folder beside a procedure that holds its forms."""

SURE = 0.5
"""Confidence below which a field counts as not found: it is asked for, never guessed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person said themselves; it wins over what the file says."""

    code: str | None = None
    title: str | None = None
    issue: int | None = None
    revision: int | None = None
    kind: str = "procedure"
    change_class: str = "major"
    unit: str | None = None
    service_codes: Sequence[str] | None = None
    process: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What came in: the content to propose, the reading it stands on, and what the officer should know."""

    content: Content
    reading: Reading
    manifest: Manifest
    notes: list[tuple[str, str]] = field(default_factory=list)


def take(
    paths: Sequence[str | Path],
    files: FileStore,
    wanted: Wanted,
    earlier: Callable[[str], dict[str, Any] | None] = lambda code: None,
) -> Taken:
    """Read and keep some files as one version: the first is the procedure, the others its forms and annexes.

    `earlier` gives the process of the version before, by code: steps that are still the same keep their keys.
    Raises `FileTrouble` (also for what no reader understands), `MissingField` or `BadText`; nothing is in the register
    yet, and a file kept in vain is harmless.
    """
    from iso_qms.documents import carry_keys, read_file

    if not paths:
        raise errors.BadInput(what="chưa nêu tệp nào / no file was named")
    contents = [(Path(path).name, load(path)) for path in paths]
    reading = read(paths[0], read_file)
    notes: list[tuple[str, str]] = []
    code = clean_code(_field(reading, wanted.code, "code", "mã hiệu / code", "--code"))
    if not is_usual(code):
        notes.append(
            (f"Mã “{code}” không theo mẫu thường dùng (QT-…, HD-…).", f"Code “{code}” is unusual (QT-…, HD-…).")
        )
    issue, revision = _label(reading, wanted)
    process = wanted.process or reading.process
    before = earlier(code)
    if process is not None and before is not None and wanted.process is None:
        process, _ = carry_keys(before, process)
    manifest = _keep(contents, process, files)
    content = Content(
        code=code,
        title=line(_field(reading, wanted.title, "title", "tên tài liệu / title", "--title"), "title"),
        issue=issue,
        revision=revision,
        sha256=manifest.sha256,
        kind=wanted.kind,
        change_class=wanted.change_class,
        unit=wanted.unit,
        service_codes=_service_codes(reading, wanted),
        open_changes=open_changes(reading),
        file_date=_sure(reading, "issue_date"),
    )
    return Taken(content, reading, manifest, notes)


def load(path: str | Path) -> bytes:
    """The bytes of a file; `FileTrouble` where it is missing, no file, empty or too large."""
    where = Path(path)
    try:
        if not where.is_file():
            raise errors.FileTrouble(path=str(path), why_vi="không có tệp này", why_en="there is no such file")
        if where.stat().st_size > LARGEST:
            raise errors.FileTrouble(path=str(path), why_vi="lớn hơn 200 MB", why_en="it is larger than 200 MB")
        content = where.read_bytes()
    except OSError as error:
        raise _trouble(path, error) from None
    if not content:
        raise errors.FileTrouble(path=str(path), why_vi="tệp rỗng", why_en="it is empty")
    return content


def _trouble(path: str | Path, error: OSError) -> errors.FileTrouble:
    return errors.FileTrouble(path=str(path), **os_words.why(error))


def read(path: str | Path, read_file: Any) -> Reading:
    """What the reader makes of a file; what it cannot read becomes `FileTrouble` with the reader's own sentence."""
    from iso_qms.documents import Unreadable

    try:
        reading: Reading = read_file(Path(path))
    except Unreadable as trouble:
        raise errors.FileTrouble(path=str(path), why_vi=trouble.message_vi, why_en=trouble.message_en) from None
    return reading


def open_changes(reading: Reading) -> int:
    """How many unaccepted changes and comments the Word file still holds."""
    return sum(1 for problem in reading.problems if problem.code in ("tracked-changes", "comments"))


def _sure(reading: Reading, name: str) -> Any:
    found = reading.fields.get(name)
    return found.value if found is not None and found.confidence >= SURE else None


def _field(reading: Reading, given: str | None, name: str, words: str, option: str) -> str:
    value = given if given is not None else _sure(reading, name)
    if value is None:
        raise errors.MissingField(field=words, option=option)
    return str(value)


def _label(reading: Reading, wanted: Wanted) -> tuple[int, int | None]:
    if wanted.issue is not None:
        return wanted.issue, wanted.revision
    issue = _sure(reading, "issue")
    if issue is None:
        raise errors.MissingField(field="lần ban hành / issue", option="--issue")
    revision = wanted.revision if wanted.revision is not None else _sure(reading, "revision")
    return int(issue), None if revision is None else int(revision)


def _service_codes(reading: Reading, wanted: Wanted) -> tuple[str, ...]:
    given = wanted.service_codes if wanted.service_codes is not None else reading.tthc
    return tuple(dict.fromkeys(service_code(code) for code in given))


def _keep(contents: list[tuple[str, bytes]], process: dict[str, Any] | None, files: FileStore) -> Manifest:
    listed = [
        File(line(name, "file"), files.put(content), len(content), "main" if place == 0 else _role(name))
        for place, (name, content) in enumerate(contents)
    ]
    digest = None if process is None else files.put(canonical(process))
    manifest = build(listed, digest)
    kept = files.put(manifest.to_bytes())
    assert kept == manifest.sha256
    return manifest


def is_form(name: str) -> bool:
    """Whether a file's name says that it is a form (`BM.…`, `Mẫu …`)."""
    return name.upper().startswith(("BM", "MẪU", "MAU"))


def _role(name: str) -> str:
    return "form" if is_form(name) else "annex"


def paths_of(given: Sequence[str | Path]) -> list[Path]:
    """Files named one by one, or a folder: its only Word procedure first, then the forms beside it."""
    found: list[Path] = []
    for item in map(Path, given):
        try:
            found += sorted_folder(item) if item.is_dir() else [item]
        except OSError as error:
            raise _trouble(item, error) from None
    return found


def sorted_folder(folder: Path) -> list[Path]:
    """The procedure of a folder (named like it) first, then the other files, then the forms in `bieu-mau`.

    Lock files and hidden files are left out.
    """
    places = (folder, folder / FORMS)
    found = [p for place in places if place.is_dir() for p in sorted(place.iterdir()) if p.is_file()]
    inside = [p for p in found if not p.name.startswith((".", "~$"))]
    return sorted(inside, key=lambda p: (p.stem != folder.name, _role(p.name) == "form", p.name))
