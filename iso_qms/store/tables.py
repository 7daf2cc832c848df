"""The journal's own tables: entries, tree nodes, head, disclosures, secrets' verifiers, reading positions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary
from sqlmodel import Field

from iso_qms.store.base import Base, args, at_least


class JournalRow(Base, table=True):
    """One entry: the exact leaf bytes and their RFC 9162 leaf hash; the other columns are copies for searching."""

    __tablename__ = "qms_journal"
    __table_args__ = args(
        at_least("pos", 0),
        Index("ix_qms_journal_subject_pos", "subject", "pos"),
        Index("ix_qms_journal_act_pos", "act", "pos"),
        Index("ix_qms_journal_actor_pos", "actor", "pos"),
    )
    pos: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    leaf: bytes = Field(sa_type=LargeBinary)
    leaf_hash: bytes = Field(sa_type=LargeBinary)
    act: str
    subject: str
    actor: str
    at: datetime
    auth: str


class NodeRow(Base, table=True):
    """One completed inner node of the Merkle tree; level 1 is the parent of two leaves."""

    __tablename__ = "qms_node"
    __table_args__ = args(at_least("level", 1))
    level: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    idx: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    hash: bytes = Field(sa_type=LargeBinary)


class HeadRow(Base, table=True):
    """The one row that writers lock: how many entries there are, the root, the frontier, the newest instant."""

    __tablename__ = "qms_head"
    __table_args__ = args(at_least("size", 0), CheckConstraint('"id" = 1', name="id"))
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    size: int
    root: bytes = Field(sa_type=LargeBinary)
    frontier: bytes = Field(sa_type=LargeBinary)
    last_at: datetime


class DisclosureRow(Base, table=True):
    """One salted disclosure (RFC 9901) of personal data; erasable where an erasure entry allows it."""

    __tablename__ = "qms_disclosure"
    __table_args__ = args(
        Index("ix_qms_disclosure_name_value", "name", "value"), Index("ix_qms_disclosure_subject", "subject")
    )
    digest: str = Field(primary_key=True)
    pos: int = Field(foreign_key="qms_journal.pos")
    subject: str
    name: str
    encoded: str
    value: str


class LoginRow(Base, table=True):
    """Account names, each given once and for ever, whatever becomes of the person."""

    __tablename__ = "qms_login"
    login: str = Field(primary_key=True)
    person: str = Field(unique=True)
    pos: int = Field(foreign_key="qms_journal.pos")


class VerifierRow(Base, table=True):
    """The argon2 verifier of a secret; its SHA-256 is in the journal entry of the same position."""

    __tablename__ = "qms_verifier"
    pos: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False}, foreign_key="qms_journal.pos")
    verifier: str


class CursorRow(Base, table=True):
    """How far a subscriber has read the journal: the only rows that move besides the head."""

    __tablename__ = "qms_cursor"
    subscriber: str = Field(primary_key=True)
    pos: int


class ParcelRow(Base, table=True):
    """News that a subscriber has not acknowledged yet: `at` orders it, `due` is the next try; it goes when done."""

    __tablename__ = "qms_parcel"
    __table_args__ = args(Index("ix_qms_parcel_subscriber_due", "subscriber", "due"))
    subscriber: str = Field(primary_key=True)
    pos: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False}, foreign_key="qms_journal.pos")
    hook: str = Field(primary_key=True)
    document: str
    at: datetime
    due: datetime
    tries: int
    parked: bool
    trouble: str
