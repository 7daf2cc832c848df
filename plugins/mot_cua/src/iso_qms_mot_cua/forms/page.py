"""What stands on a printed form, whether it becomes Word or PDF."""

from __future__ import annotations

from dataclasses import dataclass

from iso_qms_mot_cua.forms.catalogue import Form


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its head; `widths` are shares of the page's width."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One form, filled in: heading, labelled lines, a table, closing sentences, who signs, and the text of its QR code.

    `landscape` turns the sheet. Texts are NFC, dates dd/mm/yyyy.
    """

    form: Form
    agency: str
    number: str
    dated: str
    lines: tuple[tuple[str, str], ...]
    table: Table | None = None
    closing: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    qr: str = ""
    landscape: bool = False
