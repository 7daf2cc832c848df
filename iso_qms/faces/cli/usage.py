"""Mistakes in a command line, said in the reader's language."""

from __future__ import annotations

import re
from typing import Any

from iso_qms.faces.cli.help import blank
from iso_qms.faces.cli.output import printable
from iso_qms.faces.i18n import _


def worded(mistake: Any) -> str:
    """One sentence for what typer did not understand, and where to look it up."""
    context = getattr(mistake, "ctx", None)
    path = context.command_path if context is not None else "iso-qms"
    return printable(f"{_sentence(mistake)} " + _("See: {command} --help").format(command=path))


def _sentence(mistake: Any) -> str:
    kind = type(mistake).__name__
    said = mistake.format_message()
    if kind == "NoSuchOption":
        return _("There is no option {option}.").format(option=mistake.option_name[:60])
    if kind == "MissingParameter":
        return _("{what} is missing.").format(what=_named(mistake))
    if kind == "BadParameter":
        return _("The value of {what} is not valid ({why}).").format(what=_named(mistake), why=_why(mistake.message))
    if found := re.match(r"No such command '(.*?)'", said, re.DOTALL):
        return _("There is no command “{name}”.").format(name=found[1][:60])
    if found := re.match(r"Got unexpected extra arguments? ?\(?(?:s\))? ?\(?(.*?)\)?$", said, re.DOTALL):
        return _("“{words}” is too much here.").format(words=found[1][:60])
    if found := re.match(r"Option '?(\S+?)'? requires an? argument", said):
        return _("Option {option} needs a value.").format(option=found[1])
    if kind == "BadOptionUsage":
        return _("Option {option} is used in a way that is not understood.").format(option=mistake.option_name)
    return _("The command line is not complete or not understood.")


def _named(mistake: Any) -> str:
    param = getattr(mistake, "param", None)
    if param is None:
        return str(getattr(mistake, "param_hint", None) or "?")
    return str(param.opts[0]) if param.param_type_name == "option" else blank(param)


def _why(message: str) -> str:
    if "integer" in message:
        return _("it must be a number")
    return _("it is too small or too large") if "less than" in message or "greater than" in message else message[:120]
