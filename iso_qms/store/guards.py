"""Triggers that refuse to change or delete what was recorded, on both databases, for everyone who connects."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from iso_qms.store.rows import ROWS

FREE = ("qms_cursor", "qms_parcel")
"""Tables whose rows may change: what subscribers have read and what they are still to be told."""

INSERT_ONLY = (
    "qms_journal",
    "qms_node",
    "qms_login",
    "qms_verifier",
    *(str(row.__tablename__) for row in ROWS.values()),
)

# A disclosure may go only when an erasure entry names its person and it; the account name stays for ever.
_MAY_ERASE = (
    "OLD.name <> 'login' AND EXISTS (SELECT 1 FROM qms_erasure e "
    "WHERE e.person = OLD.subject AND e.names LIKE {needle})"
)


def statements(dialect: str) -> Iterator[str]:
    """The DDL of every guard for `sqlite` or `postgresql`."""
    yield from _sqlite() if dialect == "sqlite" else _postgresql()


def _sqlite() -> Iterator[str]:
    for table in INSERT_ONLY:
        for verb in ("UPDATE", "DELETE"):
            yield _sqlite_trigger(table, verb, "")
    yield _sqlite_trigger("qms_head", "UPDATE", "WHEN NEW.size <= OLD.size OR NEW.id <> OLD.id")
    yield _sqlite_trigger("qms_head", "DELETE", "")
    yield _sqlite_trigger("qms_disclosure", "UPDATE", "")
    allowed = _MAY_ERASE.format(needle="""'%"' || OLD.name || '"%'""")
    yield _sqlite_trigger("qms_disclosure", "DELETE", f"WHEN NOT ({allowed})")


def _sqlite_trigger(table: str, verb: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, 'insert-only table {table}'); END"
    )


def _postgresql() -> Iterator[str]:
    yield (
        "CREATE FUNCTION qms_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'insert-only table %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in INSERT_ONLY:
        yield _postgresql_trigger(table, "UPDATE OR DELETE", "")
    yield _postgresql_trigger("qms_head", "UPDATE", "WHEN (NEW.size <= OLD.size OR NEW.id <> OLD.id)")
    yield _postgresql_trigger("qms_head", "DELETE", "")
    yield _postgresql_trigger("qms_disclosure", "UPDATE", "")
    allowed = _MAY_ERASE.format(needle="""('%"' || OLD.name || '"%')""")
    yield (
        "CREATE FUNCTION qms_refuse_erasure() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {allowed} THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'insert-only table qms_disclosure' USING ERRCODE = 'restrict_violation'; END $$"
    )
    yield (
        "CREATE TRIGGER qms_disclosure_no_delete BEFORE DELETE ON qms_disclosure "
        "FOR EACH ROW EXECUTE FUNCTION qms_refuse_erasure()"
    )
    for table in (*INSERT_ONLY, "qms_head", "qms_disclosure"):
        yield (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION qms_refuse()"
        )


def _postgresql_trigger(table: str, verbs: str, when: str) -> str:
    name = verbs.lower().replace(" or ", "_")
    return (
        f"CREATE TRIGGER {table}_no_{name} BEFORE {verbs} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION qms_refuse()"
    )


def names(dialect: str) -> Iterator[str]:
    """The names of all triggers that must be there."""
    for statement in statements(dialect):
        if statement.startswith("CREATE TRIGGER"):
            yield statement.split()[2]


def present(connection: Connection) -> list[str]:
    """The names of our triggers that are there and switched on."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    return list(connection.execute(text(query)).scalars())
