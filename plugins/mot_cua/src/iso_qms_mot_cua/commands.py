"""`iso-qms mot-cua …`: the desk's book at a glance, and what a day of the calendar is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from iso_qms_mot_cua.calendar import read_calendar
from iso_qms_mot_cua.configuration import Configuration
from iso_qms_mot_cua.keeping import open_tables
from iso_qms_mot_cua.worktime import Limit, Unit, deadline

Days = Annotated[float | None, typer.Option("--days", help="Số ngày làm việc cần tính hạn / working days to count")]


def sub_application(settings: Callable[[], Mapping[str, Any]]) -> typer.Typer:
    """The sub-application, over the plugin's settings at the time of the call."""
    app = typer.Typer(no_args_is_help=True, help="Bàn một cửa / the one-stop desk")

    @app.command("report")
    def report() -> None:
        """Hồ sơ đang mở theo phiên bản, cấu hình của bàn / open dossiers by version, the desk's settings."""
        url = settings().get("desk")
        if not url:
            typer.echo('Chưa đặt [plugins.mot_cua] desk = "…" / the desk is not set', err=True)
            raise typer.Exit(2)
        for text in _report(Configuration(open_tables(str(url)))):
            typer.echo(text)

    @app.command("calendar")
    def calendar(day: Annotated[str, typer.Argument(help="dd/mm/yyyy")], days: Days = None) -> None:
        """Một ngày là ngày gì; hạn trả nếu nhận đầu giờ ngày đó / what a day is; what is due when received then."""
        read = read_calendar(settings().get("calendar"))
        on = _day(day)
        found = read.day(on)
        hours = ", ".join(f"{s.start:%H:%M}–{s.end:%H:%M}" for s in found.sessions) or "nghỉ / off"
        typer.echo(f"{on:%d/%m/%Y}: {hours}{f' ({found.why})' if found.why else ''}{' *' if found.provisional else ''}")
        if days is not None:
            limit = Limit(max(round(days * 2), 1) * 240, Unit.DAYS)
            opening = (
                found.sessions[0].start if found.sessions else next(s for w in read.week.values() for s in w).start
            )
            due = deadline(read, read.instant(on, opening), limit)
            typer.echo(f"Hạn trả / due: {due.at.astimezone(read.zone):%H:%M %d/%m/%Y}{' *' if due.provisional else ''}")
            found_provisional = due.provisional
        else:
            found_provisional = found.provisional
        if found_provisional:
            typer.echo("* chưa có thông báo nghỉ lễ, Tết của năm đó / the days off of that year are not decided yet")

    return app


def _report(desk: Configuration) -> list[str]:
    lines = []
    for document, row in sorted(desk.read().items()):
        state = "đang tiếp nhận / receiving" if row.receiving else "tạm dừng tiếp nhận / receiving stopped"
        if row.withdrawn_from is not None:
            state = f"bãi bỏ từ / withdrawn from {row.withdrawn_from + timedelta(hours=7):%d/%m/%Y}"
        lines.append(f"{document}: phiên bản / version {row.version or '–'}, {state}")
        lines += [
            f"  {held.count} hồ sơ / dossiers – {held.label} – {held.oldest}" for held in desk.open_dossiers(document)
        ]
    return lines or ["Bàn chưa được cấu hình tài liệu nào / the desk is set to no document yet"]


def _day(text: str) -> date:
    parts = text.split("/")
    try:
        return date(int(parts[2]), int(parts[1]), int(parts[0])) if len(parts) == 3 else date.fromisoformat(text)
    except ValueError:
        typer.echo(f"“{text}” không phải ngày dd/mm/yyyy / is no day", err=True)
        raise typer.Exit(2) from None
