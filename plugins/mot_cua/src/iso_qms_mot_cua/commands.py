"""`iso-qms mot-cua …`: the desk's book at a glance, and what a day of the calendar is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Annotated, Any

import typer
from sqlalchemy.exc import SQLAlchemyError

from iso_qms_mot_cua import worktime
from iso_qms_mot_cua.calendar import AgencyCalendar, read_calendar
from iso_qms_mot_cua.configuration import Configuration
from iso_qms_mot_cua.keeping import open_tables
from iso_qms_mot_cua.worktime import Deadline, Limit, deadline

Role = Annotated[str, typer.Argument(help="Vai trò trong quy trình / a role of the process")]
Names = Annotated[list[str], typer.Argument(help="Tài khoản / accounts")]
Unit = Annotated[str, typer.Option("--unit", help="Đơn vị, để trống là mọi đơn vị / the unit, every one if empty")]
Remove = Annotated[bool, typer.Option("--remove", help="Thôi giao / take out instead")]
Days = Annotated[float | None, typer.Option("--days", help="Số ngày làm việc cần tính hạn / working days to count")]


def sub_application(settings: Callable[[], Mapping[str, Any]]) -> typer.Typer:
    """The sub-application, over the plugin's settings at the time of the call."""
    app = typer.Typer(no_args_is_help=True, help="Bàn một cửa / the one-stop desk")
    _about_the_desk(app, lambda: _desk(settings()))
    _about_days(app, settings)
    return app


def _about_the_desk(app: typer.Typer, desk: Callable[[], Configuration]) -> None:
    @app.command("report")
    def report() -> None:
        """Hồ sơ đang mở theo phiên bản, cấu hình của bàn / open dossiers by version, the desk's settings."""
        for text in _report(desk()):
            typer.echo(text)

    @app.command("accounts")
    def accounts() -> None:
        """Ai giữ vai trò nào / who holds which role."""
        for unit, role, account in desk().accounts():
            typer.echo(f"{role}: {account}{f' ({unit})' if unit else ''}")

    @app.command("assign")
    def assign(role: Role, names: Names, unit: Unit = "", remove: Remove = False) -> None:
        """Giao vai trò cho tài khoản theo danh sách kèm quy trình nội bộ / put accounts into a role."""
        if not remove:
            desk().assign(role, names, unit)
            return
        missing = desk().dismiss(role, names, unit)
        if missing:
            typer.echo(f"không giữ vai trò {role}: {', '.join(missing)} / does not hold it", err=True)
            raise typer.Exit(2)


def _about_days(app: typer.Typer, settings: Callable[[], Mapping[str, Any]]) -> None:
    @app.command("calendar")
    def calendar(day: Annotated[str, typer.Argument(help="dd/mm/yyyy")], days: Days = None) -> None:
        """Một ngày là ngày gì; hạn trả nếu nhận đầu giờ ngày đó / what a day is; what is due when received then."""
        read = read_calendar(settings().get("calendar"))
        on = _day(day)
        found = read.day(on)
        hours = ", ".join(f"{s.start:%H:%M}–{s.end:%H:%M}" for s in found.sessions) or "nghỉ / off"
        typer.echo(f"{on:%d/%m/%Y}: {hours}{f' ({found.why})' if found.why else ''}{' *' if found.provisional else ''}")
        provisional = found.provisional
        if days is not None:
            due = _due(read, on, days)
            provisional = due.provisional
            typer.echo(f"Hạn trả / due: {due.at.astimezone(read.zone):%H:%M %d/%m/%Y}{' *' if provisional else ''}")
        if provisional:
            typer.echo("* chưa có thông báo nghỉ lễ, Tết của năm đó / the days off of that year are not decided yet")


def _due(calendar: AgencyCalendar, on: date, days: float) -> Deadline:
    """What is due when received at the opening of a day."""
    usual = next(sitting for sittings in calendar.week.values() for sitting in sittings)
    opens = (calendar.day(on).sessions or (usual,))[0].start
    return deadline(calendar, calendar.instant(on, opens), Limit(max(round(days * 2), 1) * 240, worktime.Unit.DAYS))


def _desk(settings: Mapping[str, Any]) -> Configuration:
    url = settings.get("desk")
    if not url:
        typer.echo('Chưa đặt [plugins.mot_cua] desk = "…" (hoặc MOT_CUA_DESK) / the desk is not set', err=True)
        raise typer.Exit(2)
    try:
        return Configuration(open_tables(str(url)))
    except SQLAlchemyError as error:
        typer.echo(f"Không mở được {url}: {str(error).splitlines()[0]} / it cannot be opened", err=True)
        raise typer.Exit(2) from None


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
