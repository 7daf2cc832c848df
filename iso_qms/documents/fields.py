"""One value for every field out of all candidates, and a problem for each contradiction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from iso_qms.documents import values
from iso_qms.documents.blocks import Content, Problem
from iso_qms.documents.candidates import Candidate, candidates
from iso_qms.documents.decisions import decisions
from iso_qms.documents.front import front_pieces
from iso_qms.documents.problems import problem
from iso_qms.documents.reading import Field, RevisionRow
from iso_qms.documents.signoff import signatories
from iso_qms.documents.text import canonical_code, key
from iso_qms.documents.titles import titles

_SAME: dict[str, Callable[[Any], Any]] = {"code": canonical_code, "title": key}
_CONTRADICTABLE = ("code", "issue", "revision", "issue_date", "effective_date")
_EXPECTED = ("code", "title", "issue", "issue_date")
_DATES = ("issue_date", "effective_date")
_LAST_ROW = "revision table, last row"
_SINGLE = ("code", "title", "issue", "revision", "issue_date", "effective_date", "page_total", "decision")


def find_fields(content: Content, revisions: tuple[RevisionRow, ...]) -> tuple[dict[str, Field], list[Problem]]:
    """The fields of a document by name, and what a person should look at in them.

    The last row of the revision table stands in for a cover that states neither issue nor date.
    """
    pieces = list(front_pieces(content))
    by_name: dict[str, list[Candidate]] = {}
    for candidate in _split(candidates(pieces)):
        by_name.setdefault(candidate.name, []).append(candidate)
    by_name["title"] = [*by_name.get("title", []), *titles(content, pieces)]
    for candidate in decisions(pieces):
        by_name.setdefault(candidate.name, []).append(candidate)
    lone_counter = not _valued(by_name.get("issue", [])) and _valued(by_name.get("revision", []))
    _lend(by_name)
    _lend_revision(by_name, revisions)
    fields: dict[str, Field] = {}
    problems: list[Problem] = []
    for name in _SINGLE:
        found, noticed = _choose(name, by_name.get(name, []))
        problems.extend(noticed)
        if found is not None:
            fields[name] = found
    fields.update(signatories(content, pieces))
    problems.extend(_missing(fields, by_name))
    problems.extend(_overtaken(fields, revisions))
    if lone_counter and "issue" in fields:
        problems.append(problem("one-counter", fields["issue"].place, text=fields["issue"].raw))
    return fields, problems


def _split(found: Iterable[Candidate]) -> Iterator[Candidate]:
    """Issue and revision out of ``Lần ban hành/sửa đổi: 02/00``."""
    for candidate in found:
        if candidate.name != "both" or candidate.value is None:
            yield candidate
            continue
        issue, revision = candidate.value
        yield Candidate("issue", issue, candidate.raw, candidate.place, candidate.confidence)
        if revision is not None:
            yield Candidate("revision", revision, candidate.raw, candidate.place, candidate.confidence)


def _lend(by_name: dict[str, list[Candidate]]) -> None:
    """Where an office keeps one counter or one date, that one stands for the other, with less confidence."""
    if not _valued(by_name.get("issue", [])):
        by_name["issue"] = _weaker(by_name.get("revision", []), "issue", 0.6)
    bare = by_name.get("bare_date", [])
    if not _valued(by_name.get("issue_date", [])):
        own = by_name.get("issue_date", [])
        by_name["issue_date"] = own + (
            _weaker(by_name.get("revision_date", []), "issue_date", 0.8)
            or _weaker(bare, "issue_date", 0.85)
            or _weaker(by_name.get("decision_date", []), "issue_date", 1.0)
            or _weaker(by_name.get("place_date", []), "issue_date", 1.0)
        )


def _lend_revision(by_name: dict[str, list[Candidate]], revisions: tuple[RevisionRow, ...]) -> None:
    if not revisions:
        return
    last = revisions[-1]
    label = values.pair(last.label)
    if label is not None and not _valued(by_name.get("issue", [])):
        by_name["issue"] = [Candidate("issue", label.value[0], last.label, _LAST_ROW, 0.5)]
    dated = _valued(by_name.get("issue_date", [])) or _valued(by_name.get("effective_date", []))
    if last.date is not None and not dated:
        own = by_name.get("issue_date", [])
        by_name["issue_date"] = [*own, Candidate("issue_date", last.date, last.date_text, _LAST_ROW, 0.5)]


def _valued(found: list[Candidate]) -> bool:
    return any(candidate.value is not None for candidate in found)


def _weaker(found: list[Candidate], name: str, worth: float) -> list[Candidate]:
    return [
        Candidate(name, one.value, one.raw, one.place, one.confidence * worth, one.blank)
        for one in found
        if one.value is not None
    ]


def _choose(name: str, found: list[Candidate]) -> tuple[Field | None, list[Problem]]:
    same = _SAME.get(name, lambda value: value)
    problems = list(_unusable(name, found))
    valued = [candidate for candidate in found if candidate.value is not None]
    if not valued:
        return None, problems
    best = max(valued, key=lambda candidate: candidate.confidence)
    confidence = best.confidence
    for other in valued:
        if name in _CONTRADICTABLE and other.confidence >= 0.7 * confidence and same(other.value) != same(best.value):
            problems.append(_contradiction(name, best, other))
            confidence = min(confidence, 0.5)
            break
    else:
        agreeing = {candidate.place for candidate in valued if same(candidate.value) == same(best.value)}
        confidence = min(0.99, confidence + 0.02 * (len(agreeing) - 1))
    if name == "code" and values.code_fit(best.value) < 0.8:
        problems.append(problem("odd-code", best.place, text=best.raw))
    return Field(best.value, best.raw, best.place, round(confidence, 3)), problems


def _unusable(name: str, found: list[Candidate]) -> Iterator[Problem]:
    valued = _valued(found)
    for candidate in found:
        if candidate.value is not None or (valued and not candidate.raw):
            continue
        if candidate.blank and candidate.raw and name in _DATES:
            yield problem("blank-day", candidate.place, name=name, text=candidate.raw)
        elif candidate.raw and name in _DATES:
            yield problem("bad-date", candidate.place, name=name, text=candidate.raw)
        elif candidate.blank:
            yield problem("blank-field", candidate.place, name=name)


def _contradiction(name: str, one: Candidate, two: Candidate) -> Problem:
    return problem(
        "contradiction",
        one.place,
        name=name,
        one=_shown(one.value),
        two=_shown(two.value),
        place_one=one.place,
        place_two=two.place,
    )


def _shown(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def _overtaken(fields: dict[str, Field], revisions: tuple[RevisionRow, ...]) -> Iterator[Problem]:
    """A revision recorded after the date on the cover: the cover was not brought up to date."""
    stated = fields.get("issue_date") or fields.get("effective_date")
    latest = max((row.date for row in revisions if row.date is not None), default=None)
    if stated is not None and latest is not None and latest > stated.value:
        yield problem("revision-later", _LAST_ROW, cover=_shown(stated.value), latest=_shown(latest))


def _missing(fields: dict[str, Field], by_name: dict[str, list[Candidate]]) -> Iterator[Problem]:
    for name in _EXPECTED:
        if name in fields or by_name.get(name):
            continue
        if name == "issue_date" and "effective_date" in fields:
            continue
        yield problem("missing-field", name=name)
