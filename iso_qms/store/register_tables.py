"""One insert-only table per act upon persons, units, chains, mandates and the register itself."""

from datetime import date

from sqlalchemy import UniqueConstraint

from iso_qms.store.base import ActRow, args, digest


class PersonRow(ActRow, table=True):
    """Rows of the act `person_added`."""

    __tablename__ = "qms_person"
    __table_args__ = args(UniqueConstraint("person"))
    person: str
    roles: str
    unit: str | None = None


class PersonChangeRow(ActRow, table=True):
    """Rows of the act `person_changed`."""

    __tablename__ = "qms_person_change"
    person: str
    unit: str | None = None


class RoleGrantRow(ActRow, table=True):
    """Rows of the act `role_granted`."""

    __tablename__ = "qms_role_grant"
    person: str
    role: str


class RoleRevocationRow(ActRow, table=True):
    """Rows of the act `role_revoked`."""

    __tablename__ = "qms_role_revocation"
    person: str
    role: str


class CredentialRow(ActRow, table=True):
    """Rows of the act `credential_set`."""

    __tablename__ = "qms_credential"
    __table_args__ = args(digest("verifier_sha256"))
    person: str
    verifier_sha256: str
    reset: bool


class DeactivationRow(ActRow, table=True):
    """Rows of the act `person_deactivated`."""

    __tablename__ = "qms_deactivation"
    person: str
    reason: str


class ReactivationRow(ActRow, table=True):
    """Rows of the act `person_reactivated`."""

    __tablename__ = "qms_reactivation"
    person: str
    reason: str


class ErasureRow(ActRow, table=True):
    """Rows of the act `data_erased`."""

    __tablename__ = "qms_erasure"
    person: str
    names: str
    legal_basis: str


class OperatorRow(ActRow, table=True):
    """Rows of the act `operator_seen`."""

    __tablename__ = "qms_operator"
    __table_args__ = args(UniqueConstraint("operator"))
    operator: str


class UnitRow(ActRow, table=True):
    """Rows of the act `unit_added`."""

    __tablename__ = "qms_unit"
    __table_args__ = args(UniqueConstraint("unit"))
    unit: str
    name: str
    since: date
    parent: str | None = None


class UnitEndRow(ActRow, table=True):
    """Rows of the act `unit_ended`."""

    __tablename__ = "qms_unit_end"
    __table_args__ = args(UniqueConstraint("unit"))
    unit: str
    how: str
    since: date
    decision: str
    successor: str | None = None


class ChainRow(ActRow, table=True):
    """Rows of the act `chain_defined`."""

    __tablename__ = "qms_chain"
    chain: str
    title: str
    steps: str
    kinds: str
    units: str
    classes: str
    emergency: bool


class MandateRow(ActRow, table=True):
    """Rows of the act `mandate_granted`."""

    __tablename__ = "qms_mandate"
    principal: str
    holder: str
    role: str
    capacity: str
    legal_basis: str
    since: date
    until: date | None = None
    units: str


class MandateRevocationRow(ActRow, table=True):
    """Rows of the act `mandate_revoked`."""

    __tablename__ = "qms_mandate_revocation"
    __table_args__ = args(UniqueConstraint("mandate"))
    mandate: int
    holder: str
    reason: str


class FoundationRow(ActRow, table=True):
    """Rows of the act `store_founded`."""

    __tablename__ = "qms_foundation"
    origin: str
    authority: str
    zone: str


class PolicyRow(ActRow, table=True):
    """Rows of the act `policy_set`."""

    __tablename__ = "qms_policy"
    name: str
    value: str


class PluginsRow(ActRow, table=True):
    """Rows of the act `plugins_changed`."""

    __tablename__ = "qms_plugins"
    plugins: str


class KeyRow(ActRow, table=True):
    """Rows of the act `key_declared`."""

    __tablename__ = "qms_key"
    purpose: str
    vkey: str
    state: str
    reason: str | None = None


class RefusalRow(ActRow, table=True):
    """Rows of the act `act_refused`."""

    __tablename__ = "qms_refusal"
    attempted: str
    refusal: str
    document: str | None = None
    number: int | None = None


class ExportRow(ActRow, table=True):
    """Rows of the act `evidence_exported`."""

    __tablename__ = "qms_export"
    scope: str
    sha256: str
    size: int
    reason: str | None = None


class ReviewRow(ActRow, table=True):
    """Rows of the act `audit_reviewed`."""

    __tablename__ = "qms_review"
    first: int
    last: int
    findings: str


class BackupRow(ActRow, table=True):
    """Rows of the act `backup_taken`."""

    __tablename__ = "qms_backup"
    size: int
    root: str


class RestoreRow(ActRow, table=True):
    """Rows of the act `store_restored`."""

    __tablename__ = "qms_restore"
    size: int
    root: str
    lost: int | None = None
    reason: str | None = None
