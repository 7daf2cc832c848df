"""The command doctor: what this machine lacks, what for, and how to get it."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from dataclasses import dataclass

from iso_qms.domain.errors import QmsError
from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.options import Json
from iso_qms.faces.cli.setup import hidden
from iso_qms.faces.i18n import _, language, lazy


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is there, what it is for, and how to get it where it is not."""

    what: str
    there: bool
    needed: bool
    purpose: str
    remedy: str = ""


PROGRAMS = (
    ("soffice", lazy("to read old .doc files and print controlled copies"), "apt install libreoffice-writer"),
    ("pdftotext", lazy("to read PDF files"), "apt install poppler-utils"),
    ("tesseract", lazy("to read scanned PDF files"), "apt install tesseract-ocr tesseract-ocr-vie"),
)
PARTS = (
    ("psycopg", lazy("for a register on PostgreSQL"), "pip install 'iso-qms[postgres]'"),
    ("fastapi", lazy("for the HTTP service"), "pip install 'iso-qms[web]'"),
    ("typst", lazy("for reports and controlled copies"), "pip install 'iso-qms[reports]'"),
    ("boto3", lazy("for files in S3-compatible storage"), "pip install 'iso-qms[s3]'"),
    ("pyhanko", lazy("for digital signatures in PDF files"), "pip install 'iso-qms[sign]'"),
)


def doctor(as_json: Json = False) -> None:
    """Say what is missing on this machine and how to get it."""
    import typer

    found = [_python(), _database(), *_programs(), *_parts(), _zone(), _store()]
    if as_json:
        output.json_out(found)
    else:
        _told(found)
    raise typer.Exit(1 if any(each.needed and not each.there for each in found) else 0)


def _told(found: list[Finding]) -> None:
    for each in found:
        mark = "✓" if each.there else ("✗" if each.needed else "–")
        line = f"{mark} {each.what}: {each.purpose}"
        output.say(
            line if each.there or not each.remedy else f"{line}. " + _("Get it by: {how}").format(how=each.remedy)
        )


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(f"Python {version}", sys.version_info >= (3, 11), True, _("runs everything"), "Python 3.11+")


def _database() -> Finding:
    import sqlite3

    there = sqlite3.sqlite_version_info >= (3, 35)
    return Finding(f"SQLite {sqlite3.sqlite_version}", there, True, _("keeps the register"), "SQLite 3.35+")


def _programs() -> list[Finding]:
    return [Finding(name, shutil.which(name) is not None, False, _(why), how) for name, why, how in PROGRAMS]


def _parts() -> list[Finding]:
    postgres = session.settings().store.startswith("postgresql")
    return [
        Finding(name, importlib.util.find_spec(name) is not None, postgres and name == "psycopg", _(why), how)
        for name, why, how in PARTS
    ]


def _zone() -> Finding:
    name = session.settings().zone
    try:
        output.zone()
    except QmsError:
        return Finding(name, False, True, _("time zone of the office"), "pip install tzdata")
    return Finding(name, True, True, _("time zone of the office"))


def _store() -> Finding:
    where = hidden(session.settings().store)
    try:
        with session.opened() as qms:
            size, _root = qms.registers.head()
    except QmsError as trouble:
        return Finding(where, False, True, trouble.message(language()))
    return Finding(where, True, True, _("register with {size} entries").format(size=size))
