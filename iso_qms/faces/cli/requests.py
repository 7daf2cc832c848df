"""Commands upon change requests (phiếu đề nghị): file, decide, list, show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from iso_qms.domain import events as ev
from iso_qms.domain.errors import BadInput, UnknownRequest
from iso_qms.faces import wording
from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.options import By, Json, Reason
from iso_qms.faces.dates import instant_text
from iso_qms.faces.i18n import _, lazy

if TYPE_CHECKING:
    from iso_qms.domain.staff import Request

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)

Number = Annotated[int, typer.Argument(metavar="N", help=lazy("Number of the change request."))]


@app.command("file", help=lazy("Ask for documents to be written, changed or withdrawn."))
def file(
    reason: Reason,
    document: Annotated[
        list[str] | None,
        typer.Option("--document", metavar="CODE", help=lazy("Document concerned; may be given several times.")),
    ] = None,
    legal_basis: Annotated[
        list[str] | None, typer.Option("--legal-basis", help=lazy("Legal basis; may be given several times."))
    ] = None,
    decision: Annotated[
        list[str] | None,
        typer.Option("--decision", metavar="NUMBER", help=lazy("Decision concerned; may be given several times.")),
    ] = None,
    tthc: Annotated[
        list[str] | None,
        typer.Option("--tthc", metavar="CODE", help=lazy("TTHC code concerned; may be given several times.")),
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", help=lazy("Code of the unit that asks."))] = None,
    by: By = None,
) -> None:
    """Ask for documents to be written, changed or withdrawn."""
    with session.opened() as qms:
        record = session.acting(
            by,
            lambda who: qms.staff.file_request(
                by=who,
                reason=reason,
                documents=document or (),
                legal_bases=legal_basis or (),
                decisions=decision or (),
                service_codes=tthc or (),
                unit=unit,
            ),
        )
        assert isinstance(record.event, ev.Requested)
        number = record.event.request
        output.say(_("Filed change request {number}.").format(number=number))
        output.next_step(output.officer(f'request decide {number} --accept --reason "…"', _("LOGIN")))


@app.command("decide", help=lazy("Accept or refuse a change request."))
def decide(
    number: Number,
    reason: Reason,
    accept: Annotated[bool, typer.Option("--accept", help=lazy("Accept it."))] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help=lazy("Refuse it."))] = False,
    by: By = None,
) -> None:
    """Accept or refuse a change request."""
    if accept is refuse:
        raise BadInput(what=wording.both("chọn một trong --accept và --refuse", "choose one of --accept and --refuse"))
    with session.opened() as qms:
        session.acting(by, lambda who: qms.staff.decide_request(number, by=who, accepted=accept, reason=reason))
        words = _("Change request {number} is accepted.") if accept else _("Change request {number} is refused.")
        output.say(words.format(number=number))
        if accept:
            output.next_step(output.officer(f'draft {_("FILE")} --request {number} --reason "…"', _("LOGIN")))


def _state(request: Request) -> str:
    if request.accepted is None:
        return _("open")
    return _("accepted") if request.accepted else _("refused")


def _plain(request: Request, names: Any) -> dict[str, Any]:
    content = request.content
    return {
        "number": request.number,
        "accepted": request.accepted,
        "filed_at": request.filed.at,
        "filed_by": wording.actor_text(request.filed, names),
        "reason": content.reason,
        "documents": content.documents,
        "legal_bases": content.legal_bases,
        "decisions": content.decisions,
        "tthc": content.service_codes,
        "unit": content.unit,
        "decided_at": request.decided.at if request.decided else None,
        "decided_by": wording.actor_text(request.decided, names) if request.decided else None,
        "decided_reason": getattr(request.decided.event, "reason", None) if request.decided else None,
    }


@app.command("list", help=lazy("All change requests."))
def requests(as_json: Json = False) -> None:
    """All change requests."""
    with session.opened() as qms:
        names = qms.registers.names()
        found = qms.staff.requests().values()
        if as_json:
            output.json_out([_plain(each, names) for each in found])
            return
        output.table(
            [_("No."), _("State"), _("When"), _("Who"), _("Documents"), _("Reason")],
            (
                [
                    str(each.number),
                    _state(each),
                    instant_text(each.filed.at, qms.zone),
                    wording.actor_text(each.filed, names),
                    ", ".join(each.content.documents) or "—",
                    each.content.reason,
                ]
                for each in found
            ),
            _("No change request was filed."),
        )


@app.command("show", help=lazy("One change request and what became of it."))
def show(number: Number, as_json: Json = False) -> None:
    """One change request and what became of it."""
    with session.opened() as qms:
        found = qms.staff.requests().get(number)
        if found is None:
            raise UnknownRequest(request=number)
        told = _plain(found, qms.registers.names())
        if as_json:
            output.json_out(told)
            return
        output.say(_("Change request {number}: {state}").format(number=number, state=_state(found)))
        output.say(
            _("Filed by {who}, {at}: {reason}").format(
                who=told["filed_by"], at=instant_text(told["filed_at"], qms.zone), reason=told["reason"]
            )
        )
        for heading, name in (
            (_("Documents"), "documents"),
            (_("Legal bases"), "legal_bases"),
            (_("Decisions"), "decisions"),
            ("TTHC", "tthc"),
        ):
            if told[name]:
                output.say(f"{heading}: " + "; ".join(told[name]))
        if found.decided is not None:
            output.say(
                _("Decided by {who}, {at}: {reason}").format(
                    who=told["decided_by"], at=instant_text(told["decided_at"], qms.zone), reason=told["decided_reason"]
                )
            )
