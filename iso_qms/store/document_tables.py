"""One insert-only table per act upon documents and change requests; columns are the fields of the event."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint

from iso_qms.domain.chain import MEANINGS
from iso_qms.domain.document import CLASSES, KINDS
from iso_qms.domain.timeline import SCOPES, TRANSITIONS
from iso_qms.store.base import ActRow, args, at_least, digest, one_of


class DraftRow(ActRow, table=True):
    """Rows of the act `drafted`."""

    __tablename__ = "qms_draft"
    __table_args__ = args(
        one_of("kind", KINDS),
        one_of("change_class", CLASSES),
        digest(),
        at_least("number", 1),
        at_least("issue", 1),
        Index("ix_qms_draft_document_number", "document", "number", "pos"),
    )
    document: str
    code: str
    kind: str
    title: str
    number: int
    issue: int
    revision: int | None = None
    sha256: str
    change_class: str
    reason: str
    base: int | None = None
    unit: str | None = None
    service_codes: str
    requests: str
    open_changes: int
    file_date: date | None = None


class AbandonmentRow(ActRow, table=True):
    """Rows of the act `abandoned`."""

    __tablename__ = "qms_abandonment"
    document: str
    number: int
    sha256: str
    reason: str


class SubmissionRow(ActRow, table=True):
    """Rows of the act `submitted`."""

    __tablename__ = "qms_submission"
    __table_args__ = args(digest(), Index("ix_qms_submission_document_number", "document", "number"))
    document: str
    number: int
    sha256: str
    chain: str
    steps: str
    emergency: bool


class SignatureRow(ActRow, table=True):
    """Rows of the act `signed`."""

    __tablename__ = "qms_signature"
    __table_args__ = args(one_of("meaning", MEANINGS), digest(), UniqueConstraint("submission", "step", "actor"))
    document: str
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


class SendBackRow(ActRow, table=True):
    """Rows of the act `returned`."""

    __tablename__ = "qms_send_back"
    document: str
    number: int
    sha256: str
    submission: int
    step: str
    reason: str


class AdoptionRow(ActRow, table=True):
    """Rows of the act `adopted`."""

    __tablename__ = "qms_adoption"
    __table_args__ = args(digest(), UniqueConstraint("document", "number"))
    document: str
    number: int
    sha256: str
    decision: str
    known_from: date


class IssueRow(ActRow, table=True):
    """Rows of the act `issued`."""

    __tablename__ = "qms_issue"
    __table_args__ = args(
        one_of("transition", TRANSITIONS),
        digest(),
        Index("ix_qms_issue_document_start", "document", "start"),
        Index("ix_qms_issue_until", "until"),
    )
    document: str
    number: int
    sha256: str
    legal_date: date
    start: datetime
    decision: str
    transition: str
    sunset: datetime | None = None
    accept_old_until: datetime | None = None
    reinstates: bool
    until: datetime | None = None
    reason: str | None = None
    base_checked: bool
    overrides: str


class RatificationRow(ActRow, table=True):
    """Rows of the act `ratified`."""

    __tablename__ = "qms_ratification"
    __table_args__ = args(UniqueConstraint("entry"), digest())
    document: str
    entry: int
    number: int
    sha256: str
    decision: str


class RescissionRow(ActRow, table=True):
    """Rows of the act `rescinded`."""

    __tablename__ = "qms_rescission"
    __table_args__ = args(UniqueConstraint("entry"))
    document: str
    entry: int
    reason: str
    overrides: str


class WithdrawalRow(ActRow, table=True):
    """Rows of the act `withdrawn`."""

    __tablename__ = "qms_withdrawal"
    __table_args__ = args(
        one_of("transition", TRANSITIONS), Index("ix_qms_withdrawal_document_start", "document", "start")
    )
    document: str
    legal_date: date
    start: datetime
    decision: str
    reason: str
    transition: str
    sunset: datetime | None = None
    overrides: str


class SuspensionRow(ActRow, table=True):
    """Rows of the act `suspended`."""

    __tablename__ = "qms_suspension"
    __table_args__ = args(one_of("scope", SCOPES), Index("ix_qms_suspension_document", "document"))
    document: str
    scope: str
    start: datetime
    reason: str
    end: datetime | None = None
    number: int | None = None
    units: str
    decision: str | None = None


class ResumptionRow(ActRow, table=True):
    """Rows of the act `resumed`."""

    __tablename__ = "qms_resumption"
    __table_args__ = args(UniqueConstraint("suspension"))
    document: str
    suspension: int
    reason: str


class CopyRow(ActRow, table=True):
    """Rows of the act `copy_printed`."""

    __tablename__ = "qms_copy"
    __table_args__ = args(digest(), Index("ix_qms_copy_document", "document"))
    document: str
    number: int
    sha256: str
    copy_no: int
    status: str
    holder: str | None = None
    token_sha256: str | None = None


class CopyRecallRow(ActRow, table=True):
    """Rows of the act `copy_recalled`."""

    __tablename__ = "qms_copy_recall"
    __table_args__ = args(UniqueConstraint("document", "number", "copy_no"))
    document: str
    number: int
    copy_no: int
    reason: str


class AcknowledgementRow(ActRow, table=True):
    """Rows of the act `acknowledged`."""

    __tablename__ = "qms_acknowledgement"
    __table_args__ = args(digest(), UniqueConstraint("document", "sha256", "actor"))
    document: str
    number: int
    sha256: str


class RequestRow(ActRow, table=True):
    """Rows of the act `requested`."""

    __tablename__ = "qms_request"
    __table_args__ = args(UniqueConstraint("request"))
    request: int
    reason: str
    documents: str
    legal_bases: str
    decisions: str
    service_codes: str
    unit: str | None = None


class RequestDecisionRow(ActRow, table=True):
    """Rows of the act `request_decided`."""

    __tablename__ = "qms_request_decision"
    __table_args__ = args(UniqueConstraint("request"))
    request: int
    accepted: bool
    reason: str
