"""Commands of the auditor: verify the store, list and search the journal."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from iso_qms.faces import wording
from iso_qms.faces.cli import explaining, output, session
from iso_qms.faces.cli.options import First, Json, Last, OnlyDocument, OnlyPerson, Since, Until
from iso_qms.faces.cli.progress import bar
from iso_qms.faces.dates import instant_text, parse_instant
from iso_qms.faces.i18n import _, language, lazy, ngettext

if TYPE_CHECKING:
    from iso_qms.domain import events as ev
    from iso_qms.qms import Qms
    from iso_qms.services.judging import Judged

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@app.command("verify", help=lazy("Re-derive everything from the journal and name what does not hold (exit code 1)."))
def verify(
    bundle: Annotated[
        Path | None, typer.Argument(metavar="BUNDLE", help=lazy("A bundle to verify; else the register itself."))
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", metavar="FILE", help=lazy("A checkpoint that was kept elsewhere; several times.")),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="VKEY", help=lazy("A key that is known from outside; several times.")),
    ] = None,
    as_json: Json = False,
) -> None:
    """Re-derive everything from the journal and name what does not hold (exit code 1)."""
    kept, keys = checkpoint or [], key or []
    if bundle is not None:
        raise typer.Exit(_bundle(bundle, kept, keys, as_json))
    with session.opened() as qms:
        with bar() as progress:
            found = qms.verify(progress)
        # A tree that does not hold cannot be compared with anything.
        seals = qms.judge_seals(kept, keys) if found.holds else []
        holds = found.holds and not any(each.kind == "bad" for each in seals)
        if as_json:
            output.json_out(
                {
                    "holds": holds,
                    "size": found.size,
                    "root": found.root.hex(),
                    "root_base64": b64encode(found.root).decode("ascii"),
                    "files": found.files,
                    "erased": found.erased,
                    "unused_files": found.unused_files,
                    "broken": found.broken,
                    "seals": seals,
                }
            )
        else:
            _verified(found, seals, holds)
    raise typer.Exit(0 if holds else 1)


def _bundle(bundle: Path, kept: list[Path], keys: list[str], as_json: bool) -> int:
    """Judge a bundle by our own copy of the verifier that every bundle carries."""
    from iso_qms.services.judging import judge_bundle

    said: list[str] = []
    out = said.append if as_json else output.say
    holds = judge_bundle(bundle, out, lang=language(), keys=keys, checkpoints=kept)
    if as_json:
        output.json_out({"holds": holds, "said": said})
    return 0 if holds else 1


def _verified(found: Any, seals: list[Judged], holds: bool) -> None:
    for seal in seals:
        output.say({"bad": "✗ ", "open": "? "}.get(seal.kind, "✓ ") + wording.both(seal.vi, seal.en))
    for broken in found.broken:
        output.say("✗ " + wording.both(broken.vi, broken.en) + f" [{broken.place}]")
    words = ngettext("Journal: {n} entry, {files} files.", "Journal: {n} entries, {files} files.", found.size)
    output.say(words.format(n=found.size, files=found.files))
    output.say(_("Root (hex):    {root}").format(root=found.root.hex()))
    output.say(_("Root (base64): {root}").format(root=b64encode(found.root).decode("ascii")))
    if found.erased:
        output.say(_("Personal data erased by entries of the journal: {count}.").format(count=found.erased))
    if found.unused_files:
        output.say(_("Files that no version names: {count} (harmless).").format(count=len(found.unused_files)))
    if holds:
        output.say(_("Everything holds. Keep the size and the root somewhere else than this machine."))
    else:
        count = len(found.broken) + sum(seal.kind == "bad" for seal in seals)
        words = ngettext("{n} thing does not hold.", "{n} things do not hold.", count)
        output.say(words.format(n=count))


@app.command("log", help=lazy("List the journal, entry by entry."))
def log(first: First = 0, last: Last = None, as_json: Json = False) -> None:
    """List the journal, entry by entry."""
    with session.opened() as qms:
        _listed(qms, qms.entries(first, last), as_json)


@app.command("search", help=lazy("Find entries by act, document, person and time."))
def search(
    act: Annotated[
        str | None, typer.Option("--act", metavar="ACT", help=lazy("Kind of act, for example signed or act_refused."))
    ] = None,
    code: OnlyDocument = None,
    person: OnlyPerson = None,
    since: Since = None,
    until: Until = None,
    as_json: Json = False,
) -> None:
    """Find entries by act, document, person and time."""
    from iso_qms.domain.acts import choose
    from iso_qms.domain.code import document_key
    from iso_qms.domain.events import EVENTS

    with session.opened() as qms:
        if act is not None:
            choose(act, "act", tuple(sorted(EVENTS)))
        key = None if code is None else document_key(code)
        who = None if person is None else _id_of(qms, person)
        begins = None if since is None else parse_instant(since, qms.zone)
        ends = None if until is None else parse_instant(until, qms.zone)

        def wanted(record: ev.Recorded) -> bool:
            return (
                (act is None or record.event.act == act)
                and (key is None or getattr(record.event, "document", None) == key)
                and (who is None or record.actor == who)
                and (begins is None or record.at >= begins)
                and (ends is None or record.at < ends)
            )

        _listed(qms, filter(wanted, qms.entries()), as_json)


def _id_of(qms: Qms, login: str) -> str:
    from iso_qms.domain.errors import UnknownPerson

    for who, named in qms.registers.names().items():
        if named.login == login:
            return str(who)
    raise UnknownPerson(login=login)


def _listed(qms: Qms, records: Iterator[ev.Recorded], as_json: bool) -> None:
    from iso_qms.services.act_words import act_words

    names = qms.registers.names()
    if as_json:
        output.json_out([_entry(qms, record, names) for record in records])
        return
    output.table(
        [_("Entry"), _("When"), _("Act"), _("Who"), _("How proven"), _("What")],
        (
            [
                str(record.pos),
                instant_text(record.at, qms.zone),
                act_words(record.event.act, language()),
                wording.actor_text(record, names),
                wording.word(wording.PROOF, record.auth),
                _about(qms, record, names),
            ]
            for record in records
        ),
        _("No entry."),
    )


def _entry(qms: Qms, record: ev.Recorded, names: Any) -> dict[str, Any]:
    return {
        "pos": record.pos,
        "at": record.at,
        "act": record.event.act,
        "who": wording.actor_text(record, names),
        "auth": record.auth,
        "document": getattr(record.event, "document", None),
        "what": _about(qms, record, names),
    }


def _about(qms: Qms, record: ev.Recorded, names: Any) -> str:
    what = explaining.link(record, names, qms.zone).what
    document = getattr(record.event, "document", None)
    return f"{_printed(qms, document)}: {what}" if document else what


def _printed(qms: Qms, key: str) -> str:
    """The code as it is printed, behind the key that the journal keeps; a refused attempt may name none of ours."""
    from iso_qms.domain.errors import QmsError

    try:
        return _code(qms, key)
    except QmsError:
        return key


@cache
def _code(qms: Qms, key: str) -> str:
    return qms.document(key).last.code
