"""The acts as frozen values: what one function of `acts` or `staff` returns and one row and one leaf keep for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from iso_qms.domain.chain import Step


@dataclass(frozen=True, slots=True)
class Event:
    """One act without its circumstances; who, when and how are in `Recorded`."""

    act: ClassVar[str]


@dataclass(frozen=True, slots=True)
class DocumentEvent(Event):
    """An act upon one document, named by its canonical key."""

    document: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its circumstances: journal position, instant (aware UTC), actor, and how the actor was known.

    `actor` and `entered_by` are pseudonymous ids; `entered_by` is the operating-system account that entered an act
    for a person whose own secret was not asked. `auth` is `secret`, `operator` or `library`.
    """

    pos: int
    at: datetime
    actor: str
    event: Event
    entered_by: str | None = None
    auth: str = "library"


# --- documents ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drafted(DocumentEvent):
    """Content was proposed for version `number`; `sha256` names the manifest, and so every file and the process."""

    act: ClassVar[str] = "drafted"
    code: str
    kind: str
    title: str
    number: int
    issue: int
    revision: int | None
    sha256: str
    change_class: str
    reason: str
    base: int | None = None
    unit: str | None = None
    service_codes: tuple[str, ...] = ()
    requests: tuple[int, ...] = ()
    open_changes: int = 0
    file_date: date | None = None


@dataclass(frozen=True, slots=True)
class Abandoned(DocumentEvent):
    """A draft was given up before approval."""

    act: ClassVar[str] = "abandoned"
    number: int
    sha256: str
    reason: str


@dataclass(frozen=True, slots=True)
class Submitted(DocumentEvent):
    """A draft was put before its chain, which is copied here by value."""

    act: ClassVar[str] = "submitted"
    number: int
    sha256: str
    chain: str
    steps: tuple[Step, ...]
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Signed(DocumentEvent):
    """One seat of the chain was filled by a signature bound to `sha256`.

    `principal` and `mandate` say for whom a deputy signed, `capacity` the authority prefix (TM., KT., TL., TUQ., Q.).
    """

    act: ClassVar[str] = "signed"
    number: int
    sha256: str
    submission: int
    step: str
    meaning: str
    change_class: str
    role: str | None = None
    principal: str | None = None
    mandate: int | None = None
    capacity: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Returned(DocumentEvent):
    """A signer sent the submission back with a reason; the draft is open again."""

    act: ClassVar[str] = "returned"
    number: int
    sha256: str
    submission: int
    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Adopted(DocumentEvent):
    """A version that was approved on paper before the register knew it was taken over, on the word of the issuer.

    `decision` is the decision on paper, `known_from` the civil date from which the office says it has worked by it.
    """

    act: ClassVar[str] = "adopted"
    number: int
    sha256: str
    decision: str
    known_from: date


@dataclass(frozen=True, slots=True)
class Issued(DocumentEvent):
    """An approved version got its legal date, decision number and transition rule: one entry of the timeline.

    `legal_date` is a civil date of the office, `start` the instant (UTC) from which it is enforced. `until` is the
    mandatory end of an emergency issue. `reinstates` marks an old version that is brought back. `overrides` are the
    objections of plugins that the issuer overruled, each with the reason.
    """

    act: ClassVar[str] = "issued"
    number: int
    sha256: str
    legal_date: date
    start: datetime
    decision: str
    transition: str = "finish"
    sunset: datetime | None = None
    accept_old_until: datetime | None = None
    reinstates: bool = False
    until: datetime | None = None
    reason: str | None = None
    base_checked: bool = False
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ratified(DocumentEvent):
    """The full chain confirmed an emergency issue before its end; the end falls away."""

    act: ClassVar[str] = "ratified"
    entry: int
    number: int
    sha256: str
    decision: str


@dataclass(frozen=True, slots=True)
class Rescinded(DocumentEvent):
    """A planned entry of the timeline was cancelled before its start; it never had force."""

    act: ClassVar[str] = "rescinded"
    entry: int
    reason: str
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdrawn(DocumentEvent):
    """The document ends from a day on: an entry of the timeline that says that nothing is in force."""

    act: ClassVar[str] = "withdrawn"
    legal_date: date
    start: datetime
    decision: str
    reason: str
    transition: str = "finish"
    sunset: datetime | None = None
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suspended(DocumentEvent):
    """Receiving (`new`) or everything (`all`) is stopped for a while, for the document, one version or some units."""

    act: ClassVar[str] = "suspended"
    scope: str
    start: datetime
    reason: str
    end: datetime | None = None
    number: int | None = None
    units: tuple[str, ...] = ()
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class Resumed(DocumentEvent):
    """A suspension was lifted; whatever is in force then governs again."""

    act: ClassVar[str] = "resumed"
    suspension: int
    reason: str


@dataclass(frozen=True, slots=True)
class CopyPrinted(DocumentEvent):
    """A copy was printed: its number per version, who holds it, what its stamp says, and the digest of its token."""

    act: ClassVar[str] = "copy_printed"
    number: int
    sha256: str
    copy_no: int
    status: str
    holder: str | None = None
    token_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class CopyRecalled(DocumentEvent):
    """A printed copy was taken back or declared void."""

    act: ClassVar[str] = "copy_recalled"
    number: int
    copy_no: int
    reason: str


@dataclass(frozen=True, slots=True)
class Acknowledged(DocumentEvent):
    """A reader confirmed having read and understood exactly this content (ISO 9001 7.5.3.2 a)."""

    act: ClassVar[str] = "acknowledged"
    number: int
    sha256: str


# --- change requests ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Requested(Event):
    """A change request (phiếu đề nghị): why documents should be written, changed or withdrawn, and on what basis."""

    act: ClassVar[str] = "requested"
    request: int
    reason: str
    documents: tuple[str, ...] = ()
    legal_bases: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    service_codes: tuple[str, ...] = ()
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class RequestDecided(Event):
    """A change request was accepted or refused, with the reason."""

    act: ClassVar[str] = "request_decided"
    request: int
    accepted: bool
    reason: str


# --- people, units, chains, mandates ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonAdded(Event):
    """A person got a pseudonymous id; login, name and position are salted disclosures of this entry."""

    act: ClassVar[str] = "person_added"
    person: str
    roles: tuple[str, ...]
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class PersonChanged(Event):
    """Name or position (disclosures of this entry) or the unit of a person changed."""

    act: ClassVar[str] = "person_changed"
    person: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class RoleGranted(Event):
    """A person got a role."""

    act: ClassVar[str] = "role_granted"
    person: str
    role: str


@dataclass(frozen=True, slots=True)
class RoleRevoked(Event):
    """A person lost a role; what was signed before stays signed."""

    act: ClassVar[str] = "role_revoked"
    person: str
    role: str


@dataclass(frozen=True, slots=True)
class CredentialSet(Event):
    """A person's secret was set; the entry keeps only the digest of its argon2 verifier. `reset` = by another."""

    act: ClassVar[str] = "credential_set"
    person: str
    verifier_sha256: str
    reset: bool = False


@dataclass(frozen=True, slots=True)
class PersonDeactivated(Event):
    """A person may act no more; nothing is deleted and the account name is never given again."""

    act: ClassVar[str] = "person_deactivated"
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class PersonReactivated(Event):
    """A deactivated person may act again."""

    act: ClassVar[str] = "person_reactivated"
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class DataErased(Event):
    """One person's disclosures were erased on a legal basis; every digest, proof and root stays valid."""

    act: ClassVar[str] = "data_erased"
    person: str
    names: tuple[str, ...]
    legal_basis: str


@dataclass(frozen=True, slots=True)
class OperatorSeen(Event):
    """An operating-system account acted on this store for the first time; its name is a disclosure of this entry."""

    act: ClassVar[str] = "operator_seen"
    operator: str


@dataclass(frozen=True, slots=True)
class UnitAdded(Event):
    """A unit (đơn vị) of the issuing authority exists from a day on."""

    act: ClassVar[str] = "unit_added"
    unit: str
    name: str
    since: date
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class UnitEnded(Event):
    """A unit was renamed, merged or dissolved on a day; its documents and dossiers go to the successor."""

    act: ClassVar[str] = "unit_ended"
    unit: str
    how: str
    since: date
    decision: str
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class ChainDefined(Event):
    """A named approval chain was defined or replaced; running submissions keep the copy they have."""

    act: ClassVar[str] = "chain_defined"
    chain: str
    title: str
    steps: tuple[Step, ...]
    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class MandateGranted(Event):
    """`principal` gave `holder` a dated right to sign for a role, with the prefix and legal basis it stands on."""

    act: ClassVar[str] = "mandate_granted"
    principal: str
    holder: str
    role: str
    capacity: str
    legal_basis: str
    since: date
    until: date | None = None
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MandateRevoked(Event):
    """A mandate ended before its day; signatures given under it stay."""

    act: ClassVar[str] = "mandate_revoked"
    mandate: int
    holder: str
    reason: str


# --- the register itself ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoreFounded(Event):
    """The first entry: which authority keeps this journal, under which origin, in which time zone."""

    act: ClassVar[str] = "store_founded"
    origin: str
    authority: str
    zone: str


@dataclass(frozen=True, slots=True)
class PolicySet(Event):
    """A rule of the register that is a setting was changed, for example that every act needs the secret."""

    act: ClassVar[str] = "policy_set"
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class PluginsChanged(Event):
    """Other plugins than before are loaded: name, distribution, version and digest of what is installed, one a line."""

    act: ClassVar[str] = "plugins_changed"
    plugins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyDeclared(Event):
    """A public key of the register came into use or out of use: its purpose, its C2SP verifier key, and why."""

    act: ClassVar[str] = "key_declared"
    purpose: str
    vkey: str
    state: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ActRefused(Event):
    """An attempt that matters was refused: a denied right, a wrong secret, a signature that may not be."""

    act: ClassVar[str] = "act_refused"
    attempted: str
    refusal: str
    document: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class EvidenceExported(Event):
    """Evidence left the house: the digest of its manifest proves later what was handed over."""

    act: ClassVar[str] = "evidence_exported"
    scope: str
    sha256: str
    size: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AuditReviewed(Event):
    """A reviewer looked at a range of the journal and says what was found (EU Annex 11, 9)."""

    act: ClassVar[str] = "audit_reviewed"
    first: int
    last: int
    findings: str


@dataclass(frozen=True, slots=True)
class BackupTaken(Event):
    """A consistent copy of the store was made, up to the entry before this one."""

    act: ClassVar[str] = "backup_taken"
    size: int
    root: str


@dataclass(frozen=True, slots=True)
class StoreRestored(Event):
    """The store was restored from a copy that ends at `size` entries; what is known to be lost is named."""

    act: ClassVar[str] = "store_restored"
    size: int
    root: str
    lost: int | None = None
    reason: str | None = None


def _concrete(root: type[Event]) -> list[type[Event]]:
    return [leaf for kind in root.__subclasses__() for leaf in ([kind] if "act" in vars(kind) else _concrete(kind))]


EVENTS: dict[str, type[Event]] = {kind.act: kind for kind in _concrete(Event)}
"""Every kind of event by the name of its act."""
