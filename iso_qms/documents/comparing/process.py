"""Two process definitions compared as people speak of them: steps, time, roles, forms, papers, fees, channels."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from iso_qms.documents.comparing.facts import Fact, FactKind, from_to, joined, lists, short
from iso_qms.documents.comparing.sequence import increasing
from iso_qms.documents.comparing.text import likeness
from iso_qms.documents.comparing.words import tokens, visible

Definition: TypeAlias = Mapping[str, Any]
Step: TypeAlias = Mapping[str, Any]

SAME_STEP = 0.5
MAX_CANDIDATES = 250_000
DAY_MINUTES = 480
HOUR_MINUTES = 60
LIMIT_SIZE = 90
_SWITCHES = (
    ("mandatory", True, ("bắt buộc", "mandatory"), ("không bắt buộc", "optional")),
    ("pausable", False, ("được tạm dừng", "may be paused"), ("không được tạm dừng", "may not be paused")),
)
_REMARKS = (("form_text", "cột biểu mẫu", "forms column"), ("note", "ghi chú", "remark"))
_STEP_WORD = re.compile(r"^bước\s+", re.IGNORECASE)


def process_facts(old: Definition | None, new: Definition | None) -> tuple[Fact, ...]:
    """Every difference between two definitions of schema ``process/1``; ``None`` stands for one without any step."""
    before, after = old or {}, new or {}
    return (
        *_limit(before.get("total"), after.get("total"), "total", "tổng thời gian giải quyết", "total time"),
        *_steps(before.get("steps") or (), after.get("steps") or ()),
        *lists("component", ("thành phần hồ sơ", "paper"), _papers(before), _papers(after)),
        *lists("fee", ("phí, lệ phí", "fee"), _texts(before.get("fees")), _texts(after.get("fees"))),
        *lists("step", ("nhánh xử lý", "exit"), _exits(before), _exits(after)),
        *lists("channel", ("cách nộp", "channel"), _texts(before.get("channels")), _texts(after.get("channels"))),
    )


def matched_steps(old: Sequence[Step], new: Sequence[Step]) -> list[tuple[int, int]]:
    """Which old step is which new one, whatever their numbers: equal names first, then the likest, by place in new.

    A step keeps its identity through renumbering, and a new step that took an old number is not the old step.
    """
    pairs: list[tuple[int, int]] = []
    free_old, free_new = dict(enumerate(old)), dict(enumerate(new))
    for j, step in enumerate(new):
        i = next((i for i, each in free_old.items() if _content(each) == _content(step)), None)
        if i is not None:
            pairs.append((i, j))
            del free_old[i], free_new[j]
    bags_old = {i: _bag(step) for i, step in free_old.items()}
    bags_new = {j: _bag(step) for j, step in free_new.items()}
    if len(free_old) * len(free_new) > MAX_CANDIDATES:
        return sorted(pairs, key=lambda pair: pair[1])
    candidates = sorted(
        (-_alike(old[i], new[j], bags_old[i], bags_new[j]), abs(i - j), i, j) for i in free_old for j in free_new
    )
    for score, _, i, j in candidates:
        if -score >= SAME_STEP and i in free_old and j in free_new:
            pairs.append((i, j))
            del free_old[i], free_new[j]
    return sorted(pairs, key=lambda pair: pair[1])


def _alike(old: Step, new: Step, bag_old: Counter[str], bag_new: Counter[str]) -> float:
    bonus = 0.1 if old.get("key") and old.get("key") == new.get("key") else 0.0
    return likeness(bag_old, bag_new) + bonus


def _steps(old: Sequence[Step], new: Sequence[Step]) -> Iterator[Fact]:
    pairs = matched_steps(old, new)
    kept_old, kept_new = {i for i, _ in pairs}, {j for _, j in pairs}
    for j, step in enumerate(new):
        if j not in kept_new:
            told = _called(step)
            limit = _limit_text(step.get("limit"))
            time = f" ({limit})" if limit else ""
            yield Fact(
                "step", "added", _key(step), f"thêm bước {told}{time}", f"step {told} added{time}", "", _name(step)
            )
    for i, step in enumerate(old):
        if i not in kept_old:
            told = _called(step)
            yield Fact("step", "removed", _key(step), f"bỏ bước {told}", f"step {told} removed", _content(step), "")
    in_order = set(increasing(pairs))
    for i, j in pairs:
        if (i, j) not in in_order:
            yield _reordered(old[i], new[j], j, new)
        yield from _step(old[i], new[j])
    yield from _order(old, new, pairs)


def _reordered(old: Step, new: Step, place: int, steps: Sequence[Step]) -> Fact:
    told = _called(new)
    where_vi = f"sau bước {_called(steps[place - 1])}" if place else "lên đầu"
    where_en = f"after step {_called(steps[place - 1])}" if place else "to the front"
    return Fact(
        "step",
        "reordered",
        _key(new),
        f"chuyển bước {told} {where_vi}",
        f"step {told} moved {where_en}",
        str(old.get("no") or ""),
        str(new.get("no") or ""),
    )


def _step(old: Step, new: Step) -> Iterator[Fact]:
    told = _called(new)
    if _content(old) != _content(new):
        vi = f"sửa nội dung bước {told}"
        yield Fact("step", "renamed", _key(new), vi, f"content of step {told} rewritten", _content(old), _content(new))
    yield from _limit(old.get("limit"), new.get("limit"), "step", f"bước {told}", f"step {told}", _key(new))
    yield from _roles(old, new, told)
    listed = list(_step_lists(old, new, told))
    yield from listed
    for name, default, yes, no in _SWITCHES:
        if bool(old.get(name, default)) != bool(new.get(name, default)):
            vi, en = yes if new.get(name, default) else no
            yield Fact("step", "changed", _key(new), f"bước {told}: nay {vi}", f"step {told}: now {en}")
    for name, vi, en in _REMARKS:
        before, after = visible(str(old.get(name) or "")), visible(str(new.get(name) or ""))
        if before != after and not (listed and name == "form_text"):
            change = from_to(short(before), short(after))
            yield Fact(
                "step",
                "changed",
                _key(new),
                f"bước {told}: {vi} {change}",
                f"step {told}: {en} {change}",
                before,
                after,
            )


def _order(old: Sequence[Step], new: Sequence[Step], pairs: Sequence[tuple[int, int]]) -> Iterator[Fact]:
    """Steps that wait for others than the one before them; in a plain row of steps the order itself says it all."""
    for i, j in pairs:
        before, after = _waits_for(old, i), _waits_for(new, j)
        if before != after:
            told = _called(new[j])
            change = f"{joined(before)} → {joined(after)}"
            vi, en = f"bước {told}: làm sau {change}", f"step {told}: comes after {change}"
            yield Fact("step", "reordered", _key(new[j]), vi, en, joined(before), joined(after))


def _waits_for(steps: Sequence[Step], place: int) -> list[str]:
    waited = list(steps[place].get("after") or ())
    if waited == ([_key(steps[place - 1])] if place else []) or "after" not in steps[place]:
        return []
    return [_name(step) for step in steps if _key(step) in waited]


def _roles(old: Step, new: Step, told: str) -> Iterator[Fact]:
    """Who is responsible: the words of the table where the definition keeps them, else the names of the roles."""
    before = visible(str(old.get("who") or "")) or joined(_texts(old.get("roles")))
    after = visible(str(new.get("who") or "")) or joined(_texts(new.get("roles")))
    if before == after and _texts(old.get("roles")) == _texts(new.get("roles")):
        return
    change = f"{before} → {after}"
    vi, en = f"bước {told}: trách nhiệm {change}", f"step {told}: responsible {change}"
    yield Fact("step", "role", _key(new), vi, en, before, after)


def _step_lists(old: Step, new: Step, told: str) -> Iterator[Fact]:
    forms_old, forms_new = _texts(old.get("forms")), _texts(new.get("forms"))
    for fact in lists("step", ("biểu mẫu", "form"), forms_old, forms_new, _key(new)):
        yield _of_step("form", new, told, fact.vi, fact.en, fact.old, fact.new)
    # A form that a step yields is told once, as a form.
    before = [each for each in _texts(old.get("outputs")) if each not in forms_old]
    after = [each for each in _texts(new.get("outputs")) if each not in forms_new]
    gone, come = [each for each in before if each not in after], [each for each in after if each not in before]
    if len(gone) == len(come) == 1:
        change = from_to(short(gone[0]), short(come[0]))
        yield _of_step("output", new, told, f"kết quả {change}", f"output {change}", gone[0], come[0])
        return
    for fact in lists("step", ("kết quả", "output"), before, after, _key(new)):
        yield _of_step("output", new, told, fact.vi, fact.en, fact.old, fact.new)


def _of_step(kind: FactKind, step: Step, told: str, vi: str, en: str, old: str, new: str) -> Fact:
    return Fact("step", kind, _key(step), f"bước {told}: {vi}", f"step {told}: {en}", old, new)


def _limit(old: Any, new: Any, topic: str, vi: str, en: str, subject: str = "") -> Iterator[Fact]:
    before, after = _limit_text(old), _limit_text(new)
    minutes_old, minutes_new = _minutes(old), _minutes(new)
    if before == after and minutes_old == minutes_new:
        return
    kind: FactKind = "changed"
    more_vi = more_en = ""
    if minutes_old is not None and minutes_new is not None and minutes_old != minutes_new:
        kind = "longer" if minutes_new > minutes_old else "shorter"
        by = abs(minutes_new - minutes_old)
        more_vi = f" ({'dài' if kind == 'longer' else 'ngắn'} hơn {_span(by, 'ngày', 'giờ', 'phút')})"
        more_en = f" ({_span(by, 'day(s)', 'hour(s)', 'minute(s)')} {kind})"
    change = short(from_to(before, after), LIMIT_SIZE)
    yield Fact(
        "total" if topic == "total" else "step",
        kind,
        subject or topic,
        f"{vi}: {change}{more_vi}",
        f"{en}: {change}{more_en}",
        before,
        after,
    )


def _span(minutes: int, day: str, hour: str, minute: str) -> str:
    days, rest = divmod(minutes, DAY_MINUTES)
    hours, left = divmod(rest, HOUR_MINUTES)
    if rest and rest % (DAY_MINUTES // 2) == 0 and not left:
        return f"{days},5 {day}"
    named = [(days, day), (hours, hour), (left, minute)]
    return " ".join(f"{number} {unit}" for number, unit in named if number)


def _limit_text(limit: Any) -> str:
    if isinstance(limit, Mapping):
        return visible(str(limit.get("text") or ""))
    return visible(str(limit or ""))


def _minutes(limit: Any) -> int | None:
    minutes = limit.get("working_minutes") if isinstance(limit, Mapping) else None
    return minutes if isinstance(minutes, int) else None


def _called(step: Step) -> str:
    number = _STEP_WORD.sub("", visible(str(step.get("no") or "")))
    name = short(_name(step), 50)
    return f"{number} «{name}»" if number else f"«{name}»"


def _name(step: Step) -> str:
    return visible(str(step.get("name") or ""))


def _content(step: Step) -> str:
    return visible(str(step.get("content") or step.get("name") or ""))


def _key(step: Step) -> str:
    return str(step.get("key") or step.get("no") or "")


def _bag(step: Step) -> Counter[str]:
    return Counter(token.lower() for token in tokens(_content(step)) if token[0].isalnum())


def _exits(definition: Definition) -> list[str]:
    """Ways out of the row of steps, such as sending a dossier back, by the names of the steps they leave."""
    names = {_key(step): _name(step) for step in definition.get("steps") or ()}
    return [
        " – ".join(
            visible(str(names.get(part, part))) for part in (way.get("kind"), way.get("from"), way.get("form")) if part
        )
        for way in definition.get("exits") or ()
        if isinstance(way, Mapping)
    ]


def _papers(definition: Definition) -> list[str]:
    return [_paper(paper) for paper in definition.get("components") or ()]


def _paper(paper: Any) -> str:
    if not isinstance(paper, Mapping):
        return visible(str(paper))
    counts = [
        f"{paper[name]} {vi}" for name, vi in (("original", "bản chính"), ("copies", "bản sao")) if paper.get(name)
    ]
    name = visible(str(paper.get("name") or ""))
    return f"{name} ({', '.join(counts)})" if counts else name


def _texts(items: Any) -> list[str]:
    if not items:
        return []
    if isinstance(items, (str, Mapping)):
        items = [items]
    return [_text(item) for item in items]


def _text(item: Any) -> str:
    if isinstance(item, Mapping):
        shown = item.get("text") or item.get("name") or " ".join(str(value) for value in item.values() if value)
        return visible(str(shown))
    return unicodedata.normalize("NFC", str(item)).strip()
