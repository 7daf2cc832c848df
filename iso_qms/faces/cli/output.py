"""What the command line prints: one line for an act, tables for registers, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from iso_qms.domain import os_words
from iso_qms.domain.errors import BadInput, FileTrouble
from iso_qms.faces.cli import session
from iso_qms.faces.dates import iso_text
from iso_qms.faces.i18n import _

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

LONGEST = 1000
"""Longest sentence on standard error, in characters."""

WIDE = 200
"""Columns of a table that no terminal limits."""


def say(text: str = "") -> None:
    """Print one line (or several) for a person."""
    sys.stdout.write(printable(text) + "\n")


def next_step(command: str) -> None:
    """Print the command that comes next."""
    say(_("Next: {command}").format(command=command))


def complain(text: str) -> None:
    """Print a refusal or a trouble, on standard error; a sentence that quotes a book is cut."""
    told = printable(text)
    sys.stderr.write((told if len(told) <= LONGEST else f"{told[:LONGEST]}…") + "\n")


def printable(text: str) -> str:
    """The text without what could steer a terminal; line breaks and tabs stay."""
    return "".join(char if char in "\n\t" or char.isprintable() else "�" for char in text)


def json_out(value: Any) -> None:
    """Print a value as JSON: instants with the office's offset, dates ISO, Vietnamese letters as they are."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n")


def plain(value: Any) -> Any:
    """A value in JSON's own types."""
    if isinstance(value, datetime):
        return iso_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    return value


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], nothing: str) -> None:
    """Print rows under headings, or one sentence where there are none."""
    from rich import box
    from rich.table import Table

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in headings:
        shown.add_column(heading, overflow="fold")
    for row in rows:
        shown.add_row(*(printable(cell) for cell in row))
    if shown.row_count:
        console().print(shown, markup=False)
    else:
        say(nothing)


def console() -> Console:
    """Where tables and bars are drawn: as wide as the terminal, or wide where there is none."""
    from rich.console import Console

    return Console(
        file=sys.stdout,
        width=None if sys.stdout.isatty() else WIDE,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )


def officer(command: str, by: str | None = None) -> str:
    """A command line as it is typed, with `--by` where an account is known."""
    return f"iso-qms {command}" + (f" --by {by}" if by and by != session.settings().by else "")


def write_file(target: Path, content: bytes) -> None:
    """Write a file that somebody asked for; `FileTrouble` where it cannot be written."""
    try:
        target.write_bytes(content)
    except OSError as trouble:
        raise FileTrouble(path=str(target), **os_words.why(trouble)) from None


def zone() -> tzinfo:
    """The office's zone, as set; `BadInput` where there is no such zone."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    name = session.settings().zone
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadInput(what=f"không có múi giờ “{name}” / there is no time zone “{name}”") from None
