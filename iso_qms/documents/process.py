"""A document's process as data (schema ``process/1``), proposed from its tables for a person to confirm."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from iso_qms.documents.blocks import Content, Problem
from iso_qms.documents.components import components
from iso_qms.documents.durations import Limit, read_limit, spoken
from iso_qms.documents.labelled import Labelled, labelled
from iso_qms.documents.liststeps import listed_steps
from iso_qms.documents.mentions import form_codes
from iso_qms.documents.problems import problem
from iso_qms.documents.roles import slug, split_roles
from iso_qms.documents.steps import StepRow, StepTable, step_table
from iso_qms.documents.text import canonical_code, fold, squeeze

_NO_BOUND = frozenset(("none", "unread"))
_CHANNELS = (
    ("truc-tiep", r"truc tiep|tai bo phan|tai trung tam"),
    ("truc-tuyen", r"truc tuyen|dich vu cong|qua mang|dien tu"),
    ("buu-chinh", r"buu chinh|buu dien"),
)
_MONEY = re.compile(r"(\d{1,3}(?:[.,]\d{3})+|\d{1,9})\s*(?:d\b|dong|vnd|vnđ)", re.IGNORECASE)
_FREE = re.compile(r"\b(?:khong(?:\s+(?:thu|co|quy\s+dinh|mat))?|mien(?:\s+phi)?)\b")


def propose(
    content: Content, tthc: tuple[str, ...], forms: tuple[str, ...], expected: bool
) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The process proposal, or ``None`` without a step table, with what a person should look at.

    `expected`: whether the document is of a kind that has steps, so that their absence is worth saying.
    """
    table = step_table(content)
    problems: list[Problem] = []
    if not table.rows:
        problems = [problem("no-step-table")] if expected else []
        table.rows = listed_steps(content) if expected else []
        if not table.rows:
            return None, problems
        problems = [problem("steps-from-list", table.rows[0].place, count=len(table.rows))]
    sections = list(labelled(content))
    steps = list(_steps(table, problems))
    total = _total(table, sections)
    process = {
        "schema": "process/1",
        "procedures": list(tthc[:20]),
        "total": {"working_minutes": total.minutes, "text": total.text},
        "components": components(content, sections),
        "steps": steps,
        "exits": [],
        "fees": list(_fees(sections)),
        "channels": _channels(sections),
    }
    problems.extend(problem("row-without-task", place, text=text) for text, place in table.strays[:20])
    problems.extend(_checks(table, steps, total, forms))
    return process, problems


def _steps(table: StepTable, problems: list[Problem]) -> Iterator[dict[str, Any]]:
    keys: set[str] = set()
    before: str | None = None
    for index, row in enumerate(table.rows):
        if index in table.starts:
            before = None
        limit = read_limit(row.time, table.unit)
        if row.shares_time:
            limit = Limit(None, limit.text, "shared")
        key = _key(row, keys)
        keys.add(key)
        problems.extend(_of_step(row, limit))
        yield {
            "key": key,
            "no": row.no,
            "name": _name(row.content),
            "content": row.content,
            "who": row.who,
            "roles": [slug(role) for role in split_roles(row.who)],
            "mandatory": True,
            "pausable": re.search(r"bo sung|hoan thien ho so", fold(row.content)) is not None,
            "limit": {"working_minutes": limit.minutes, "text": row.time},
            "after": [before] if before else [],
            "forms": list(form_codes(f"{row.form}\n{row.content}")),
            "form_text": row.form,
            "outputs": [squeeze(line).lstrip("-–+*• ") for line in row.form.split("\n") if line.strip(" -–+*•")],
            "note": row.note,
        }
        before = key


def _key(row: StepRow, taken: set[str]) -> str:
    """A key out of the step's own words, which outlives renumbering; equal ones are told apart by a count."""
    made = slug(_name(row.content), 40) or slug(f"buoc {row.no}") or "buoc"
    key, count = made, 1
    while key in taken:
        count += 1
        key = f"{made}-{count}"
    return key


def _name(content: str) -> str:
    """The step's short name: its first line, up to the first sentence's end or 120 characters."""
    line = next((line for line in content.split("\n") if line.strip()), "")
    line = re.sub(r"^\s*(?:Bước|B)\s*\d+[.\d]*\s*[:.–-]\s*", "", squeeze(line)).lstrip("-–+*• ")
    sentence = re.split(r"(?<=[\wÀ-ỹ)])[.;:](?:\s|$)", line, maxsplit=1)[0]
    if len(sentence) <= 120:
        return sentence
    return sentence[:120].rsplit(" ", 1)[0] + "…"


def _of_step(row: StepRow, limit: Limit) -> Iterator[Problem]:
    if not row.who.strip():
        yield problem("step-without-role", row.place, no=row.no)
    if limit.note in _NO_BOUND:
        yield problem("step-without-limit", row.place, no=row.no, text=limit.text)
    elif limit.note == "day-kind":
        yield problem("day-kind", row.place, no=row.no, text=limit.text)
    elif limit.note == "calendar":
        yield problem("calendar-day", row.place, no=row.no, text=limit.text)
    elif limit.note == "several":
        yield problem("several-limits", row.place, no=row.no, text=limit.text)


def _total(table: StepTable, sections: Iterable[Labelled]) -> Limit:
    announced = read_limit(table.total, table.unit)
    if announced.minutes is not None:
        return announced
    for section in sections:
        if section.topic == "total":
            announced = read_limit(section.lines[0])
            if announced.minutes is not None:
                return announced
    return Limit(None, announced.text, "none")


def _fees(sections: Iterable[Labelled]) -> Iterator[dict[str, Any]]:
    for section in sections:
        if section.topic != "fee":
            continue
        text = section.text[:500]
        money = _MONEY.search(fold(text))
        amount = int(re.sub(r"[.,]", "", money[1])) if money else 0 if _FREE.search(fold(text)) else None
        yield {"name": "phi-le-phi", "text": text, "amount_vnd": amount}


def _channels(sections: Iterable[Labelled]) -> list[str]:
    said = " ".join(fold(section.text) for section in sections if section.topic == "channel")
    return [name for name, pattern in _CHANNELS if re.search(pattern, said)]


def _checks(table: StepTable, steps: list[dict[str, Any]], total: Limit, forms: tuple[str, ...]) -> Iterator[Problem]:
    """What reading cell by cell cannot see: sums, mixed units, gaps in numbering, forms the list of forms lacks."""
    minutes = [step["limit"]["working_minutes"] for step in steps]
    summed = sum(value for value in minutes if value is not None)
    if len(table.starts) > 1:
        yield problem("several-processes", table.rows[table.starts[1]].place, count=len(table.starts))
    elif total.minutes and summed and summed != total.minutes:
        yield problem("step-sum", sum=spoken(summed), total=spoken(total.minutes))
    units = {unit for row in table.rows for unit in ("gio", "ngay") if re.search(rf"\d\s*{unit}\b", fold(row.time))}
    if len(units) == 2:
        yield problem("unit-mix")
    for start, end in pairwise([*(table.starts or [0]), len(table.rows)]):
        numbers = [int(digits[0]) for row in table.rows[start:end] if (digits := re.findall(r"\d{1,4}", row.no))]
        if any(later - earlier not in (0, 1) for earlier, later in pairwise(numbers)):
            yield problem("step-numbers", numbers=", ".join(map(str, numbers[:30])))
    listed = {canonical_code(form) for form in forms}
    for step in steps:
        for form in step["forms"]:
            if listed and form.startswith("BM") and canonical_code(form) not in listed:
                yield problem("unknown-form", no=step["no"], form=form)
