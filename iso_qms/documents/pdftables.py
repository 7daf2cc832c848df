"""Tables of a PDF page put together again from ruled lines and the places of words: a PDF itself knows no tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from iso_qms.documents.blocks import Block, Cell, Paragraph, Table

# Points (1/72 inch): lines nearer than this are one line, and touch where their ends are nearer than this.
_NEAR = 3.0
_BULLET = re.compile(r"^\s*(?:[-–+*•▪]|\(?[a-zđ0-9]{1,2}[.)])\s")
_MAX_RULES = 600
_MAX_PLACES = 2_000


@dataclass(frozen=True, slots=True)
class Run:
    """Words at a place, in points from the page's lower left corner."""

    left: float
    bottom: float
    right: float
    top: float
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, level or upright: `at` its place across, from `start` to `end` along it."""

    level: bool
    at: float
    start: float
    end: float


@dataclass(slots=True)
class _Lattice:
    """The lines of one table: their places, and which stretches between crossings are drawn."""

    xs: list[float]
    ys: list[float]
    rules: list[Rule]
    rows: list[list[Run]] = field(default_factory=list)

    def holds(self, run: Run) -> bool:
        middle = (run.left + run.right) / 2, (run.bottom + run.top) / 2
        return self.xs[0] <= middle[0] <= self.xs[-1] and self.ys[-1] <= middle[1] <= self.ys[0]


def page_blocks(rules: Sequence[Rule], runs: Sequence[Run]) -> tuple[Block, ...] | None:
    """The page's paragraphs and ruled tables from top to bottom, or ``None`` where it has no ruled table."""
    lattices = [
        lattice for group in _touching(_coalesced(rules)[:_MAX_RULES]) if (lattice := _lattice(group)) is not None
    ]
    if not lattices:
        return None
    placed: list[tuple[float, Block]] = []
    loose = [run for run in runs if not any(lattice.holds(run) for lattice in lattices)]
    placed.extend((-line[0].top, Paragraph(_joined(line))) for line in _lines(loose))
    for lattice in lattices:
        inside = [run for run in runs if lattice.holds(run)]
        placed.append((-lattice.ys[0], _table(lattice, inside)))
    return tuple(block for _, block in sorted(placed, key=lambda pair: pair[0]))


def _coalesced(rules: Sequence[Rule]) -> list[Rule]:
    """Rules that continue each other made one: programs draw every cell's edge by itself."""
    found: list[Rule] = []
    for level in (True, False):
        own = sorted((rule for rule in rules if rule.level == level), key=lambda rule: rule.at)
        places = _places(rule.at for rule in own)
        by_place: dict[float, list[Rule]] = {place: [] for place in places}
        position = 0
        for rule in own:
            while position + 1 < len(places) and rule.at >= places[position + 1]:
                position += 1
            by_place[places[position]].append(rule)
        for place, along in by_place.items():
            found.extend(_runs_of(level, place, along))
    return found


def _runs_of(level: bool, place: float, rules: list[Rule]) -> Iterator[Rule]:
    start = end = None
    for rule in sorted(rules, key=lambda rule: rule.start):
        if start is None or end is None:
            start, end = rule.start, rule.end
        elif rule.start <= end + _NEAR:
            end = max(end, rule.end)
        else:
            yield Rule(level, place, start, end)
            start, end = rule.start, rule.end
    if start is not None and end is not None:
        yield Rule(level, place, start, end)


def _touching(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Rules in groups of those that meet, each group one table (or a frame, or a stray line)."""
    left = list(rules)
    while left:
        group = [left.pop()]
        grown = 0
        while grown < len(group):
            one = group[grown]
            grown += 1
            meeting = [other for other in left if _meet(one, other)]
            if meeting:
                group.extend(meeting)
                left = [other for other in left if other not in meeting]
        yield group


def _meet(one: Rule, other: Rule) -> bool:
    if one.level == other.level:
        near = abs(one.at - other.at) <= _NEAR
        return near and one.start <= other.end + _NEAR and other.start <= one.end + _NEAR
    return one.start - _NEAR <= other.at <= one.end + _NEAR and other.start - _NEAR <= one.at <= other.end + _NEAR


def _lattice(group: list[Rule]) -> _Lattice | None:
    xs = _places(rule.at for rule in group if not rule.level)
    ys = sorted(_places(rule.at for rule in group if rule.level), reverse=True)
    if len(xs) < 3 or len(ys) < 3 or len(xs) * len(ys) > _MAX_PLACES:
        return None
    return _Lattice(xs, ys, group)


def _places(values: Iterable[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found


def _drawn(lattice: _Lattice, level: bool, at: float, start: float, end: float) -> bool:
    """Whether the middle of a stretch between two crossings is covered by a rule."""
    middle = (start + end) / 2
    return any(
        rule.level == level and abs(rule.at - at) <= _NEAR and rule.start <= middle <= rule.end
        for rule in lattice.rules
    )


def _table(lattice: _Lattice, runs: list[Run]) -> Table:
    """Cells of the lattice; places that no rule divides are one merged cell."""
    columns, count = len(lattice.xs) - 1, len(lattice.ys) - 1
    taken: set[tuple[int, int]] = set()
    rows: list[tuple[Cell, ...]] = []
    for row in range(count):
        cells = []
        for col in range(columns):
            if (row, col) in taken:
                continue
            wide = _width(lattice, row, col, columns, taken)
            high = _height(lattice, row, col, wide, count)
            taken.update((row + down, col + across) for down in range(high) for across in range(wide))
            blocks = _cell_blocks(lattice, row, col, high, wide, runs)
            cells.append(Cell(blocks, row, col, high, wide))
        rows.append(tuple(cells))
    return Table(tuple(rows))


def _width(lattice: _Lattice, row: int, col: int, columns: int, taken: set[tuple[int, int]]) -> int:
    wide = 1
    while (
        col + wide < columns
        and (row, col + wide) not in taken
        and not _drawn(lattice, False, lattice.xs[col + wide], lattice.ys[row + 1], lattice.ys[row])
    ):
        wide += 1
    return wide


def _height(lattice: _Lattice, row: int, col: int, wide: int, count: int) -> int:
    high = 1
    while row + high < count and not any(
        _drawn(lattice, True, lattice.ys[row + high], lattice.xs[across], lattice.xs[across + 1])
        for across in range(col, col + wide)
    ):
        high += 1
    return high


def _cell_blocks(lattice: _Lattice, row: int, col: int, high: int, wide: int, runs: list[Run]) -> tuple[Block, ...]:
    left, right = lattice.xs[col], lattice.xs[col + wide]
    top, bottom = lattice.ys[row], lattice.ys[row + high]
    inside = [
        run
        for run in runs
        if left <= (run.left + run.right) / 2 <= right and bottom <= (run.bottom + run.top) / 2 <= top
    ]
    return tuple(Paragraph(text) for text in _flowed(_lines(inside)))


def _lines(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs in lines from top to bottom, each from left to right."""
    lines: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (-run.top, run.left)):
        middle = (run.bottom + run.top) / 2
        line = next((line for line in lines[-3:] if line[0].bottom <= middle <= line[0].top), None)
        if line is None:
            lines.append([run])
        else:
            line.append(run)
    return [sorted(line, key=lambda run: run.left) for line in lines]


def _joined(line: list[Run]) -> str:
    text = ""
    end: float | None = None
    for run in line:
        gap = end is not None and run.left - end > 0.15 * max(1.0, run.top - run.bottom)
        text += (" " if gap and not text.endswith(" ") else "") + run.text
        end = run.right
    return " ".join(text.split())


def _flowed(lines: list[list[Run]]) -> list[str]:
    """The paragraphs of a cell: a line that was only wrapped continues the one before it; a bullet begins another."""
    found: list[str] = []
    for line in lines:
        text = _joined(line)
        if not text:
            continue
        if found and not _BULLET.match(text):
            found[-1] = f"{found[-1]} {text}"
        else:
            found.append(text)
    return found
