"""Receiving a dossier: the version in force is asked, its list is checked, the dossier is pinned, a slip is given."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from iso_qms.guard import Decision
from iso_qms_mot_cua import words
from iso_qms_mot_cua.forms.catalogue import form_for
from iso_qms_mot_cua.keeping import Keeping
from iso_qms_mot_cua.refusals import Backdated, BadCount, ComponentsMissing, UnknownComponents
from iso_qms_mot_cua.tables import OPEN, Dossier, Letter, Part
from iso_qms_mot_cua.worktime import Deadline, Limit, deadline


class Receiving(Keeping):
    """What happens at the counter when somebody comes."""

    def receive(
        self,
        procedure: str,
        *,
        applicant: str,
        components: Mapping[str, int] | Collection[str],
        by: str,
        contact: str = "",
        channel: str = "truc-tiep",
        received_at: datetime | None = None,
        unit: str | None = None,
        version: int | str | None = None,
        sha256: str | None = None,
        authority: str = "",
    ) -> Dossier:
        """Receive a dossier for a procedure (mã TTHC), pinned to what is in force at the instant of receipt.

        `components` are the keys of what was brought, with their number. `version` and `sha256` say which version the
        applicant's forms are of, where that is known; the guard judges it. `authority` is needed for a receipt keyed in
        more than one working day late. Raises Denied and the desk's refusals; a refusal leaves nothing but its record.
        """
        with self.act("receive", by=by, subject=procedure) as session:
            now = self.clock()
            dossier = Dossier(
                procedure=procedure,
                unit=unit or self.settings.unit,
                applicant=words.line(applicant, "tên người nộp", "the applicant's name"),
                contact=words.maybe(contact, "thông tin liên hệ", "the contact"),
                channel=words.line(channel, "cách thức nộp", "the channel", longest=40),
                components=_counted(components),
                received_at=received_at or now,
                keyed_at=now,
                keyed_by=words.line(by, "tài khoản", "the account", longest=100),
                state=OPEN,
            )
            decision = self._ask(dossier, version=version, sha256=sha256)
            self._not_backdated(dossier, authority)
            self._complete(decision, dossier.components)
            due = self._pinned(dossier, decision, version=version, authority=authority)
            session.add(dossier)
            session.flush()
            self._add_parts(dossier, decision, authority)
            self._letter("receipt", dossier=dossier.code, by=by, facts={"around": list(due.around) if due else []})
            return dossier

    def refuse(self, procedure: str, *, applicant: str, reason: str, by: str) -> Letter:
        """Refuse to receive, in writing and with the reason; there is no dossier then."""
        with self.act("refuse", by=by, subject=procedure) as session:
            letter = self._letter("refusal", dossier="", by=by, facts=_said(applicant, procedure, reason))
            session.flush()
            return letter

    def ask_completion(
        self, procedure: str, *, applicant: str, missing: Collection[str], reason: str, by: str
    ) -> Letter:
        """Ask in writing, once and for everything, for what is missing before a dossier can be received."""
        with self.act("ask completion", by=by, subject=procedure) as session:
            facts = _said(applicant, procedure, reason) | {
                "asked": [words.line(m, "thành phần còn thiếu", "what is missing", longest=500) for m in missing]
            }
            letter = self._letter("supplement", dossier="", by=by, facts=facts)
            session.flush()
            return letter

    def _ask(self, dossier: Dossier, *, version: int | str | None, sha256: str | None) -> Decision:
        document = self.guard.document_for(dossier.procedure, dossier.unit)
        decision = self.guard.check(document, at=dossier.received_at, version=version, sha256=sha256, unit=dossier.unit)
        self.guard.insist(decision)
        return decision

    def _pinned(
        self, dossier: Dossier, decision: Decision, *, version: int | str | None, authority: str
    ) -> Deadline | None:
        """Give the dossier its code, pin it under that code, and promise a day by the process of that version."""
        dossier.code = self._new_code(dossier.received_at)
        citation = self.guard.pin(
            dossier.code,
            decision.document,
            received_at=dossier.received_at,
            version=version,
            unit=dossier.unit,
            authority=authority,
        )
        due = self._promise(self.process(citation), dossier.received_at)
        dossier.first_due_at = dossier.due_at = due.at if due else None
        dossier.provisional = bool(due and due.provisional)
        return due

    def _new_code(self, at: datetime) -> str:
        on = self.calendar.civil(at)
        codes = self.settings.codes(on)
        return codes.make(on, self._next(f"dossier/{codes.agency}/{on.isoformat()}"))

    def _add_parts(self, dossier: Dossier, own: Decision, authority: str) -> None:
        """The desk's own part and those of the agencies behind it, each pinned to its own document (liên thông)."""
        names = [(own.document, self.settings.agency_name, own.reason)]
        for part in self.settings.parts_of(dossier.procedure):
            decision = self.guard.check(part.document, at=dossier.received_at)
            self.guard.insist(decision)
            self.guard.pin(dossier.code, part.document, received_at=dossier.received_at, authority=authority)
            names.append((decision.document, part.agency, decision.reason))
        for place, (document, agency, reason) in enumerate(names):
            self.session.add(Part(dossier=dossier.code, place=place, document=document, agency=agency, reason=reason))

    def _not_backdated(self, dossier: Dossier, authority: str) -> None:
        """Paper of one evening may be keyed in the next morning; an older date is the way to keep an old form."""
        on = self.calendar.civil(dossier.received_at)
        if not authority.strip() and self.calendar.civil(dossier.keyed_at) > self.calendar.next_working_day(on):
            raise Backdated(day=f"{on:%d/%m/%Y}")

    def _complete(self, decision: Decision, brought: Mapping[str, int]) -> None:
        ref = decision.asked or decision.current
        process = self.guard.source.processes(decision.document).get(ref.number) if ref else None
        listed = {str(c["key"]): c for c in (process or {}).get("components", ()) if c.get("key")}
        label = ref.label if ref else ""
        if listed and (unknown := sorted(set(brought) - set(listed))):
            raise UnknownComponents(document=decision.document, version=label, names=", ".join(unknown))
        needed = [key for key, c in listed.items() if not c.get("when") and c.get("mandatory", True)]
        missing = [str(listed[key]["name"]) for key in needed if not brought.get(key)]
        if missing:
            form = form_for("supplement", self.calendar.civil(self.clock())).name
            raise ComponentsMissing(document=decision.document, version=label, names="; ".join(missing), form=form)

    def _promise(self, process: Mapping[str, Any], at: datetime) -> Deadline | None:
        limit = Limit.of(process.get("total"))
        return None if limit is None else deadline(self.calendar, at, limit)


def _counted(components: Mapping[str, int] | Collection[str]) -> dict[str, int]:
    """What was brought, by key, with its number; raises BadCount."""
    counted = dict(components) if isinstance(components, Mapping) else dict.fromkeys(components, 1)
    for key, count in counted.items():
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise BadCount(component=key)
    return counted


def _said(applicant: str, procedure: str, reason: str) -> dict[str, Any]:
    name = words.line(applicant, "tên người nộp", "the applicant's name")
    return {"applicant": name, "procedure": procedure, "reason": words.reason(reason)}
