"""What comes next: the officer finds the next command without a manual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from iso_qms.domain import events as ev
from iso_qms.domain.acts import describe
from iso_qms.faces import wording
from iso_qms.faces.cli import output
from iso_qms.faces.i18n import _

if TYPE_CHECKING:
    from iso_qms.domain.document import Document
    from iso_qms.qms import Qms
    from iso_qms.services.registers import Task


def quoted(code: str) -> str:
    """A code as it is typed in a shell."""
    import shlex

    return shlex.quote(code)


def signer(event: ev.Signed, record: ev.Recorded, names: Mapping[str, Any]) -> str:
    """Who signed, and for whom under which authority where a deputy did."""
    name = wording.actor_text(record, names)
    if event.principal is None:
        return name
    return _("{name} ({capacity}. for {principal})").format(
        name=name, capacity=event.capacity or "", principal=wording.name_of(event.principal, names)
    )


def to_be_signed(qms: Qms, document: Document, number: int | None) -> str | None:
    """Show what a signature would be put to; its digest, to which the signature is then bound."""
    waiting = [v for v in document.versions.values() if v.round() is not None and number in (None, v.number)]
    if len(waiting) != 1:
        return None  # the act itself says what is wrong
    version = waiting[0]
    content = version.content
    output.say(
        _("To be signed: {code} “{title}”, {version}, {kind} change.").format(
            code=content.code,
            title=content.title,
            version=wording.short(version),
            kind=wording.word(wording.CLASSES, content.change_class),
        )
    )
    output.say(
        _("Drafted by {name}: {reason}").format(
            name=wording.actor_text(version.draft, qms.registers.names()), reason=content.reason
        )
    )
    files = ", ".join(file.name for file in qms.manifest(document.key, version.number).files)
    output.say(_("Files: {files}").format(files=files))
    output.say(f"SHA-256: {content.sha256}")
    if content.base is not None:
        output.say(
            _("What changed: {command}").format(
                command=f"iso-qms diff {quoted(content.code)} {content.base} {version.number}"
            )
        )
    return content.sha256


def after_signing(qms: Qms, document: Document, number: int) -> None:
    """Who signs next, or that the version can be issued."""
    version = document.versions[number]
    code = document.last.code
    waiting = version.round()
    if waiting is None:
        output.say(_("All signatures are there; the version can be issued."))
        day = _("DATE")
        decision = _("NUMBER")
        holder = _sole(
            [named.login for named, state in qms.registers.persons() if state.active and "issuer" in state.roles]
        )
        output.next_step(output.officer(f'issue {quoted(code)} --effective {day} --decision "{decision}"', holder))
        return
    steps = describe(waiting.waiting())
    able = qms.registers.signers(code, qms.clock.now())
    if not able:
        output.say(
            _("Waits for: {steps}. Nobody can fill this seat yet: give somebody the role or a mandate.").format(
                steps=steps
            )
        )
        return
    output.say(_("Waits for: {steps} ({logins}).").format(steps=steps, logins=", ".join(able)))
    output.next_step(output.officer(f"sign {quoted(code)}", able[0]))


def _sole(logins: list[str]) -> str | None:
    return logins[0] if logins else None


def command_of(task: Task, by: str | None = None) -> str:
    """The command that does a task."""
    code = quoted(task.code)
    match task.kind:
        case "submit":
            return output.officer(f"submit {code}", by)
        case "sign":
            return output.officer(f"sign {code}", by)
        case "issue":
            return output.officer(f'issue {code} --effective {_("DATE")} --decision "{_("NUMBER")}"', by)
        case _:
            return output.officer(f"show {code}")
