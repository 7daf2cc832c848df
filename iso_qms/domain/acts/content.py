"""Acts upon content: propose it, give it up."""

from __future__ import annotations

from datetime import datetime

from iso_qms.domain import errors
from iso_qms.domain import events as ev
from iso_qms.domain.acts.ground import DIGEST, LAST_LABEL, Content, Moment, choose, only, require_own_role, version_of
from iso_qms.domain.code import clean_code, service_code
from iso_qms.domain.document import CLASSES, KINDS, Document, Version, label_text
from iso_qms.domain.people import Actor
from iso_qms.domain.text import line, prose


def draft(
    document: Document,
    content: Content,
    *,
    actor: Actor,
    moment: Moment,
    reason: str,
    requests: tuple[int, ...] = (),
    new: bool = False,
    number: int | None = None,
    copy_of: int | None = None,
    unattended: bool = False,
) -> ev.Drafted:
    """Propose content: for the open draft if there is one, else (or with `new`) for the next version.

    Content that a chain has completely approved is never changed: it becomes another version. `copy_of` names an
    existing version from which the draft starts, and whose content alone it may repeat. What comes in `unattended`,
    through a watched folder, never replaces content that somebody is signing.
    """
    require_own_role(actor, "draft", "drafter", "controller")
    if not DIGEST.match(content.sha256):
        raise errors.BadInput(what="nội dung phải được nêu bằng SHA-256 / content is named by its SHA-256")
    version = None if new else _draft_to_change(document, number)
    if unattended and version is not None and version.state == "submitted":
        raise errors.NotAllowedForDrafter(number=version.number)
    if copy_of is not None:
        version_of(document, copy_of)
    _refuse_same_content(document, version, content, copy_of)
    _refuse_taken_label(document, version, content)
    return ev.Drafted(
        document=document.key,
        code=clean_code(content.code),
        kind=choose(content.kind, "kind", KINDS),
        title=line(content.title, "title"),
        number=version.number if version else max(document.versions, default=0) + 1,
        issue=content.issue,
        revision=content.revision,
        sha256=content.sha256,
        change_class=choose(content.change_class, "class", CLASSES),
        reason=prose(reason, "reason"),
        base=version.content.base if version else copy_of or _base(document, moment.at),
        unit=content.unit,
        service_codes=tuple(dict.fromkeys(service_code(code) for code in content.service_codes)),
        requests=requests,
        open_changes=content.open_changes,
        file_date=content.file_date,
    )


def _draft_to_change(document: Document, number: int | None) -> Version | None:
    if number is not None:
        version = version_of(document, number)
        if version.state == "approved":
            raise errors.NoDraft(document=document.code)
        return version
    return only(document.open_versions, optional=True)


def _base(document: Document, at: datetime) -> int | None:
    """The version that a new one starts from: what is in force, else what is planned next, else the newest approved."""
    timeline = document.timeline()
    entry = timeline.in_force(at) or next((e for e in timeline.live() if e.start > at), None)
    if entry is not None and entry.version is not None:
        return entry.version
    return max((v.number for v in document.versions.values() if v.state == "approved"), default=None)


def _refuse_same_content(document: Document, version: Version | None, content: Content, copy_of: int | None) -> None:
    for other in document.versions.values():
        if other.content.sha256 != content.sha256 or other.abandoned or other.number == copy_of:
            continue
        same = other.content
        if other is not version or (same.issue, same.revision, same.title, same.change_class) == (
            content.issue,
            content.revision,
            content.title,
            content.change_class,
        ):
            raise errors.SameContent(number=other.number)


def _refuse_taken_label(document: Document, version: Version | None, content: Content) -> None:
    if not 1 <= content.issue <= LAST_LABEL or not 0 <= (content.revision or 0) <= LAST_LABEL:
        raise errors.BadInput(
            what=f"lần ban hành từ 1, lần sửa đổi từ 0, đều không quá {LAST_LABEL} / "
            f"issue from 1, revision from 0, neither above {LAST_LABEL}"
        )
    for other in document.versions.values():
        taken = (other.content.issue, other.content.revision or 0) == (content.issue, content.revision or 0)
        if taken and other is not version and not other.abandoned:
            raise errors.LabelTaken(
                label=label_text(content.issue, content.revision), number=other.number, document=content.code
            )


def abandon(
    document: Document, *, actor: Actor, moment: Moment, reason: str, number: int | None = None
) -> ev.Abandoned:
    """Give up a draft that is not approved."""
    version = _open_version(document, number)
    require_own_role(actor, "abandon", "drafter", "controller")
    return ev.Abandoned(document.key, version.number, version.content.sha256, prose(reason, "reason"))


def _open_version(document: Document, number: int | None) -> Version:
    versions = [v for v in document.open_versions if number in (None, v.number)]
    if not versions:
        raise errors.NoDraft(document=document.code)
    found = only(versions)
    assert found is not None
    return found
