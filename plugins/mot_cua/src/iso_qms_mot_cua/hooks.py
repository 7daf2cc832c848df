"""The desk's part inside the register: a gate, what an act would mean, settings that follow, a nightly look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from iso_qms import BadInput, Candidate, Context, Finding, ImpactNote, News, Objection, hookimpl
from iso_qms_mot_cua import judging
from iso_qms_mot_cua.calendar import AgencyCalendar, read_calendar
from iso_qms_mot_cua.configuration import Configuration
from iso_qms_mot_cua.keeping import open_tables


class MotCua:
    """The plugin; `[plugins.mot_cua]` may set `desk` (the desk's database), `calendar` (a file) and `unit`.

    Without `desk` there is no desk to guard: the plugin then objects to nothing and finds nothing.
    """

    iso_qms_api = (1, 0)

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._settings: Mapping[str, Any] = {}
        self._view: Any = None
        self._desks: dict[str, Configuration] = {}
        self._calendar: AgencyCalendar | None = None

    @hookimpl
    def iso_qms_ready(self, view: Any, settings: dict[str, Any]) -> None:
        """Keep the view; a desk that cannot be opened quarantines the plugin."""
        unknown = sorted(set(settings) - {"desk", "calendar", "unit"})
        if unknown:
            raise BadInput(what=f"[plugins.mot_cua] không có / has no {', '.join(unknown)}")
        self._view, self._settings = view, settings
        self._calendar = read_calendar(settings.get("calendar"))
        self._desk({})

    @hookimpl
    def iso_qms_gate_issue(self, candidate: Candidate, ctx: Context) -> list[Objection]:
        """Before an issue: everybody has an account, the steps fit into the announced time, the sunset is worked."""
        desk = self._desk(ctx.settings)
        if desk is None or not candidate.service_codes or candidate.act == "rescind":
            return []
        objections = judging.sunset(candidate.sunset, self.calendar)
        if candidate.act == "issue":
            objections += judging.total(candidate.process)
            objections += judging.accounts(desk.missing_roles(candidate.process, self._unit(candidate.unit)))
        return objections

    @hookimpl
    def iso_qms_assess_impact(self, candidate: Candidate, ctx: Context) -> list[ImpactNote]:
        """How many open dossiers an act would touch, version by version, and what each transition would do to them."""
        desk = self._desk(ctx.settings)
        if desk is None:
            return []
        return [judging.impact(each, candidate) for each in desk.open_dossiers(candidate.document)]

    @hookimpl
    def iso_qms_check_process(self, process: dict[str, Any], document: str, ctx: Context) -> list[Finding]:
        """What a desk could not work by: steps nobody may do, no components, no time for the whole."""
        desk = self._desk(ctx.settings)
        if desk is None or not process.get("procedures"):
            return []
        found = [(o.code, o.message_vi, o.message_en) for o in judging.total(process)]
        found += [
            (o.code, o.message_vi, o.message_en)
            for o in judging.accounts(desk.missing_roles(process, self._unit(None)))
        ]
        found += list(judging.unusable(process))
        return [Finding(code, vi, en, document) for code, vi, en in found]

    # --- news --------------------------------------------------------------------------------------------------------

    @hookimpl
    def iso_qms_came_into_force(self, event: News) -> None:
        """The desk works by the new version."""
        if (desk := self._desk({})) is not None and event.version is not None:
            desk.take_over(event, self._process(event.document, event.version))

    @hookimpl
    def iso_qms_superseded(self, event: News) -> None:
        """Nothing to do but to have heard it: the settings already name the successor, or are about to."""

    @hookimpl
    def iso_qms_withdrawn(self, event: News) -> None:
        """The desk receives nothing from then on."""
        if (desk := self._desk({})) is not None:
            desk.withdraw(event)

    @hookimpl
    def iso_qms_rescinded(self, event: News) -> None:
        """A planned withdrawal that is called off is forgotten."""
        if (desk := self._desk({})) is not None:
            desk.reopen(event)

    @hookimpl
    def iso_qms_suspended(self, event: News) -> None:
        """The desk stops receiving."""
        if (desk := self._desk({})) is not None:
            desk.receive(event, False)

    @hookimpl
    def iso_qms_resumed(self, event: News) -> None:
        """The desk receives again."""
        if (desk := self._desk({})) is not None:
            desk.receive(event, True)

    # --- the nightly look --------------------------------------------------------------------------------------------

    @hookimpl
    def iso_qms_reconcile(self, view: Any, since_pos: int) -> list[Finding]:
        """Settings against what is in force (C17), dossiers against their receipts (C18), lateness without a word."""
        desk = self._desk({})
        if desk is None:
            return []
        now = self._clock()
        found = [*judging.settings_differ(desk, view, now), *judging.received_wrongly(desk, view)]
        return [*found, *judging.without_apology(desk, now)]

    @hookimpl
    def iso_qms_provide_commands(self, app: Any) -> None:
        """`iso-qms mot-cua …`: the desk's report and its calendar."""
        from iso_qms_mot_cua.commands import sub_application

        app.add_typer(sub_application(lambda: dict(self._settings)), name="mot-cua")

    def close(self) -> None:
        """Give back the connections to the desk's database."""
        for desk in self._desks.values():
            desk.close()
        self._desks = {}

    # --- inside ------------------------------------------------------------------------------------------------------

    @property
    def calendar(self) -> AgencyCalendar:
        """The agency's calendar, the shipped one until settings name another."""
        if self._calendar is None:
            self._calendar = read_calendar()
        return self._calendar

    def _desk(self, settings: Mapping[str, Any]) -> Configuration | None:
        url = settings.get("desk") or self._settings.get("desk")
        if not url:
            return None
        if url not in self._desks:
            self._desks[url] = Configuration(open_tables(str(url)))
        return self._desks[url]

    def _unit(self, unit: str | None) -> str | None:
        return unit or self._settings.get("unit")

    def _process(self, document: str, version: int) -> Mapping[str, Any]:
        return {} if self._view is None else self._view.process(document, version)
