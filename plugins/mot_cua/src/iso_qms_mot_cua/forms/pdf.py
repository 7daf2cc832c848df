"""A page as a PDF, set with the fonts that come with the typesetter: the same facts give the same page everywhere."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import resources
from io import BytesIO

import segno
import typst

from iso_qms_mot_cua.forms.page import Page


def pdf(page: Page) -> bytes:
    """The PDF of a page; what stands on it travels as data, so nothing in it is read as markup."""
    facts = asdict(page) | {"name": page.form.name}
    inputs = {"facts": json.dumps(facts, ensure_ascii=False), "qr": _svg(page.qr) if page.qr else ""}
    template = resources.files("iso_qms_mot_cua").joinpath("data/form.typ").read_bytes()
    made: bytes = typst.compile(template, sys_inputs=inputs, ignore_system_fonts=True)
    return made


def _svg(text: str) -> str:
    drawn = BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode()
