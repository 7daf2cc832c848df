"""The question "may this version be used?" over HTTP: read strictly, answered by the guard, written without detour."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from urllib.parse import parse_qsl

from iso_qms.domain.civil import OFFICE_ZONE
from iso_qms.domain.decision import Action, Answer, Citation, Decision
from iso_qms.domain.errors import BadChoice, BadInput, MissingField
from iso_qms.faces.dates import parse_instant
from iso_qms.guard import Guard

WORDS = ("document", "version", "sha256", "action", "at", "known", "unit", "step", "elected")
"""What a question may hold; anything else is refused, since a misspelt word would silently ask something else."""

REMEMBERED = 4096
"""Questions and answers that are kept as they were last read or written; beyond that they are worked out anew."""

_YES = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Question:
    """One question as the guard takes it: the document, and its keywords."""

    document: str
    asked: Mapping[str, Any]


def read_pairs(pairs: Iterable[tuple[str, str]], zone: tzinfo) -> Question:
    """A question from a query string's pairs; `BadInput` for a word that is unknown, repeated, missing or nonsense."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise BadInput(what=f"“{name}” được ghi hai lần / “{name}” is given twice")
        found[name] = value
    if "elected" in found:
        if found["elected"].lower() not in _YES:
            raise BadChoice(given=found["elected"], field="elected", allowed="true, false")
        found["elected"] = _YES[found["elected"].lower()]
    return read(found, zone)


def read(given: Mapping[str, Any], zone: tzinfo) -> Question:
    """A question from named values; a version that is a number means its number, a text its printed label or number."""
    unknown = sorted(set(given) - {*WORDS, "pin"})
    if unknown:
        raise BadChoice(given=unknown[0], field="check", allowed=", ".join(WORDS))
    asked = {name: value for name, value in given.items() if value is not None and name != "document"}
    if not given.get("document"):
        raise MissingField(field="document", option="document=")
    if asked.get("action", Action.START) not in list(Action):
        raise BadChoice(given=str(asked["action"]), field="action", allowed=", ".join(Action))
    for name in ("at", "known"):
        if name in asked:
            asked[name] = parse_instant(asked[name], zone)
    if "pin" in asked:
        try:
            asked["pin"] = Citation.from_dict(asked["pin"])
        except ValueError as error:
            raise BadInput(what=str(error)) from None
    return Question(given["document"], asked)


class Asking:
    """One guard with its questions and answers in the form in which they travel."""

    def __init__(self, guard: Guard, zone: tzinfo) -> None:
        self.guard = guard
        self._zone = zone
        self._questions: dict[bytes, Question] = {}
        self._answers: dict[tuple[int, str], tuple[Answer, bytes, bytes]] = {}

    def question(self, query: bytes) -> Question:
        """The question of a raw query string."""
        found = self._questions.get(query)
        if found is None:
            try:
                pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict")
            except UnicodeError:
                raise BadInput(what="câu hỏi phải là UTF-8 / the query must be UTF-8") from None
            found = read_pairs(pairs, self._zone)
            if len(self._questions) < REMEMBERED:
                self._questions[query] = found
        return found

    def decide(self, question: Question) -> Decision:
        """The guard's decision."""
        return self.guard.check(question.document, **question.asked)

    def written(self, decision: Decision, lang: str) -> bytes:
        """The JSON of a decision, byte for byte that of `as_dict`; what stays the same of an answer is kept."""
        answer = decision.answer
        kept = self._answers.get((id(answer), lang))
        if kept is None or kept[0] is not answer:
            kept = self._prepare(decision, lang)
        at, known = (moment.astimezone(OFFICE_ZONE).isoformat() for moment in (decision.at, decision.known))
        middle = f'"at":"{at}","known":"{known}","pos":{decision.pos},"freshness":"{decision.freshness.value}"'
        return b"%s%s%s" % (kept[1], middle.encode(), kept[2])

    def _prepare(self, decision: Decision, lang: str) -> tuple[Answer, bytes, bytes]:
        said = decision.as_dict(lang)
        head = {name: value for name, value in said.items() if name not in _MOVING}
        message = dumps({"message": head.pop("message")})
        made = (decision.answer, dumps(head)[:-1] + b",", b"," + message[1:])
        if len(self._answers) >= REMEMBERED:
            self._answers.clear()
        self._answers[(id(decision.answer), lang)] = made
        return made


_MOVING = ("at", "known", "pos", "freshness")


def dumps(value: object) -> bytes:
    """Compact UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
