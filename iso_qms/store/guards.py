"""Triggers that refuse to change or delete what was recorded, on both databases, for everyone who connects."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Connection, Table, UniqueConstraint, text

from iso_qms.store.base import Base
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
    for table in (*INSERT_ONLY, "qms_head", "qms_disclosure"):
        yield _sqlite_no_replacing(Base.metadata.tables[table])


def _sqlite_trigger(table: str, verb: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, 'insert-only table {table}'); END"
    )


def _sqlite_no_replacing(table: Table) -> str:
    # INSERT OR REPLACE deletes the row in its way without firing the triggers of DELETE.
    keys = [tuple(column.name for column in table.primary_key)]
    keys += [tuple(column.name for column in each.columns) for each in _unique(table)]
    taken = " OR ".join("(" + " AND ".join(f'"{name}" = NEW."{name}"' for name in key) + ")" for key in sorted(keys))
    there = f"SELECT 1 FROM {table.name} WHERE {taken}"  # noqa: S608  (our own names)
    return (
        f"CREATE TRIGGER {table.name}_no_replace BEFORE INSERT ON {table.name} WHEN EXISTS ({there}) "
        f"BEGIN SELECT RAISE(ABORT, 'insert-only table {table.name}'); END"
    )


def _unique(table: Table) -> list[UniqueConstraint]:
    return [each for each in table.constraints if isinstance(each, UniqueConstraint)]


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


def definitions(dialect: str) -> dict[str, str]:
    """Every guard that must be there by name, as the database itself shows it."""
    made = list(statements(dialect))
    if dialect == "sqlite":
        return {statement.split()[2]: statement for statement in made}
    bodies = {found[1]: found[2] for each in made if (found := _BODY.match(each))}
    triggers = (each for each in made if each.startswith("CREATE TRIGGER"))
    return {each.split()[2]: _as_postgresql_shows(each, bodies) for each in triggers}


_BODY = re.compile(r"CREATE FUNCTION (\w+)\(\).*?AS \$\$(.*)\$\$", re.DOTALL)


def _as_postgresql_shows(statement: str, bodies: dict[str, str]) -> str:
    shown = statement.replace("UPDATE OR DELETE", "DELETE OR UPDATE").replace("  ", " ")
    shown = shown.replace("NEW.", "new.").replace("OLD.", "old.")
    return f"O {shown} {bodies[shown.split()[-1].removesuffix('()')]}"


def present(connection: Connection) -> dict[str, str]:
    """Every trigger on our tables by name, with what it does, and on PostgreSQL whether it is switched on (`O`)."""
    query = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'qms%'"
        if connection.dialect.name == "sqlite"
        else "SELECT t.tgname, t.tgenabled::text || ' ' || pg_get_triggerdef(t.oid, true) || ' ' || p.prosrc "
        "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND c.relname LIKE 'qms%' AND pg_table_is_visible(c.oid)"
    )
    return {row[0]: row[1] for row in connection.execute(text(query))}
