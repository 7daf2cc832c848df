"""The tables' common ground: own metadata, constraint names, and the columns that every act shares."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, MetaData
from sqlmodel import Field, SQLModel

PREFIX = "qms_"
"""Every table of ours begins so; a host application's own tables in the same database are left alone."""

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel):
    """Root of all tables; its metadata is ours alone."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


class ActRow(Base):
    """The circumstances of an act, beside its own columns: one row per act, inserted once, never changed.

    `at` is the instant of recording (aware UTC). `auth` says how the actor was known.
    """

    pos: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False}, foreign_key="qms_journal.pos")
    at: datetime
    actor: str
    entered_by: str | None = None
    auth: str


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """A CHECK that a column holds one of the words of the domain."""
    words = ", ".join(f"'{word}'" for word in values)
    return CheckConstraint(f'"{column}" in ({words})', name=column)


def digest(column: str = "sha256") -> CheckConstraint:
    """A CHECK that a column holds the 64 hexadecimal digits of a SHA-256."""
    return CheckConstraint(f'length("{column}") = 64', name=column)


def at_least(column: str, least: int) -> CheckConstraint:
    """A CHECK that a number is not below a bound."""
    return CheckConstraint(f'"{column}" >= {least}', name=column)


def args(*constraints: Any) -> Any:
    """`__table_args__` in a form that both SQLModel and mypy accept."""
    return constraints
