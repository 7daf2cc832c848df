"""`iso-qms` alone: the five commands of the main job, and where one stands."""

from __future__ import annotations

from iso_qms.domain.errors import NoStore
from iso_qms.faces import wording
from iso_qms.faces.cli import guidance, output, session
from iso_qms.faces.i18n import _, lazy

MAIN_JOB = (
    ('draft {file}.docx --reason "…" --by {login}', lazy("bring in a Word file as a draft")),
    ("submit {code} --by {login}", lazy("put the draft before those who sign")),
    ("sign {code} --by {login}", lazy("sign, each with their own password")),
    ('issue {code} --effective {date} --decision "{number}" --by {login}', lazy("give it its date and decision")),
    ("check {code}", lazy("ask which version is in force")),
)
MOST = 10


def home() -> None:
    """Print the main job and what waits."""
    from iso_qms._version import __version__

    output.say(f"iso-qms {__version__} – " + _("which version of a procedure is in force, and who decided it"))
    output.say()
    rows = [(f"iso-qms {_command(command)}", _(what)) for command, what in MAIN_JOB]
    width = max(len(command) for command, _what in rows)
    for command, what in rows:
        output.say(f"  {command:<{width}}  {what}")
    output.say()
    try:
        _standing()
    except NoStore:
        output.say(_("There is no register here yet."))
        output.next_step("iso-qms init")
    output.say(_("All commands: iso-qms --help"))


def _command(words: str) -> str:
    return words.format(file=_("FILE"), login=_("LOGIN"), code=_("CODE"), date=_("DATE"), number=_("NUMBER"))


def _standing() -> None:
    with session.opened() as qms:
        by = session.settings().by
        found = qms.tasks(by)
        persons = qms.registers.persons()
        if not persons:
            output.next_step(f'iso-qms person add {_("LOGIN")} --name "{_("NAME")}" --role drafter')
            return
        if not found:
            output.say(_("Nothing waits."))
            return
        output.say(_("What waits:"))
        for task in found[:MOST]:
            what = wording.word(wording.TASKS, task.kind)
            version = wording.version_text(task.number, task.label)
            output.say(f"  {task.code} {version} – {what}: {guidance.command_of(task, by)}")
        if len(found) > MOST:
            output.say(_("… and {count} more: iso-qms tasks").format(count=len(found) - MOST))
