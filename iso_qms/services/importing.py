"""An office's existing set brought in: files grouped by code and version, guesses told before anything is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from iso_qms.domain import errors
from iso_qms.domain.code import clean_code, document_key
from iso_qms.domain.document import label_text
from iso_qms.domain.people import Person
from iso_qms.services import intake
from iso_qms.services.acts import Acts

SUFFIXES = (".docx", ".docm", ".doc", ".odt", ".rtf", ".pdf")
_VERSION = re.compile(r"(?:lần|lan|bh|ver|rev|v)[\s._-]*(\d{1,2})|\((\d{1,2})\)$", re.IGNORECASE)
_FORM = re.compile(r"^(?:BMT?|MẪU|MAU)[\s._-]*", re.IGNORECASE)

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One file that was taken for a version of a procedure; `guessed` names what the file itself did not say."""

    path: Path
    code: str
    title: str
    issue: int
    revision: int | None
    printed: date | None
    guessed: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Lần ban hành / lần sửa đổi."""
        return label_text(self.issue, self.revision)


@dataclass
class Group:
    """Everything found of one document: its versions, oldest first, and the forms that belong to it."""

    key: str
    versions: list[Candidate] = field(default_factory=list)
    forms: list[Path] = field(default_factory=list)
    doubles: list[Path] = field(default_factory=list)

    @property
    def newest(self) -> Candidate:
        """The version that the office works by, as far as the files say."""
        return self.versions[-1]


@dataclass
class Plan:
    """What an import would do: documents by code, and the files that nothing can be done with, each with the reason."""

    groups: list[Group]
    unread: list[tuple[Path, str, str]]
    registered: list[str] = field(default_factory=list)


def plan(qms: Acts, folder: Path, progress: Progress = lambda stage, done, total: None) -> Plan:
    """Read a folder and say what would be brought in; nothing is recorded and no file is kept."""
    paths = [
        p for p in sorted(folder.rglob("*")) if p.suffix.lower() in SUFFIXES and not p.name.startswith((".", "~$"))
    ]
    groups: dict[str, Group] = {}
    unread: list[tuple[Path, str, str]] = []
    forms: list[Path] = []
    for number, path in enumerate(paths, 1):
        progress("read", number, len(paths))
        if _FORM.match(path.stem):
            forms.append(path)
            continue
        try:
            found = _candidate(path)
        except errors.QmsError as trouble:
            unread.append((path, trouble.message("vi"), trouble.message("en")))
            continue
        _place(groups.setdefault(document_key(found.code), Group(document_key(found.code))), found)
    for form in forms:
        _attach(form, groups, unread)
    known = {d.key for d in qms.registers.documents() if any(v.state == "approved" for v in d.versions.values())}
    fresh = [group for key, group in sorted(groups.items()) if key not in known]
    return Plan(fresh, unread, sorted(key for key in groups if key in known))


def _candidate(path: Path) -> Candidate:
    from iso_qms.documents import read_file

    reading = intake.read(path, read_file)
    guessed: list[str] = []
    code = reading.code
    if code is None:
        code = _code_in(path.stem)
        guessed.append("code")
    clean = clean_code(code)
    issue = reading.issue
    if issue is None:
        issue = _version_in(path.stem)
        guessed.append("issue")
    title = reading.title
    if title is None:
        title = path.stem
        guessed.append("title")
    printed = reading.effective_date or reading.issue_date
    return Candidate(path, clean, title, max(issue, 1), reading.revision, printed, tuple(guessed))


def _code_in(stem: str) -> str:
    """The code at the beginning of a file's name, up to the first word that is none: `QT-05 Cấp giấy phép v2`."""
    found = re.match(r"[A-ZĐa-zđ]{1,8}(?:[-./_ ]?[A-ZĐa-zđ]{1,8})?[-./_ ]?\d{1,3}(?:[-./]\d{1,3})*", stem)
    if found is None:
        raise errors.MissingField(field="mã hiệu / code", option="--code")
    return found[0].replace("_", "-")


def _version_in(stem: str) -> int:
    found = _VERSION.search(stem)
    return int(next(filter(None, found.groups()))) if found else 1


def _place(group: Group, found: Candidate) -> None:
    same = next((v for v in group.versions if (v.issue, v.revision or 0) == (found.issue, found.revision or 0)), None)
    if same is not None:
        group.doubles.append(found.path)
        return
    group.versions.append(found)
    group.versions.sort(key=lambda v: (v.issue, v.revision or 0))


def _attach(form: Path, groups: dict[str, Group], unread: list[tuple[Path, str, str]]) -> None:
    """Give a form to the procedure whose code its own code embeds, else to the only one in its folder."""
    rest = _FORM.sub("", form.stem)
    try:
        key = document_key(rest)
    except errors.BadCode:
        key = ""
    owners = [group for group in groups.values() if key == group.key or key.startswith(f"{group.key}-")]
    if not owners:
        beside = [
            g for g in groups.values() if any(v.path.parent in (form.parent, form.parent.parent) for v in g.versions)
        ]
        owners = beside if len(beside) == 1 else []
    if owners:
        max(owners, key=lambda group: len(group.key)).forms.append(form)
    else:
        unread.append((form, "không rõ biểu mẫu thuộc quy trình nào", "it is not clear whose form this is"))


# --- doing it -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Terms:
    """On whose word the set is taken over: who drafts, who answers for the approval on paper, and since when."""

    drafter: Person
    issuer: Person
    decision: str
    known_from: date


def carry_out(
    qms: Acts, chosen: Plan, terms: Terms, progress: Progress = lambda stage, done, total: None
) -> Iterator[tuple[str, str, str]]:
    """Bring the planned documents in, one after another; code, `taken` or `refused`, and a sentence for each.

    Older versions are kept as drafts that were given up, the newest is taken over and issued from now on. Run again, it
    goes on with what is not in the register yet. `AdoptionClosed` before the first draft while the policy is off; a
    secret that is not theirs ends it at the first document.
    """
    if chosen.groups:
        qms.control.demand_adoption(by=terms.issuer)
    for number, group in enumerate(chosen.groups, 1):
        progress("import", number, len(chosen.groups))
        try:
            yield group.newest.code, "taken", _bring_in(qms, group, terms)
        except (errors.WrongSecret, errors.SecretNeeded, errors.NoSecret, errors.MustChangeSecret, errors.LockedOut):
            raise  # it would be the same with the next document, and lock the account
        except errors.QmsError as refusal:
            yield group.newest.code, "refused", refusal.message("vi")


def _bring_in(qms: Acts, group: Group, terms: Terms) -> str:
    for old in group.versions[:-1]:
        event = _draft(qms, old, [], terms, "Bản cũ, đưa vào kho để lưu")
        reason = "Bản cũ trước khi có kho; không còn áp dụng"
        qms.abandon(old.code, reason=reason, by=terms.drafter, number=event)
    newest = group.newest
    number = _draft(qms, newest, group.forms, terms, "Đưa tài liệu đã ban hành trên giấy vào kho")
    qms.control.adopt(newest.code, by=terms.issuer, decision=terms.decision, known_from=terms.known_from, number=number)
    qms.issue(
        newest.code,
        number=number,
        effective=terms.known_from,
        decision=terms.decision,
        reason=f"Đưa vào kho; đã biết áp dụng từ {terms.known_from:%d/%m/%Y}",
        by=terms.issuer,
    )
    return f"lần ban hành {newest.label}, {len(group.versions) - 1} bản cũ, {len(group.forms)} biểu mẫu"


def _draft(qms: Acts, found: Candidate, forms: list[Path], terms: Terms, reason: str) -> int:
    taken = qms.take(
        [found.path, *forms], code=found.code, title=found.title, issue=found.issue, revision=found.revision
    )
    try:
        event = qms.propose(taken, by=terms.drafter, reason=reason, new=True).event
    except errors.SameContent as same:  # an import that was broken off goes on
        return int(same.facts["number"])
    return int(event.number)  # type: ignore[attr-defined]
