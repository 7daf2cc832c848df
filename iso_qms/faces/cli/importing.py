"""The command import: an existing set of files, first as a report of guesses, then into the register."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from iso_qms.domain.errors import FileTrouble, MissingField
from iso_qms.domain.people import Person
from iso_qms.faces import settings
from iso_qms.faces.cli import options, output, session
from iso_qms.faces.cli.progress import bar
from iso_qms.faces.dates import parse_day
from iso_qms.faces.i18n import _, lazy


def bring_in(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=lazy("The folder with the existing files."))],
    apply: Annotated[bool, typer.Option("--apply", help=lazy("Bring the files in; else only the report."))] = False,
    by: options.By = None,
    issuer: Annotated[
        str | None,
        typer.Option("--issuer", metavar="LOGIN", help=lazy("Who answers for the approval on paper (own password).")),
    ] = None,
    decision: Annotated[
        str | None,
        typer.Option("--decision", metavar="NUMBER", help=lazy("The paper decision that issued the set.")),
    ] = None,
    known_from: Annotated[
        str | None, typer.Option("--known-from", metavar="DATE", help=lazy("Since when the office has worked by it."))
    ] = None,
    as_json: options.Json = False,
) -> None:
    from iso_qms.services import importing

    if not folder.is_dir():
        raise FileTrouble(path=str(folder), why_vi="không có thư mục này", why_en="there is no such folder")
    with session.opened() as qms:
        with bar() as told:
            found = importing.plan(qms, folder, told)
        if not apply:
            _report(found, as_json, folder)
            raise typer.Exit(1 if found.unread else 0)
        if decision is None or known_from is None or issuer is None:
            missing = "--issuer, --decision, --known-from"
            raise MissingField(field=_("what the set was issued by"), option=missing)
        terms = importing.Terms(
            Person(session.somebody(by)), Person(issuer, _secret(issuer)), decision, parse_day(known_from)
        )
        refused = 0
        for code, outcome, sentence in importing.carry_out(qms, found, terms):
            refused += outcome == "refused"
            output.say(f"{'✓' if outcome == 'taken' else '✗'} {code}: {sentence}")
        if refused:
            raise typer.Exit(1)


def _secret(login: str) -> str | None:
    given = settings.password()
    return session.ask(_("Password of {login}").format(login=login)) if given is None and session.can_ask() else given


def _report(found: Any, as_json: bool, folder: Path) -> None:
    if as_json:
        output.json_out(
            {
                "documents": [
                    {
                        "code": group.newest.code,
                        "title": group.newest.title,
                        "versions": [
                            {"label": v.label, "file": str(v.path), "date": v.printed, "guessed": list(v.guessed)}
                            for v in group.versions
                        ],
                        "forms": [str(path) for path in group.forms],
                        "doubles": [str(path) for path in group.doubles],
                    }
                    for group in found.groups
                ],
                "registered": found.registered,
                "unread": [{"file": str(path), "vi": vi, "en": en} for path, vi, en in found.unread],
            }
        )
        return
    rows = [
        (
            group.newest.code,
            group.newest.title,
            ", ".join(version.label for version in group.versions),
            str(len(group.forms)),
            ", ".join(sorted({_guess(name) for v in group.versions for name in v.guessed})) or "–",
        )
        for group in found.groups
    ]
    headings = (_("Code"), _("Title"), _("Versions"), _("Forms"), _("Guessed"))
    output.table(headings, rows, _("Nothing new was found."))
    for path, vi, en in found.unread:
        output.say(f"✗ {path.relative_to(folder)}: {en if session.settings().lang == 'en' else vi}")
    for group in found.groups:
        for path in group.doubles:
            output.say(_("{file} repeats a version of {code}.").format(file=path.name, code=group.newest.code))
    if found.groups:
        output.next_step(f"iso-qms import {folder} --apply --by … --issuer … --decision … --known-from …")


def _guess(name: str) -> str:
    return {"code": _("code"), "issue": _("issue"), "title": _("title")}[name]
