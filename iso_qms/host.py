"""The plugin host: loads plugins one by one, quarantines bad ones, and calls each apart from the others."""

from __future__ import annotations

import inspect
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import metadata
from typing import Any

import pluggy

from iso_qms import hookspecs
from iso_qms.domain.errors import Refused
from iso_qms.domain.extension import BLOCK, Objection

GATE_BUDGET = 10.0
"""Seconds that all gates together may take; a person is waiting."""

BREAK_AFTER, BREAK_FOR = 5, 30.0
"""After so many failures in a row a plugin's refinements rest for so many seconds."""

GROUP = "iso_qms"

Implementer = tuple[str, Callable[..., Any], tuple[str, ...]]
"""Name of a plugin, its function for a hook, and the arguments that the function takes."""


class RequiredPluginMissing(Refused):
    """A plugin that the office demands is absent or unusable: nothing may be issued without it."""

    code = "REQUIRED_PLUGIN_MISSING"
    vi = "Thiếu tiện ích bắt buộc: {names}; kho không mở được cho đến khi cài đúng (xem “iso-qms plugins list”)."
    en = (
        "Required plugins are missing: {names}; the register stays closed until they work (see “iso-qms plugins list”)."
    )


class Vetoed(Refused):
    """Gates object to an act; every objection of every gate is told."""

    code = "VETOED"
    vi = "Chốt kiểm soát không cho phép: {objections}. Vượt qua bằng --override TÊN --reason nếu có thẩm quyền."
    en = "Gates object: {objections}. With authority, overrule by --override NAME --reason."
    matters = True


@dataclass
class Health:
    """How a plugin fares: calls, failures, overruns, the last trouble, and until when its refinements rest."""

    calls: int = 0
    errors: int = 0
    slow: int = 0
    row: int = 0
    rests_until: float = 0.0
    last: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A plugin that is in use: its name, the distribution it came from, and the digest of what is installed."""

    name: str
    distribution: str = ""
    version: str = ""
    sha256: str = ""

    def line(self) -> str:
        """One line for the journal."""
        return " ".join((self.name, self.distribution or "-", self.version or "-", self.sha256 or "-"))


@dataclass
class Host:
    """The plugins of one process; `settings` are each plugin's own, `disabled` names those to leave out (`*`: all)."""

    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    disabled: frozenset[str] = frozenset()
    gate_budget: float = GATE_BUDGET

    def __post_init__(self) -> None:
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self.loaded: dict[str, Loaded] = {}
        self.quarantined: dict[str, list[str]] = {}
        self.health: dict[str, Health] = {}
        self._known: dict[str, list[Implementer]] = {}

    # --- loading --------------------------------------------------------------------------------------------------

    def load(self, required: Iterable[str] = ()) -> Host:
        """Load every installed plugin by name; `RequiredPluginMissing` when a demanded one cannot be used."""
        for point in sorted(metadata.entry_points(group=GROUP), key=lambda point: point.name):
            if "*" in self.disabled or point.name in self.disabled:
                continue
            try:
                plugin = point.load()
                plugin = plugin() if inspect.isclass(plugin) else plugin
            except KeyboardInterrupt:
                raise
            except BaseException as trouble:  # SystemExit of a plugin must not end the host
                self.quarantined[point.name] = [f"cannot be loaded: {trouble!r}"[:200]]
                continue
            self.add(plugin, point.name, _loaded(point))
        missing = sorted(set(required) - self.loaded.keys())
        if missing:
            names = "; ".join(
                f"{name} ({', '.join(self.quarantined.get(name, ['not installed']))})" for name in missing
            )
            raise RequiredPluginMissing(names=names)
        return self

    def add(self, plugin: Any, name: str, loaded: Loaded | None = None) -> bool:
        """Take one plugin in, or quarantine it with every reason found; whether it was taken."""
        reasons = list(self._reasons(plugin))
        if not reasons:
            try:
                self._manager.register(plugin, name=name)
            except (pluggy.PluginValidationError, ValueError) as trouble:
                reasons.append(" ".join(str(trouble).split())[:300])
        if reasons:
            self.quarantined[name] = reasons
            return False
        self.loaded[name] = loaded or Loaded(name)
        self.health[name] = Health()
        self._known = {}
        return True

    def _reasons(self, plugin: Any) -> Iterable[str]:
        wanted = getattr(plugin, "iso_qms_api", None)
        if not (isinstance(wanted, tuple) and len(wanted) == 2):
            yield "it does not declare iso_qms_api = (major, minor)"
        elif wanted[0] != hookspecs.API[0] or wanted[1] > hookspecs.API[1]:
            yield f"it needs API {wanted}, this host has {hookspecs.API}"
        for name in dir(plugin):
            marked = self._manager.parse_hookimpl_opts(plugin, name)
            if marked is None:
                continue
            hook = marked.get("specname") or name
            if not hasattr(hookspecs, hook):
                yield f"there is no hook {hook}"
            if inspect.iscoroutinefunction(getattr(plugin, name)) or inspect.isasyncgenfunction(getattr(plugin, name)):
                yield f"{hook} is async; hooks are plain functions"
            if marked["wrapper"] or marked["hookwrapper"]:
                yield f"{hook} is a wrapper; wrappers could swallow a veto"

    # --- calling --------------------------------------------------------------------------------------------------

    def implementers(self, hook: str) -> list[Implementer]:
        """Name, function and argument names of every implementation, in the order of names."""
        known = self._known.get(hook)
        if known is None:  # asked at every check; it changes only when a plugin is added
            found = getattr(self._manager.hook, hook).get_hookimpls()
            every = ((impl.plugin_name, impl.function, tuple(impl.argnames)) for impl in found)
            known = self._known[hook] = sorted(every, key=lambda implementer: implementer[0])
        return known

    def call(self, name: str, function: Callable[..., Any], wanted: tuple[str, ...], given: Mapping[str, Any]) -> Any:
        """Call one implementation; whatever it raises becomes `PluginFailed`, except an interrupt by the user."""
        health = self.health[name]
        health.calls += 1
        try:
            answer = function(*map(given.__getitem__, wanted))
        except KeyboardInterrupt:
            raise
        except BaseException as trouble:
            health.errors += 1
            health.row += 1
            health.last = repr(trouble)[:200]
            raise PluginFailed(name, health.last) from trouble
        health.row = 0
        return answer

    def collect(self, hook: str, **given: Any) -> list[tuple[str, Any]]:
        """The answers of all plugins that gave one; a failure is given as the `PluginFailed` itself."""
        answers: list[tuple[str, Any]] = []
        for name, function, wanted in self.implementers(hook):
            try:
                answer = self.call(name, function, wanted, {**given, "settings": dict(self.settings.get(name, {}))})
            except PluginFailed as failure:
                answer = failure
            if answer is not None:
                answers.append((name, answer))
        return answers

    def gates(self, hook: str, given: Callable[[str], Mapping[str, Any]]) -> list[tuple[str, Objection]]:
        """The objections of all gates, asked side by side under one budget; what is no list of them objects itself."""
        answers: dict[str, Any] = {}
        threads = [
            threading.Thread(
                target=self._gate, args=(answers, name, function, wanted, given(name)), name=f"gate-{name}", daemon=True
            )
            for name, function, wanted in self.implementers(hook)
        ]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + self.gate_budget
        for thread in threads:
            thread.join(max(deadline - time.monotonic(), 0))
        return [
            (name, objection)
            for name, _, _ in self.implementers(hook)
            for objection in self._objections(name, answers.get(name, _SILENT))
        ]

    def _gate(self, answers: dict[str, Any], name: str, function: Any, wanted: Any, given: Mapping[str, Any]) -> None:
        try:
            answers[name] = self.call(name, function, wanted, given)
        except PluginFailed as failure:
            answers[name] = failure

    def _objections(self, name: str, answer: Any) -> list[Objection]:
        if answer is _SILENT:
            self.health[name].slow += 1
            return [_trouble("PLUGIN_SLOW", name, "không trả lời kịp", "did not answer in time")]
        if isinstance(answer, PluginFailed):
            return [_trouble("PLUGIN_ERROR", name, f"bị lỗi ({answer.why})", f"failed ({answer.why})")]
        if not isinstance(answer, list | tuple) or not all(isinstance(item, Objection) for item in answer):
            return [_trouble("BAD_RETURN", name, "trả lời sai kiểu", "did not answer with a list of objections")]
        return list(answer)

    def refine(self, decision: Any) -> Any:
        """The strictest of the core's answer and the plugins' refinements, in whichever order they are asked."""
        strictest = decision
        for name, function, wanted in self.implementers("iso_qms_refine_decision"):
            health = self.health[name]
            if health.rests_until and health.rests_until > time.monotonic():
                continue
            try:
                refined = self.call(name, function, wanted, {"decision": decision})
            except PluginFailed:
                if health.row >= BREAK_AFTER:
                    health.rests_until, health.row = time.monotonic() + BREAK_FOR, 0
                continue
            if refined is None:
                continue
            if isinstance(refined, type(decision)) and refined.verdict.strictness > strictest.verdict.strictness:
                strictest = refined
        return strictest

    @property
    def refines(self) -> bool:
        """Whether any plugin refines decisions."""
        return bool(self.implementers("iso_qms_refine_decision"))


class PluginFailed(Exception):
    """One plugin failed in one call; `why` is what it raised."""

    def __init__(self, plugin: str, why: str) -> None:
        super().__init__(f"{plugin}: {why}")
        self.plugin, self.why = plugin, why


_SILENT = object()


def _trouble(code: str, name: str, vi: str, en: str) -> Objection:
    return Objection(code, f"tiện ích “{name}” {vi}", f"plugin “{name}” {en}", BLOCK)


def _loaded(point: metadata.EntryPoint) -> Loaded:
    found = point.dist
    if found is None:
        return Loaded(point.name)
    listed = found.read_text("RECORD") or ""
    return Loaded(point.name, found.name, found.version, sha256(listed.encode()).hexdigest()[:16])
