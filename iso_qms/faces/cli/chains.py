"""Commands upon approval chains: load, list, show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iso_qms.domain import os_words
from iso_qms.domain.chain import DEFAULT_CHAIN, Chain, from_data
from iso_qms.domain.errors import FileTrouble, UnknownChain
from iso_qms.faces import wording
from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.options import Json
from iso_qms.faces.cli.person import Admin
from iso_qms.faces.i18n import _, lazy

if TYPE_CHECKING:
    from iso_qms.qms import Qms

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@app.command("load", help=lazy("Define or replace the chains of a TOML file; submissions that run keep theirs."))
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=lazy("The file, as procedures/chains.toml."))],
    by: Admin = None,
) -> None:
    """Define or replace the chains of a TOML file; submissions that run keep theirs."""
    found = read_chains(file)
    with session.opened() as qms:
        for chain in found:
            session.administering(by, lambda who, chain=chain: qms.staff.define_chain(chain, by=who))  # type: ignore[misc]
            output.say(_("Defined the chain “{name}”: {steps}.").format(name=chain.name, steps=steps_text(chain)))


def read_chains(file: Path) -> list[Chain]:
    """The chains of a TOML file; `FileTrouble` or `BadChain` for what is none."""
    import tomllib

    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileTrouble(path=str(file), **os_words.why(error)) from None
    except ValueError as error:
        raise FileTrouble(
            path=str(file), why_vi=f"không phải TOML ({error})", why_en=f"it is no TOML ({error})"
        ) from None
    listed = raw.get("chain")
    if not isinstance(listed, list) or not listed or set(raw) != {"chain"}:
        raise FileTrouble(
            path=str(file), why_vi="phải gồm các mục [[chain]]", why_en="it must consist of [[chain]] tables"
        )
    return [from_data(each) for each in listed if isinstance(each, dict)]


def steps_text(chain: Chain) -> str:
    """The steps in order, with how many sign where it is more than one."""
    return " → ".join(step.title + (f" ×{step.quorum}" if step.quorum > 1 else "") for step in chain.steps)


@app.command("list", help=lazy("The chains that are defined, and what each is for."))
def chains(as_json: Json = False) -> None:
    """The chains that are defined, and what each is for."""
    with session.opened() as qms:
        found = _defined(qms)
        if as_json:
            output.json_out(list(found.values()))
            return
        output.table(
            [_("Chain"), _("Title"), _("Steps"), _("Kinds"), _("Units"), _("Emergency")],
            (
                [
                    each.name,
                    each.title,
                    steps_text(each),
                    ", ".join(wording.word(wording.KINDS, kind) for kind in each.kinds) or _("all"),
                    ", ".join(each.units) or _("all"),
                    _("yes") if each.emergency else "",
                ]
                for each in found.values()
            ),
            "",
        )


def _defined(qms: Qms) -> dict[str, Chain]:
    return {DEFAULT_CHAIN.name: DEFAULT_CHAIN} | qms.staff.chains()


@app.command("show", help=lazy("One chain, step by step."))
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help=lazy("Name of the chain."))], as_json: Json = False
) -> None:
    """One chain, step by step."""
    with session.opened() as qms:
        found = _defined(qms).get(name)
        if found is None:
            raise UnknownChain(chain=name)
        if as_json:
            output.json_out(found)
            return
        names = qms.registers.names()
        output.say(f"{found.name} – {found.title}")
        output.table(
            [_("Stage"), _("Step"), _("Meaning"), _("Who"), _("Signatures")],
            (
                [
                    str(step.stage),
                    step.title,
                    wording.word(wording.MEANINGS, step.meaning),
                    wording.word(wording.ROLES, step.role)
                    if step.role
                    else ", ".join(wording.name_of(who, names) for who in step.persons),
                    str(step.quorum),
                ]
                for step in found.steps
            ),
            "",
        )
