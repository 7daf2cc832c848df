"""The shortest readable way from one sequence to another: unique items anchor it, Myers' algorithm fills the gaps."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

Op: TypeAlias = Literal["equal", "delete", "insert", "replace"]
Items: TypeAlias = Sequence[Hashable]

# Beyond this many edits a stretch has nothing in common that a reader would recognise; it counts as replaced.
MAX_EDITS = 200


class Run(NamedTuple):
    """Items ``old[i1:i2]`` became ``new[j1:j2]``."""

    op: Op
    i1: int
    i2: int
    j1: int
    j2: int


def runs(old: Items, new: Items) -> list[Run]:
    """All of both sequences as runs, in order; equal runs included, neighbours never of the same kind."""
    found: list[Run] = []
    i = j = 0
    for a, b, size in [*_joined(_matches(old, new)), (len(old), len(new), 0)]:
        if a > i or b > j:
            op: Op = "replace" if a > i and b > j else "delete" if a > i else "insert"
            found.append(Run(op, i, a, j, b))
        if size:
            found.append(Run("equal", a, a + size, b, b + size))
        i, j = a + size, b + size
    return found


def _joined(matches: Iterator[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    last = (0, 0, 0)
    for a, b, size in matches:
        if a == last[0] + last[2] and b == last[1] + last[2]:
            last = (last[0], last[1], last[2] + size)
        else:
            if last[2]:
                yield last
            last = (a, b, size)
    if last[2]:
        yield last


def _matches(old: Items, new: Items) -> Iterator[tuple[int, int, int]]:
    """Stretches (start in old, start in new, length) that stay, in order; worked off a stack, so depth is no limit."""
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        i, i2, j, j2 = waiting.pop()
        start = i
        while i < i2 and j < j2 and old[i] == new[j]:
            i, j = i + 1, j + 1
        if i > start:
            yield start, j - (i - start), i - start
        tail = 0
        while i < i2 - tail and j < j2 - tail and old[i2 - 1 - tail] == new[j2 - 1 - tail]:
            tail += 1
        i2, j2 = i2 - tail, j2 - tail
        if tail:
            waiting.append((i2, i2 + tail, j2, j2 + tail))
        if i == i2 or j == j2:
            continue
        anchors = _anchors(old[i:i2], new[j:j2])
        if not anchors:
            for a, b in _myers(old[i:i2], new[j:j2]):
                yield i + a, j + b, 1
            continue
        bounds = [(i + a, j + b) for a, b in anchors]
        pieces = [
            (a, next_a, b, next_b)
            for (a, b), (next_a, next_b) in zip([(i, j), *bounds], [*bounds, (i2, j2)], strict=True)
        ]
        waiting.extend(reversed(pieces))


def _anchors(old: Items, new: Items) -> list[tuple[int, int]]:
    """Pairs of items that occur once on each side, the longest chain that keeps both orders (patience diff)."""
    once_old = {item: place for place, item in enumerate(old)}
    count_old, count_new = Counter(old), Counter(new)
    pairs = [
        (once_old[item], place) for place, item in enumerate(new) if count_new[item] == 1 and count_old.get(item) == 1
    ]
    return increasing(pairs)


def increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs, given in the order of their second value, whose first values rise."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, (first, _) in enumerate(pairs):
        at = bisect_left(tops, first)
        before.append(ends[at - 1] if at else -1)
        tops[at : at + 1] = [first]
        ends[at : at + 1] = [place]
    chain = []
    place = ends[-1] if ends else -1
    while place >= 0:
        chain.append(pairs[place])
        place = before[place]
    return chain[::-1]


def _myers(old: Items, new: Items) -> list[tuple[int, int]]:
    """Index pairs of a longest common subsequence (E. W. Myers 1986, greedy form); empty beyond MAX_EDITS."""
    n, m = len(old), len(new)
    reach = {1: 0}
    trail: list[dict[int, int]] = []
    for edits in range(min(n + m, MAX_EDITS) + 1):
        trail.append(reach.copy())
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and reach.get(k - 1, -1) < reach.get(k + 1, -1))
            x = reach[k + 1] if down else reach[k - 1] + 1
            y = x - k
            while x < n and y < m and old[x] == new[y]:
                x, y = x + 1, y + 1
            reach[k] = x
            if x >= n and y >= m:
                return _backtrack(trail, n, m)
    return []


def _backtrack(trail: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    pairs = []
    for edits in range(len(trail) - 1, -1, -1):
        reach = trail[edits]
        k = x - y
        down = k == -edits or (k != edits and reach.get(k - 1, -1) < reach.get(k + 1, -1))
        before_k = k + 1 if down else k - 1
        before_x = reach[before_k] if edits else 0
        before_y = before_x - before_k if edits else 0
        while x > before_x and y > before_y and x > 0 and y > 0:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = before_x, before_y
    return pairs[::-1]
