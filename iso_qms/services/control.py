"""The acts upon documents: each reads the document under the lock, lets the domain decide, and records the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from iso_qms.domain import acts, chain, errors, staff
from iso_qms.domain import events as ev
from iso_qms.domain.acts import Content, Moment
from iso_qms.domain.code import document_key
from iso_qms.domain.document import Document
from iso_qms.domain.people import Actor, Person
from iso_qms.services.judged import JudgedActs, Preview, load
from iso_qms.services.performing import ADOPTION
from iso_qms.store import journal, people, rows
from iso_qms.store.journal import Writer

__all__ = ["Control", "Preview", "load"]


class Control(JudgedActs):
    """Performs acts on documents named by code; every method returns the recorded act or raises a refusal."""

    def draft(
        self,
        content: Content,
        *,
        by: Person,
        reason: str,
        requests: Sequence[int] = (),
        new: bool = False,
        number: int | None = None,
        copy_of: int | None = None,
        unattended: bool = False,
    ) -> ev.Recorded:
        """Propose content; see `acts.draft`."""
        key = document_key(content.code)

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            _check_unit(writer, content.unit, moment)
            answered = staff.check_answered(open_requests(writer), requests)
            document = Document.fold(key, journal.history(writer.connection, key))
            return acts.draft(
                document,
                content,
                actor=actor,
                moment=moment,
                reason=reason,
                requests=answered,
                new=new,
                number=number,
                copy_of=copy_of,
                unattended=unattended,
            )

        return self._performer.act("draft", decide, by=by, document=key, number=number)

    def abandon(self, code: str, *, by: Person, reason: str, number: int | None = None) -> ev.Recorded:
        """Give up a draft; see `acts.abandon`."""
        return self._perform(
            "abandon",
            code,
            lambda d, a, m: acts.abandon(d, actor=a, moment=m, reason=reason, number=number),
            by=by,
            number=number,
        )

    def submit(
        self,
        code: str,
        *,
        by: Person,
        chain_name: str | None = None,
        number: int | None = None,
        emergency: bool = False,
        accept_open_changes: bool = False,
    ) -> ev.Recorded:
        """Put a draft before the chain that fits it, or the one named; see `acts.submit`."""
        key = document_key(code)

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            document = load(writer, key, code)
            content = acts.version_to_submit(document, number).content
            found = self._chain(writer, actor, content, chain_name, emergency)
            return acts.submit(
                document,
                found,
                actor=actor,
                moment=moment,
                number=number,
                accept_open_changes=accept_open_changes,
            )

        return self._performer.act("submit", decide, by=by, document=key, number=number)

    def _chain(
        self, writer: Writer, actor: Actor, content: ev.Drafted, name: str | None, emergency: bool
    ) -> chain.Chain:
        """The chain that is meant for a version; another one that fits only where the controller names it.

        Otherwise a drafter could pick the chain that asks least.
        """
        defined = staff.fold_chains(journal.history(writer.connection, rows.CHAINS))
        named = _named(defined, name)
        urgent = emergency or (named is not None and named.emergency)
        meant = chain.select(
            defined.values(),
            kind=content.kind,
            unit=content.unit,
            change_class=content.change_class,
            emergency=urgent,
        )
        if meant is None and urgent:
            raise errors.UnknownChain(chain="emergency = true")
        meant = meant or chain.DEFAULT_CHAIN
        if named is None or named.name == meant.name:
            return meant
        fits = chain.fits(named, content.kind, content.unit, content.change_class)
        if not fits or "controller" not in actor.roles:
            raise errors.WrongChain(chain=named.name, meant=meant.name)
        return named

    def sign(
        self,
        code: str,
        *,
        by: Person,
        number: int | None = None,
        sha256: str | None = None,
        meaning: str | None = None,
        change_class: str | None = None,
        comment: str | None = None,
    ) -> ev.Recorded:
        """Sign with the signer's own secret; see `acts.sign`."""
        key = document_key(code)

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            if people.state(writer.connection, actor.id).must_change:
                raise errors.MustChangeSecret(login=actor.login)
            return acts.sign(
                load(writer, key, code),
                actor=actor,
                moment=moment,
                number=number,
                sha256=sha256,
                meaning=meaning,
                change_class=change_class,
                comment=comment,
            )

        return self._performer.act("sign", decide, by=by, document=key, number=number, secret_needed=True)

    def demand_adoption(self, *, by: Person, document: str | None = None, number: int | None = None) -> None:
        """Refuse on record, with `AdoptionClosed`, unless the register's policy `adoption` is on."""
        if self._performer.policy(ADOPTION) != "on":
            refusal = errors.AdoptionClosed()
            self._performer.record_refusal(refusal, "adopt", by=by, document=document, number=number)
            raise refusal

    def adopt(
        self, code: str, *, by: Person, decision: str, known_from: date, number: int | None = None
    ) -> ev.Recorded:
        """Take over a version approved on paper, with the issuer's own secret; see `acts.adopt`.

        `AdoptionClosed` unless the register's policy `adoption` is on.
        """
        self.demand_adoption(by=by, document=document_key(code), number=number)
        return self._perform(
            "adopt",
            code,
            lambda d, a, m: acts.adopt(d, actor=a, moment=m, decision=decision, known_from=known_from, number=number),
            by=by,
            number=number,
            signing=True,
        )

    def send_back(self, code: str, *, by: Person, reason: str, number: int | None = None) -> ev.Recorded:
        """Return a submission to its drafter; see `acts.send_back`."""
        return self._perform(
            "return",
            code,
            lambda d, a, m: acts.send_back(d, actor=a, moment=m, reason=reason, number=number),
            by=by,
            number=number,
        )

    def issue(
        self,
        code: str,
        *,
        by: Person,
        effective: date,
        decision: str,
        number: int | None = None,
        transition: str = "finish",
        sunset: date | None = None,
        accept_old_until: date | None = None,
        until: date | None = None,
        reason: str | None = None,
        base_checked: bool = False,
        overrides: Mapping[str, str] | None = None,
    ) -> ev.Recorded:
        """Give an approved version its date; with `until` an emergency issue; see `acts.issue`.

        `overrides` names plugins whose objections the issuer overrules, each with the reason.
        """
        return self._gated(
            "issue",
            code,
            lambda d, a, m: acts.issue(
                d,
                actor=a,
                moment=m,
                effective=effective,
                decision=decision,
                number=number,
                transition=transition,
                sunset=sunset,
                accept_old_until=accept_old_until,
                until=until,
                reason=reason,
                base_checked=base_checked,
            ),
            by=by,
            number=number,
            overrides=overrides,
        )

    def reinstate(
        self, code: str, *, by: Person, number: int, effective: date, decision: str, reason: str
    ) -> ev.Recorded:
        """Bring an old version back; see `acts.reinstate`."""
        return self._perform(
            "reinstate",
            code,
            lambda d, a, m: acts.reinstate(
                d, actor=a, moment=m, number=number, effective=effective, decision=decision, reason=reason
            ),
            by=by,
            number=number,
        )

    def ratify(self, code: str, *, by: Person, decision: str) -> ev.Recorded:
        """Confirm an emergency issue; see `acts.ratify`."""
        return self._perform(
            "ratify", code, lambda d, a, m: acts.ratify(d, actor=a, moment=m, decision=decision), by=by
        )

    def rescind(
        self,
        code: str,
        *,
        by: Person,
        reason: str,
        entry: int | None = None,
        overrides: Mapping[str, str] | None = None,
    ) -> ev.Recorded:
        """Cancel a planned entry before its start; see `acts.rescind`."""
        return self._gated(
            "rescind",
            code,
            lambda d, a, m: acts.rescind(d, actor=a, moment=m, reason=reason, entry=entry),
            by=by,
            overrides=overrides,
        )

    def withdraw(
        self,
        code: str,
        *,
        by: Person,
        effective: date,
        decision: str,
        reason: str,
        transition: str = "finish",
        sunset: date | None = None,
        overrides: Mapping[str, str] | None = None,
    ) -> ev.Recorded:
        """End a document from a day on; see `acts.withdraw`."""
        return self._gated(
            "withdraw",
            code,
            lambda d, a, m: acts.withdraw(
                d,
                actor=a,
                moment=m,
                effective=effective,
                decision=decision,
                reason=reason,
                transition=transition,
                sunset=sunset,
            ),
            by=by,
            overrides=overrides,
        )

    def suspend(
        self,
        code: str,
        *,
        by: Person,
        reason: str,
        scope: str = "new",
        start: datetime | None = None,
        end: datetime | None = None,
        number: int | None = None,
        units: Sequence[str] = (),
        decision: str | None = None,
    ) -> ev.Recorded:
        """Stop receiving or everything; see `acts.suspend`."""
        return self._perform(
            "suspend",
            code,
            lambda d, a, m: acts.suspend(
                d,
                actor=a,
                moment=m,
                reason=reason,
                scope=scope,
                start=start,
                end=end,
                number=number,
                units=tuple(units),
                decision=decision,
            ),
            by=by,
            number=number,
        )

    def resume(self, code: str, *, by: Person, reason: str, suspension: int | None = None) -> ev.Recorded:
        """Lift a suspension; see `acts.resume`."""
        return self._perform(
            "resume",
            code,
            lambda d, a, m: acts.resume(d, actor=a, moment=m, reason=reason, suspension=suspension),
            by=by,
        )


def _named(defined: dict[str, chain.Chain], name: str | None) -> chain.Chain | None:
    if name is None or name in defined:
        return None if name is None else defined[name]
    if name == chain.DEFAULT_CHAIN.name:
        return chain.DEFAULT_CHAIN
    raise errors.UnknownChain(chain=name)


def open_requests(writer: Writer) -> dict[int, staff.Request]:
    """The change requests as they are under the lock."""
    return staff.fold_requests(journal.history(writer.connection, rows.REQUESTS))


def _check_unit(writer: Writer, unit: str | None, moment: Moment) -> None:
    if unit is None:
        return
    units = staff.fold_units(journal.history(writer.connection, rows.UNITS))
    if unit not in units:
        raise errors.UnknownUnit(unit=unit)
    ended = units[unit].ended
    if ended is not None and ended <= moment.today:
        successor = staff.unit_on(units, unit, moment.today)
        raise errors.UnitGone(unit=unit, since=f"{ended:%d/%m/%Y}", successor=successor)
