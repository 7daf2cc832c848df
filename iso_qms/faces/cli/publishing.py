"""Commands that publish the register for offices far away: snapshot begin, publish."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iso_qms.domain.errors import BadText
from iso_qms.faces import settings as reading
from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.options import Json
from iso_qms.faces.dates import instant_text
from iso_qms.faces.i18n import _, lazy

if TYPE_CHECKING:
    from iso_qms.qms import Qms
    from iso_qms.services.logkey import LogKey

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)

Folder = Annotated[
    Path, typer.Argument(metavar="FOLDER", help=lazy("The folder that a web server or a stick hands out."))
]
Scope = Annotated[str, typer.Option("--scope", metavar="NAME", help=lazy("What the snapshot covers, for example H46."))]


def _scope(given: str) -> str:
    """A scope that can be the name of a file; `BadText`."""
    if given.isascii() and given.replace("-", "").replace("_", "").isalnum() and len(given) <= 40:
        return given
    raise BadText(
        field="scope", why_vi="gồm 1–40 ký tự a–z, A–Z, 0–9, - và _", why_en="it takes 1–40 of letters, digits, - and _"
    )


def _online(qms: Qms, scope: str) -> tuple[Path, str]:
    return qms.keys / f"snapshot-{scope}.pem", f"{qms.founding.origin}/{scope}"


@app.command("begin", help=lazy("Make the keys and the first root file, once; the root keys then belong offline."))
def begin(
    folder: Folder,
    scope: Scope,
    roots: Annotated[
        int, typer.Option("--root-keys", metavar="N", min=1, max=9, help=lazy("How many root keys to make."))
    ] = 2,
    threshold: Annotated[
        int,
        typer.Option("--threshold", metavar="N", min=1, max=9, help=lazy("How many of them must sign the next root.")),
    ] = 1,
) -> None:
    """Make the keys and the first root file, once; the root keys then belong offline."""
    from iso_qms.contrib.snapshots import fingerprint, first_root
    from iso_qms.services import logkey

    name = _scope(scope)
    with session.opened() as qms:
        secret = reading.key_passphrase()
        made: list[LogKey] = [
            logkey.create(qms.keys / f"root-{n}.pem", f"{qms.founding.origin}/root-{n}", secret)
            for n in range(1, roots + 1)
        ]
        path, key_name = _online(qms, name)
        online = logkey.create(path, key_name, secret)
        trust = first_root(
            folder, f"{qms.founding.origin}/s", root_keys=made, threshold=threshold, scopes={name: [online.key]}
        )
        output.say(
            _("Made {count} root keys and the key of scope {scope} in {folder}.").format(
                count=roots, scope=name, folder=qms.keys
            )
        )
    output.say(_("Trust file for every office: {file}").format(file=trust))
    output.say(_("Its fingerprint, to be compared over the telephone: {digest}").format(digest=fingerprint(trust)))
    output.say(_("! Move the files root-*.pem to a place without a net; they are needed only for the next root."))
    output.next_step(f"iso-qms snapshot publish {folder} --scope {name}")


@app.command(
    "publish", help=lazy("Sign what is in force and planned into the folder; run it after acts and every hour.")
)
def publish(
    folder: Folder,
    scope: Scope,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, max=90, help=lazy("How long offices may rely on it."))
    ] = 7,
    as_json: Json = False,
) -> None:
    """Sign what is in force and planned into the folder; run it after acts and every hour."""
    from iso_qms.contrib import snapshots
    from iso_qms.services import logkey

    with session.opened() as qms:
        path, name = _online(qms, _scope(scope))
        key = logkey.load(path, name, reading.key_passphrase())
        done = snapshots.publish(qms, folder, scope, signers=[key], lifetime=timedelta(days=days))
        if as_json:
            output.json_out({"head": done.head, "documents": done.documents, "fresh": done.fresh})
            return
        words = _("Published {count} documents of scope {scope}, entry {pos} of the journal, good until {until}.")
        if not done.fresh:
            words = _(
                "Nothing changed: signed {count} documents of scope {scope} again, entry {pos}, good until {until}."
            )
        output.say(
            words.format(
                count=done.documents,
                scope=scope,
                pos=done.head.sequence,
                until=instant_text(done.head.expires, qms.zone),
            )
        )
