"""The whole life of a version in five durable, audited acts: draft, submit, two approvals, in force."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from typing import Any

from benchmarks import workload
from benchmarks.candidates import Run, candidate, counting, fresh, goal, group, postgres, postgres_database, sized
from benchmarks.workload import BODIES, SHAS

group("chain", "Five durable acts: draft (32 KiB), submit, sign, sign, issue", cpu=True)
group("secret", "A signer's secret proven once by argon2")
DOCUMENTS = 200
EACH = {"count": 15, "quick_count": 1}
SLOW = {"count": 3, "quick_count": 1, "rounds": 5}
ACTS = ("draft", "submit", "approve", "approve", "release")

DDL = (
    (
        "CREATE TABLE version(id {key}, code TEXT, number INTEGER, title TEXT, sha256 TEXT, body TEXT, author TEXT, "
        "status TEXT, eff DOUBLE PRECISION, obs DOUBLE PRECISION)"
    ),
    "CREATE INDEX ix_code ON version(code, number)",
    "CREATE TABLE approval(version_id BIGINT, who TEXT, at DOUBLE PRECISION, PRIMARY KEY(version_id, who))",
    (
        "CREATE TABLE audit(seq {key}, at DOUBLE PRECISION, actor TEXT, action TEXT, target TEXT, payload TEXT, "
        "prev {blob}, hash {blob})"
    ),
)
VERSION = ("code", "number", "title", "sha256", "body", "author", "status", "eff", "obs")
AUDIT = ("at", "actor", "action", "target", "payload", "prev", "hash")


def version_row(k: int) -> dict[str, Any]:
    """The k-th version: 200 documents in turn."""
    document, number = k % DOCUMENTS, k // DOCUMENTS + 1
    values = (f"QT-{document:06d}", number, f"Quy trình {document}", SHAS[k % 8], BODIES[k % 8], "an", "draft")
    return dict(zip(VERSION, (*values, time.time(), float(workload.FAR)), strict=True))


def audit_row(before: bytes, action: str, version: dict[str, Any]) -> dict[str, Any]:
    """The next entry of a chain of hashes."""
    at, target = time.time(), f"{version['code']}/{version['number']}"
    record = {"at": at, "actor": "an", "action": action, "target": target, "sha256": version["sha256"]}
    payload = json.dumps(record, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(before + payload.encode()).digest()
    return dict(zip(AUDIT, (at, "an", action, target, payload, before, digest), strict=True))


@candidate("chain", "five bare appends + fdatasync", **EACH, limit=True, note="33 KiB, then 4 × 1 KiB; no database")
def _() -> Run:
    handle = os.open(fresh("append") / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def operation(_: int) -> None:
        for act in range(5):
            os.write(handle, b"x" * (33 * 1024 if act == 0 else 1024))
            os.fdatasync(handle)

    return counting(operation)


# --- this project -------------------------------------------------------------------------------------------------


def _ours(url: str, folder: Any, **options: Any) -> Run:
    from benchmarks import ours

    qms = ours.found(url, folder, **options)
    ours.release(qms, "QT-000000", 0)
    assert qms.in_force("QT-000000").number == 1  # type: ignore[union-attr]
    run = counting(lambda k: ours.release(qms, f"QT-{k % DOCUMENTS:06d}", k // DOCUMENTS + 1))

    def checked(n: int) -> float:
        seconds = run(n)
        assert qms.verify().holds  # every byte that was written, outside the time taken
        return seconds

    return checked


@candidate(
    "chain", "iso_qms (SQLite)", **EACH, ours=True, note="rows, journal, tree and files; cheap argon2, see below"
)
def _() -> Run:
    folder = fresh("ours")
    return _ours(f"sqlite:///{folder}/qms.db", folder)


@candidate("chain", "iso_qms (PostgreSQL)", **EACH, ours=True, note="the same")
def _() -> Run:
    from benchmarks import ours

    return _ours(ours.postgres_url(postgres(), postgres_database("ours_chain")), fresh("ours"))


@candidate("chain", "iso_qms (SQLite), argon2 as shipped", **SLOW, ours=True, note="two signatures prove a secret each")
def _() -> Run:
    from argon2 import PasswordHasher

    folder = fresh("ours")
    return _ours(f"sqlite:///{folder}/qms.db", folder, hasher=PasswordHasher())


goal("chain", "iso_qms (SQLite)", 6, 2.2, peers=(("Wagtail (SQLite)", 32), ("SQLModel, five sessions (SQLite)", 2.5)))
goal("chain", "iso_qms (PostgreSQL)", 8, 4, peers=(("Wagtail (PostgreSQL)", 32),))


@candidate("secret", "SHA-256 of the secret", limit=True, note="what no register should do")
def _() -> Run:
    return counting(lambda _: hashlib.sha256(b"mat-khau-binh-1").digest())


@candidate("secret", "argon2 as shipped (RFC 9106, low memory)", ours=True)
def _() -> Run:
    from argon2 import PasswordHasher

    hasher = PasswordHasher()
    kept = hasher.hash("mat-khau-binh-1")
    return counting(lambda _: hasher.verify(kept, "mat-khau-binh-1"))


# --- databases without a library of ours --------------------------------------------------------------------------


def _raw(execute: Callable[..., Any], begin: Callable[[], Any], commit: Callable[[], Any], mark: str) -> Run:
    def insert(table: str, names: tuple[str, ...], tail: str = "") -> str:
        return f"INSERT INTO {table}({','.join(names)}) VALUES({','.join(mark for _ in names)}){tail}"

    version_sql, audit_sql = insert("version", VERSION, " RETURNING id"), insert("audit", AUDIT)
    approval_sql = f"INSERT INTO approval VALUES({mark},{mark},{mark})"
    last = [b"\0" * 32]

    def operation(k: int) -> None:
        version, key = version_row(k), None
        for number, act in enumerate(ACTS):
            entry = audit_row(last[0], act, version)
            begin()
            if act == "draft":
                key = execute(version_sql, tuple(version.values())).fetchone()[0]
            elif act == "approve":
                execute(approval_sql, (key, f"b{number}", entry["at"]))
            else:
                execute(f"UPDATE version SET status={mark} WHERE id={mark}", (act, key))
            if act == "release":
                end = f"UPDATE version SET obs={mark} WHERE code={mark} AND number={mark}"
                execute(end, (entry["at"], version["code"], version["number"] - 1))
            execute(audit_sql, tuple(entry.values()))
            commit()
            last[0] = entry["hash"]

    return counting(operation)


@candidate("chain", "sqlite3 by hand (SQLite)", **EACH, note="a chain of hashes, no tree, no rules")
def _() -> Run:
    import sqlite3

    connection = sqlite3.connect(fresh("raw") / "s.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    for statement in DDL:
        connection.execute(statement.format(key="INTEGER PRIMARY KEY", blob="BLOB"))
    begin, commit = (lambda: connection.execute("BEGIN IMMEDIATE")), (lambda: connection.execute("COMMIT"))
    return _raw(connection.execute, begin, commit, "?")


@candidate("chain", "psycopg by hand (PostgreSQL)", **EACH, note="a chain of hashes, no tree, no rules")
def _() -> Run:
    import psycopg

    name = postgres_database("raw_chain")
    connection = psycopg.connect(host=postgres(), user="bench", dbname=name, autocommit=True)
    for statement in DDL:
        connection.execute(statement.format(key="BIGSERIAL PRIMARY KEY", blob="BYTEA"))  # type: ignore[arg-type]
    cursor = connection.cursor()

    def execute(statement: str, values: tuple[Any, ...]) -> Any:
        return cursor.execute(statement, values, prepare=True)  # type: ignore[arg-type]

    return _raw(execute, lambda: cursor.execute("BEGIN"), lambda: cursor.execute("COMMIT"), "%s")


def _sqlmodel(url: str) -> Run:
    from sqlalchemy import create_engine, event
    from sqlmodel import Field, Session, SQLModel, select

    class Version(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        code: str = Field(index=True)
        number: int
        title: str
        sha256: str
        body: str
        author: str
        status: str
        eff: float
        obs: float

    class Approval(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        version_id: int = Field(index=True)
        who: str
        at: float

    class Audit(SQLModel, table=True):
        seq: int | None = Field(default=None, primary_key=True)
        at: float
        actor: str
        action: str
        target: str
        payload: str
        prev: bytes
        hash: bytes

    # A string annotation of a nested class is not found by SQLModel, hence none of them refers to another.
    engine = create_engine(url)
    if url.startswith("sqlite"):

        @event.listens_for(engine, "connect")
        def _(connection: Any, _: Any) -> None:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")

    SQLModel.metadata.create_all(engine)
    last = [b"\0" * 32]

    def operation(k: int) -> None:
        row, key = version_row(k), None
        for number, act in enumerate(ACTS):
            entry = audit_row(last[0], act, row)
            with Session(engine) as session:
                version = Version(**row) if key is None else session.get(Version, key)
                if act == "approve":
                    session.add(Approval(version_id=key, who=f"b{number}", at=entry["at"]))
                else:
                    version.status = act
                    session.add(version)
                if act == "release":
                    code, before = row["code"], row["number"] - 1
                    old = session.exec(select(Version).where(Version.code == code, Version.number == before)).first()
                    if old:
                        old.obs = entry["at"]
                        session.add(old)
                session.add(Audit(**entry))
                session.commit()
                key = version.id if key is None else key
            last[0] = entry["hash"]

    return counting(operation)


@candidate("chain", "SQLModel, five sessions (SQLite)", **EACH)
def _() -> Run:
    return _sqlmodel(f"sqlite:///{fresh('sqlmodel')}/s.db")


@candidate("chain", "SQLModel, five sessions (PostgreSQL)", **EACH)
def _() -> Run:
    return _sqlmodel(f"postgresql+psycopg://bench@/{postgres_database('sqlmodel_chain')}?host={postgres()}")


# --- peers --------------------------------------------------------------------------------------------------------


def _django(kind: str, engine: str) -> None:
    from benchmarks import django_peers

    name = postgres_database(f"django_{kind}") if engine == "postgresql" else ""
    django_peers.configure(kind, fresh(f"django-{kind}"), name and (postgres(), name))


def _wagtail(engine: str) -> Run:
    _django("wagtail", engine)
    from benchmarks import django_peers

    return counting(django_peers.wagtail_release(sized(DOCUMENTS, 5)))


def _history(engine: str) -> Run:
    _django("history", engine)
    from benchmarks import django_peers

    return counting(django_peers.history_release(sized(DOCUMENTS, 5)))


@candidate("chain", "Wagtail (SQLite)", **SLOW, peer=True, note="revision, workflow with two approval tasks, publish")
def _() -> Run:
    return _wagtail("sqlite")


@candidate("chain", "Wagtail (PostgreSQL)", **SLOW, peer=True, note="the same")
def _() -> Run:
    return _wagtail("postgresql")


@candidate(
    "chain", "django-simple-history (SQLite)", peer=True, note="five saves with history; no chain, no signatures"
)
def _() -> Run:
    return _history("sqlite")


@candidate("chain", "django-simple-history (PostgreSQL)", **EACH, peer=True, note="the same")
def _() -> Run:
    return _history("postgresql")


@candidate("chain", "eventsourcing (SQLite)", **EACH, peer=True, note="five events saved one by one; no rows to query")
def _() -> Run:
    from eventsourcing.application import Application
    from eventsourcing.domain import Aggregate, event

    class Procedure(Aggregate):
        @event("Created")
        def __init__(self, code: str) -> None:
            self.code, self.status, self.approvals, self.body = code, "", 0, ""

        @event("Drafted")
        def draft(self, number: int, body: str, sha256: str, author: str) -> None:
            self.body, self.status, self.approvals = body, "draft", 0

        @event("Moved")
        def move(self, act: str, who: str, sha256: str) -> None:
            self.status = act
            self.approvals += act == "approve"

    folder = fresh("eventsourcing")
    name = str(folder / "es.db")
    app: Any = Application(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": name})
    procedures = [Procedure(f"QT-{i:06d}") for i in range(sized(DOCUMENTS, 5))]
    app.save(*procedures)

    def operation(k: int) -> None:
        procedure = procedures[k % len(procedures)]
        procedure.draft(k, BODIES[k % 8], SHAS[k % 8], "an")
        app.save(procedure)
        for act in ACTS[1:]:
            procedure.move(act, "b", SHAS[k % 8])
            app.save(procedure)

    operation(0)
    assert app.repository.get(procedures[0].id).status == "release"
    return counting(operation)
