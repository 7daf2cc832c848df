"""Commands upon plugins: list."""

from __future__ import annotations

import typer

from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.options import Json
from iso_qms.faces.i18n import _, lazy

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@app.command("list", help=lazy("The plugins of this machine: in use, refused with the reason, demanded."))
def plugins(as_json: Json = False) -> None:
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
