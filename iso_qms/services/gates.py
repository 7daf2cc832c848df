"""Asking the gates: a candidate is built and judged outside the lock, and the verdict is bound to what was judged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from iso_qms.domain import errors
from iso_qms.domain import events as ev
from iso_qms.domain.decision import VersionRef
from iso_qms.domain.document import Document
from iso_qms.domain.extension import BLOCK, Candidate, Context, Finding, ImpactNote, Objection
from iso_qms.domain.manifest import Manifest
from iso_qms.domain.people import Actor
from iso_qms.host import Host, PluginFailed, Vetoed
from iso_qms.services.registers import Registers
from iso_qms.store.files import FileStore

HOOK = "iso_qms_gate_issue"


class View:
    """What plugins may read of a register; see `extension.RegisterView`."""

    def __init__(self, registers: Registers, files: FileStore) -> None:
        self._registers = registers
        self._files = files

    def in_force(self, document: str, at: datetime) -> VersionRef | None:
        """The version in force at an instant, None where nothing is or the document is unknown."""
        try:
            return self._registers.in_force(document, at)
        except errors.QmsError:
            return None

    def process(self, document: str, number: int) -> Mapping[str, Any]:
        """The process of a version, empty where it has none."""
        try:
            version = self._registers.document(document).versions.get(number)
        except errors.QmsError:
            return {}
        if version is None:
            return {}
        manifest = Manifest.from_bytes(self._files.get(version.content.sha256))
        return {} if manifest.process is None else dict(json.loads(self._files.get(manifest.process)))

    def documents(self) -> Iterable[str]:
        """The codes of all documents."""
        return [document.last.code for document in self._registers.documents()]

    def service_codes(self, document: str) -> tuple[str, ...]:
        """The TTHC procedures a document carries out."""
        return self._registers.document(document).last.service_codes


class Gates:
    """The gates of the loaded plugins, and what an act would mean to them."""

    def __init__(self, host: Host, view: View) -> None:
        self._host = host
        self._view = view

    @property
    def present(self) -> bool:
        """Whether any plugin has a gate."""
        return bool(self._host.implementers(HOOK))

    def candidate(self, document: Document, event: ev.Event, at: datetime) -> Candidate:
        """What is about to happen, for the gates."""
        content = document.last
        entry = document.timeline().in_force(at)
        before = document.versions[entry.version] if entry is not None and entry.version is not None else None
        facts: dict[str, Any] = {
            "title": content.title,
            "history": document.history[-1].pos,
            "unit": content.unit,
            "service_codes": content.service_codes,
            "reason": getattr(event, "reason", None),
        }
        if before is not None:
            facts["predecessor"] = VersionRef(content.code, before.number, before.label, before.content.sha256)
            facts["process_before"] = self._view.process(content.code, before.number)
        match event:
            case ev.Issued():
                version = document.versions[event.number]
                facts |= {
                    "version": event.number,
                    "label": version.label,
                    "sha256": event.sha256,
                    "process": self._view.process(content.code, event.number),
                    "sunset": event.sunset,
                    "transition": event.transition,
                }
            case ev.Withdrawn():
                facts |= {"sunset": event.sunset, "transition": event.transition}
            case _:
                pass
        for name in ("start", "legal_date", "decision"):
            if hasattr(event, name):
                facts[name] = getattr(event, name)
        act = {"issued": "issue", "withdrawn": "withdraw", "rescinded": "rescind"}[event.act]
        return Candidate(act=act, document=content.code, **facts)

    def ask(
        self, candidate: Candidate, actor: Actor, now: datetime, overrides: Mapping[str, str]
    ) -> tuple[list[tuple[str, Objection]], tuple[str, ...]]:
        """Every objection of every gate, and the overrules used as `plugin: CODE – reason`.

        Raises `Vetoed` with all that still block. A person with authority overrules a plugin by name, with a reason.
        """

        objections = self.objections(candidate, actor, now)
        blocking = [(name, o) for name, o in objections if o.severity == BLOCK]
        left = [(name, o) for name, o in blocking if name not in overrides]
        if left:
            raise Vetoed(objections="; ".join(f"[{name}] {o.message_vi} ({o.code})" for name, o in left))
        used = tuple(f"{name}: {o.code} – {overrides[name]}" for name, o in blocking)
        return objections, used

    def objections(self, candidate: Candidate, actor: Actor, now: datetime) -> list[tuple[str, Objection]]:
        """Every objection of every gate."""

        def given(name: str) -> dict[str, Any]:
            settings = dict(self._host.settings.get(name, {}))
            return {"candidate": candidate, "ctx": Context(actor.id, actor.login, now, settings, self._view)}

        return self._host.gates(HOOK, given)

    def findings(self, now: datetime) -> Iterator[Finding]:
        """What plugins find: their system against the register, and the processes that people work by."""
        for name, answer in self._host.collect("iso_qms_reconcile", view=self._view, since_pos=0):
            yield from _findings(name, answer)
        for code in self._view.documents():
            governing = self._view.in_force(code, now)
            process = self._view.process(code, governing.number) if governing is not None else {}
            if process:
                ctx = Context("", "", now, {}, self._view)
                given = {"process": dict(process), "document": code, "ctx": ctx}
                for name, answer in self._host.collect("iso_qms_check_process", **given):
                    yield from _findings(name, answer)

    def impact(self, candidate: Candidate, actor: Actor, now: datetime) -> list[tuple[str, ImpactNote]]:
        """What the act would mean elsewhere; a plugin that cannot say so is named."""
        notes: list[tuple[str, ImpactNote]] = []
        ctx = Context(actor.id, actor.login, now, {}, self._view)
        for name, answer in self._host.collect("iso_qms_assess_impact", candidate=candidate, ctx=ctx):
            if isinstance(answer, PluginFailed) or not isinstance(answer, list | tuple):
                notes.append(
                    (name, ImpactNote("NOT_ASSESSED", f"“{name}” chưa đánh giá được", f"not assessed by {name}"))
                )
                continue
            notes += [(name, note) for note in answer if isinstance(note, ImpactNote)]
        return notes


def _findings(name: str, answer: Any) -> Iterator[Finding]:
    if isinstance(answer, list | tuple) and all(isinstance(item, Finding) for item in answer):
        yield from answer
        return
    why = answer.why if isinstance(answer, PluginFailed) else f"{type(answer).__name__}"
    yield Finding("PLUGIN_ERROR", f"tiện ích “{name}” bị lỗi ({why})", f"plugin “{name}” failed ({why})")
