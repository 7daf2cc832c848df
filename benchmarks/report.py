"""Tables of what was measured, each goal with its bars, and whether it is held."""

from __future__ import annotations

from typing import Any

from benchmarks.candidates import GOALS, Goal

Groups = dict[str, dict[str, Any]]


def seconds(value: float) -> str:
    """A time with a unit that fits it."""
    for limit, factor, unit in ((1e-6, 1e9, "ns"), (1e-3, 1e6, "µs"), (1.0, 1e3, "ms")):
        if value < limit:
            return f"{value * factor:.3g} {unit}"
    return f"{value:.3g} s"


def table(group: dict[str, Any]) -> str:
    """One group as Markdown, fastest first; what could not run last, with the reason."""
    rows = group["rows"]
    named = list(dict.fromkeys(name for row in rows for name in row.get("more", {})))
    heads = ["candidate", "median / op", "min – max", "ratio to limit (min – max)", *named, "note"]
    lines = [f"### {group['title']}", "", _line(heads), "|" + "---|" * len(heads)]
    for row in sorted((r for r in rows if "median" in r), key=lambda r: r["median"]):
        more = [f"{row['more'][name]:,.3g}" if name in row["more"] else "" for name in named]
        name = f"**{row['name']}**" if row["ours"] else row["name"]
        spread = f"{seconds(row['min'])} – {seconds(row['max'])}"
        lines.append(_line([name, seconds(row["median"]), spread, _ratio(row), *more, row["note"]]))
    for row in (r for r in rows if "median" not in r):
        lines.append(_line([row["name"], "not measured", "", "", *[""] * len(named), row["skipped"]]))
    if not group["steady"]:
        lines += ["", "The limit itself varied by more than half: the machine was busy, measure again."]
    if crowded(group):
        lines += ["", f"{CROWDED}: {group['load']:g} wanted {group['processors']} processors."]
    return "\n".join(lines) + "\n"


CROWDED = (
    "Other work wanted the processors: wall-clock ratios are too high, above all where the limit waits for the disk"
)


def crowded(group: dict[str, Any]) -> bool:
    """Whether much more wanted to run than there were processors."""
    return bool(group.get("load", 0) > 1.5 * group.get("processors", 1))


def goals(groups: Groups) -> str:
    """Every goal whose group was measured: first bar, moonshot, what is held, and the peers' distance."""
    heads = ["goal", "ratio to limit", "by CPU", "first bar", "moonshot", "held", "peers, in times of ours"]
    lines = [_line(heads), "|" + "---|" * len(heads)]
    for goal in GOALS:
        if goal.group in groups:
            lines.append(_line(_goal(goal, groups[goal.group])))
    return "\n".join(lines) + "\n"


def missed(groups: Groups) -> list[Goal]:
    """The goals whose first bar is not held."""
    return [g for g in GOALS if g.group in groups and not _holds(g, groups[g.group], g.first_bar)]


def _goal(goal: Goal, group: dict[str, Any]) -> list[str]:
    rows = {row["name"]: row for row in group["rows"]}
    ours = rows.get(goal.name, {})
    title = f"{group['title']}: {goal.name}"
    bars = [f"≤ {goal.first_bar:g}×", f"≤ {goal.moonshot:g}×"]
    if "ratio" not in ours:
        return [title, "not measured", "", *bars, "", ours.get("skipped", "")]
    held = "no"
    if _holds(goal, group, goal.first_bar):
        held = "moonshot" if _holds(goal, group, goal.moonshot) else "first bar"
    wanted = dict(goal.peers)
    peers = [
        f"{row['name']} {row['median'] / ours['median']:.3g}×" + (f" (≥ {wanted[name]:g})" if name in wanted else "")
        for name, row in rows.items()
        if "median" in row and not row["limit"] and not row["ours"]
    ]
    cpu = ours.get("more", {}).get("CPU ratio")
    return [title, _ratio(ours), f"{cpu:.3g}×" if cpu else "", *bars, held + _doubt(group), "; ".join(peers)]


def _doubt(group: dict[str, Any]) -> str:
    return " (busy machine)" if crowded(group) else ""


def _holds(goal: Goal, group: dict[str, Any], bar: float) -> bool:
    ratio = next((row.get("ratio") for row in group["rows"] if row["name"] == goal.name), None)
    return ratio is not None and ratio <= bar


def _ratio(row: dict[str, Any]) -> str:
    if row["limit"]:
        return "limit = 1"
    if "ratio" not in row:
        return ""
    return f"{row['ratio']:.3g}× ({row['ratio_min']:.3g} – {row['ratio_max']:.3g})"


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"
