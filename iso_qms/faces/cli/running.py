"""Runs one call from its words to its exit code; nobody at a desk ever sees a traceback."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from copy import copy
from typing import Any

from iso_qms.documents.errors import Unreadable
from iso_qms.domain import errors
from iso_qms.faces import i18n, wording
from iso_qms.faces import settings as reading
from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.hoisting import hoist
from iso_qms.faces.cli.overview import overview
from iso_qms.faces.i18n import _

DEFECT = 70
"""EX_SOFTWARE: something that we did not foresee."""

UNHEARD = 141
"""128 + SIGPIPE: nobody reads the answer any more, and that is no yes."""


def run(words: Sequence[str]) -> int:
    """Run the command line: 0 done, 1 findings, 2 bad input, 3 refused, 4 unknown, 70 our own defect."""
    log: str | None = None
    try:
        given, options = hoist(words)
        i18n.use(options.get("lang") or reading.system_language())
        chosen = reading.load(options)
        log = chosen.log
        i18n.use(chosen.lang)
        session.begin(chosen)
        if given in (["--help"], ["help"]):
            output.say(overview())
            return 0
        return _invoke(given)
    except errors.QmsError as trouble:
        _refused(words, trouble.code, sentence(trouble))
        return exit_code(trouble)
    except Unreadable as trouble:
        _refused(words, "FILE_TROUBLE", told(trouble))
        return 2
    except KeyboardInterrupt:
        output.complain(_("Stopped; nothing was recorded."))
        return 130
    except (BrokenPipeError, SystemExit):  # typer and rich end the process themselves when a pipe breaks
        _stop_writing()
        return UNHEARD
    except Exception as defect:
        if reading.debugging():
            raise
        output.complain(_defect(defect, log))
        return DEFECT


def _refused(words: Sequence[str], code: str, said: str) -> None:
    """Say a refusal to people, and where JSON was asked for, to programs by its stable code."""
    if "--json" in words:
        output.json_out({"error": {"code": code, "message": said}})
    output.complain(said)


def sentence(trouble: errors.QmsError) -> str:
    """The sentence of a refusal in the reader's language alone, with roles under the names that people give them."""
    facts = dict(trouble.facts)
    for name in ("what", "waiting"):
        if isinstance(facts.get(name), str) and facts[name].count(" / ") == 1:
            facts[name] = wording.side(facts[name])
    if isinstance(facts.get("roles"), str):
        facts["roles"] = " / ".join(wording.word(wording.ROLES, role) for role in facts["roles"].split(" / "))
    return type(trouble)(**facts).message(i18n.language())


def told(trouble: Unreadable) -> str:
    """What the reader of documents says about a file, with its advice."""
    parts = (trouble.message_en, trouble.advice_en) if i18n.language() == "en" else (trouble.message_vi, trouble.advice)
    return " ".join(part for part in parts if part)


def exit_code(trouble: errors.QmsError) -> int:
    """The exit code of a refusal or a trouble."""
    if isinstance(trouble, errors.Refused):
        return 3
    return 4 if isinstance(trouble, errors.Unknown) else 2


def _invoke(words: Sequence[str]) -> int:
    import typer
    from typer.exceptions import Abort, TyperException

    from iso_qms.faces.cli.app import app as ours
    from iso_qms.faces.cli.help import in_our_words
    from iso_qms.faces.cli.usage import worded

    chosen = _with_plugins(ours, words)
    try:
        command = in_our_words(typer.main.get_command(chosen))
        code: Any = command.main(list(words), prog_name="iso-qms", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except TyperException as mistake:
        output.complain(worded(mistake))
        return 2
    except Abort:
        output.complain(_("Stopped; nothing was recorded."))
        return 130


def _with_plugins(app: Any, words: Sequence[str]) -> Any:
    """The commands to choose from: ours, and where the one that is called is none of ours, also those of plugins."""
    called = next((word for word in words if not word.startswith("-")), None)
    ours = {each.name for each in (*app.registered_commands, *app.registered_groups)}
    if called is None or called in ours:
        return app
    # Plugins add to a copy, so that ours is the same at the next call in this process.
    more = copy(app)
    more.registered_commands, more.registered_groups = [*app.registered_commands], [*app.registered_groups]
    with contextlib.suppress(errors.QmsError), session.opened() as qms:
        qms.host.collect("iso_qms_provide_commands", app=more)
    return more


def _stop_writing() -> None:
    # The reader went away (`| head`): the interpreter must not complain about it at its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _defect(defect: BaseException, log: str | None) -> str:
    import tempfile
    import traceback
    from pathlib import Path

    place = Path(log or Path(tempfile.gettempdir()) / "iso-qms-error.log")
    details = "".join(traceback.format_exception(defect))
    try:
        with place.open("a", encoding="utf-8") as kept:
            kept.write(f"{details}\n")
        where = str(place)
    except OSError:
        where = "ISO_QMS_DEBUG=1"
    name = type(defect).__name__
    return _("A defect of the program ({name}), not a mistake of yours. Details: {where}").format(
        name=name, where=where
    )
