"""Commands upon plugins: list, deliver, retry."""

from __future__ import annotations

from typing import Annotated

import typer

from iso_qms.domain.errors import Unknown
from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.options import Json
from iso_qms.faces.i18n import _, lazy

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@app.command("list", help=lazy("The plugins of this machine: in use, refused with the reason, demanded."))
def plugins(as_json: Json = False) -> None:
    """The plugins of this machine: in use, refused with the reason, demanded."""
    with session.opened() as qms:
        host = qms.host
        required = session.settings().required_plugins
        if as_json:
            output.json_out(
                {"loaded": host.loaded, "refused": host.quarantined, "health": host.health, "required": required}
            )
            return
        rows = [
            [name, _("in use"), each.distribution or "—", each.version or "—", each.sha256[:16] or "—"]
            for name, each in sorted(host.loaded.items())
        ]
        rows += [[name, _("refused"), "; ".join(why), "", ""] for name, why in sorted(host.quarantined.items())]
        output.table(
            [_("Plugin"), _("State"), _("From"), _("Version"), _("Digest")], rows, _("No plugin is installed.")
        )


@app.command(
    "deliver", help=lazy("Tell plugins what happened since they were last told; run it after acts, or hourly.")
)
def deliver(as_json: Json = False) -> None:
    """Tell plugins what happened since they were last told; run it after acts, or hourly."""
    with session.opened() as qms:
        done = qms.deliver()
        waiting = qms.delivery.parcels()
    if as_json:
        output.json_out({"done": done, "waiting": waiting})
    else:
        words = _("Told: {told}; failed: {failed}; waiting: {waiting}; given up: {parked}.")
        output.say(words.format(told=done.told, failed=done.failed, waiting=done.waiting, parked=done.parked))
        for parcel in waiting:
            output.say(f"! {parcel.subscriber}: {parcel.hook} {parcel.document} – {parcel.trouble}")
        for name in sorted({parcel.subscriber for parcel in waiting if parcel.parked}):
            output.next_step(f"iso-qms plugins retry {name}")
    raise typer.Exit(1 if done.failed or done.parked else 0)


@app.command("retry", help=lazy("Give the news that a plugin could not take another series of tries."))
def retry(
    name: Annotated[str, typer.Argument(metavar="NAME", help=lazy("Name of the plugin, as “plugins list” shows."))],
) -> None:
    """Give the news that a plugin could not take another series of tries."""
    with session.opened() as qms:
        if name not in qms.host.loaded and name not in {parcel.subscriber for parcel in qms.delivery.parcels()}:
            raise Unknown(what=f"“{name[:60]}”")
        count = qms.delivery.retry(name)
        output.say(_("To be told again: {count}.").format(count=count))
