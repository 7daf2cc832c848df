"""The whole extension surface: every hook, when it is called, how often, and what silence means."""

# mypy: disable-error-code="empty-body"

from __future__ import annotations

from typing import Any

import pluggy

from iso_qms.domain.decision import Decision
from iso_qms.domain.extension import Candidate, Context, Finding, ImpactNote, News, Objection, RegisterView

PROJECT = "iso_qms"
API = (1, 0)
"""A plugin declares `iso_qms_api = (1, 0)`; another major or a newer minor is quarantined."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def iso_qms_ready(view: RegisterView, settings: dict[str, Any]) -> None:
    """Called once, after all plugins are loaded, in every process that opens the register.

    Keep the view if you need it later. Silence means nothing; a failure quarantines the plugin.
    """


@hookspec
def iso_qms_provide_commands(app: Any) -> None:
    """Called when the command line is built: add commands to the typer application.

    Silence means fewer commands; a failure is shown by `iso-qms plugins status`.
    """


@hookspec
def iso_qms_provide_routes(app: Any) -> None:
    """Called when the HTTP application is built: add routes to the FastAPI application, under `/v1/plugins/NAME`.

    Silence means fewer routes; a failure is shown by `iso-qms plugins status`.
    """


@hookspec
def iso_qms_check_process(process: dict[str, Any], document: str, ctx: Context) -> list[Finding]:
    """Called when a draft's process was read, before approval, and by `lint`; findings are shown, never a veto.

    An empty list or None says that nothing was found; a failure is itself a finding.
    """


@hookspec
def iso_qms_gate_issue(candidate: Candidate, ctx: Context) -> list[Objection]:
    """Called before an issue, a withdrawal or a rescission (`candidate.act`), outside of any lock; I/O is allowed.

    All gates run side by side under one budget of 10 seconds. An empty list allows the act; None, another type, an
    exception or silence beyond the budget blocks it. It may be called several times for one act.
    A required gate that is absent keeps the register from opening. There is no gate before a suspension.
    """


@hookspec
def iso_qms_assess_impact(candidate: Candidate, ctx: Context) -> list[ImpactNote]:
    """Called with the gates and on preview: what the act would mean in your system; it never stops anything.

    Silence is shown as "not assessed by NAME".
    """


@hookspec
def iso_qms_issued(event: News) -> None:
    """A version was issued. Told after commit, in order per document, at least once.

    Return to acknowledge; raise to be told again later (1 s … 6 h), parked after 12 tries for this document only.
    """


@hookspec
def iso_qms_came_into_force(event: News) -> None:
    """A version's start has come. Told like `iso_qms_issued`, not before `event.start`, never if it was rescinded.

    Correctness must not depend on it: answers change by themselves at the instant.
    """


@hookspec
def iso_qms_superseded(event: News) -> None:
    """A version stopped being in force because another started; `event.version` is the old one. Told like others."""


@hookspec
def iso_qms_withdrawn(event: News) -> None:
    """A document's withdrawal was decided; `event.start` is when it ends. Told like `iso_qms_issued`."""


@hookspec
def iso_qms_rescinded(event: News) -> None:
    """A planned entry was cancelled before its start. Told like `iso_qms_issued`."""


@hookspec
def iso_qms_suspended(event: News) -> None:
    """A document was suspended. Told before all other news, otherwise like `iso_qms_issued`."""


@hookspec
def iso_qms_resumed(event: News) -> None:
    """A suspension was lifted. Told before all other news, otherwise like `iso_qms_issued`."""


@hookspec
def iso_qms_refine_decision(decision: Decision) -> Decision | None:
    """Called after the core answer in embedded guards and in the server; pure, within 5 ms, no I/O.

    Only a stricter decision counts; None, a laxer one or a failure leaves the answer as it was. Five failures switch
    the plugin's refinements off for 30 seconds.
    """


@hookspec
def iso_qms_reconcile(view: RegisterView, since_pos: int) -> list[Finding]:
    """Called nightly and on demand: compare your system with the register and say what differs.

    It repairs what no news can. Silence means that nothing was found; a failure is itself a finding.
    """
