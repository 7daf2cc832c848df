"""The structured process of a version (schema process/1): what must hold before it may be confirmed and enforced."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from iso_qms.domain.errors import BadInput

SCHEMA = "process/1"
_KEY = re.compile(r"^[a-z0-9][a-z0-9-]{0,79}$")


class BadProcess(BadInput):
    """Process data that cannot be confirmed; every fault is told."""

    code = "BAD_PROCESS"
    vi = "Quy trình dạng dữ liệu chưa hợp lệ: {faults}."
    en = "The process data are not valid: {faults}."


def confirmed(process: Mapping[str, Any]) -> dict[str, Any]:
    """The process with the mark that a person confirmed it; `BadProcess` while something in it cannot be enforced."""
    faults = list(_faults(process))
    if faults:
        raise BadProcess(faults="; ".join(faults[:10]))
    return {**process, "confirmed": True}


def is_confirmed(process: Mapping[str, Any]) -> bool:
    """Whether a person confirmed it; else it is a reader's proposal."""
    return process.get("confirmed") is True


def _faults(process: Mapping[str, Any]) -> Iterator[str]:
    if process.get("schema") != SCHEMA:
        yield f"schema phải là {SCHEMA} / schema must be {SCHEMA}"
        return
    steps = process.get("steps")
    if not isinstance(steps, list) or not steps or not all(isinstance(step, dict) for step in steps):
        yield "chưa có bước nào / it has no steps"
        return
    keys = [step.get("key") for step in steps]
    for number, step in enumerate(steps, 1):
        yield from _step_faults(number, step, keys)
    for part in ("total", "limit"):
        yield from _limit_faults(part, process.get(part))


def _step_faults(number: int, step: Mapping[str, Any], keys: list[Any]) -> Iterator[str]:
    name = step.get("no") or number
    key = step.get("key")
    if not isinstance(key, str) or not _KEY.match(key):
        yield f"bước {name}: khóa “{key}” / step {name}: key"
    elif keys.count(key) > 1:
        yield f"bước {name}: trùng khóa “{key}” / step {name}: key used twice"
    if not str(step.get("name") or "").strip():
        yield f"bước {name}: chưa có tên / step {name}: no name"
    if not step.get("roles") or not isinstance(step["roles"], list):
        yield f"bước {name}: chưa có người chịu trách nhiệm / step {name}: nobody responsible"
    for before in step.get("after") or ():
        if before not in keys or before == key:
            yield f"bước {name}: sau “{before}” không có / step {name}: comes after an unknown step"
    yield from _limit_faults(f"bước {name} / step {name}", step.get("limit"))


def _limit_faults(where: str, limit: Any) -> Iterator[str]:
    if limit is None:
        return
    minutes = limit.get("working_minutes") if isinstance(limit, dict) else limit
    if minutes is not None and (not isinstance(minutes, int) or isinstance(minutes, bool) or minutes < 0):
        yield f"{where}: thời hạn / time limit"
