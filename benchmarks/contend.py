"""Four processes that write to one journal: whoever comes waits, and nothing is lost, forked or left out."""

from __future__ import annotations

import hashlib
import multiprocessing
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from benchmarks.candidates import Run, candidate, clock, fresh, goal, group, postgres, postgres_database, sized
from benchmarks.workload import body, sha

WRITERS, EACH = 4, sized(100, 5)
group("contend", f"{WRITERS} processes × {EACH} durable writes on one journal (per write)", cpu=True)
ALL = {"count": WRITERS * EACH, "warm": False, "rounds": 5}
TEXT = body(4096)
DDL = (
    "CREATE TABLE version(id {key}, code TEXT, number INTEGER, sha256 TEXT, body TEXT, author TEXT)",
    "CREATE TABLE audit(seq {key}, at DOUBLE PRECISION, actor TEXT, target TEXT, prev TEXT, hash TEXT)",
)
FIRST = "0" * 64

Writer = Callable[[int], Callable[[int], object]]
"""`writer(w)` opens what process w needs and returns its operation."""


def link(prev: str, at: float, actor: str, target: str) -> str:
    """The hash that follows another one."""
    return hashlib.sha256(f"{prev}|{at!r}|{actor}|{target}".encode()).hexdigest()


def race(writer: Writer, check: Callable[[int], None]) -> Run:
    """Let the writers go at the same moment; `check(n)` sees whether all n writes are there, in one chain."""
    done = 0

    def run(n: int) -> tuple[float, dict[str, float]]:
        nonlocal done
        context = multiprocessing.get_context("fork")
        gate, answers = context.Barrier(WRITERS + 1), context.Queue()
        numbers = range(done // WRITERS, (done + n) // WRITERS)
        processes = [context.Process(target=_write, args=(writer, w, numbers, gate, answers)) for w in range(WRITERS)]
        for process in processes:
            process.start()
        gate.wait()
        start = clock()
        waits = sorted(wait for _ in processes for wait in answers.get(timeout=300))
        seconds = clock() - start
        for process in processes:
            process.join()
        done += n
        check(done)
        return seconds, {"median ms": waits[len(waits) // 2] * 1e3, "worst ms": waits[-1] * 1e3}

    return run


def _write(writer: Writer, number: int, turns: range, gate: Any, answers: Any) -> None:
    operation = writer(number)
    gate.wait()
    waits = []
    for k in turns:
        start = clock()
        operation(k)
        waits.append(clock() - start)
    answers.put(waits)


def whole(rows: list[tuple[Any, ...]], wanted: int) -> None:
    """Every write is there and each follows the one before it."""
    assert len(rows) == wanted, (len(rows), wanted)
    last = FIRST
    for at, actor, target, prev, digest in rows:
        assert prev == last
        assert digest == link(prev, at, actor, target)
        last = digest


READ = "SELECT at, actor, target, prev, hash FROM audit ORDER BY seq"


def _by_hand(
    execute: Callable[..., Any], begin: Callable[[], Any], commit: Callable[[], Any], mark: str, w: int
) -> Any:
    def operation(k: int) -> None:
        begin()
        last = execute("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
        prev, at, actor, target = (last[0] if last else FIRST), time.time(), f"w{w}", f"QT-{w}/{k}"
        marks = ",".join([mark] * 5)
        values = (f"QT-{w}", k, sha(TEXT.encode()), TEXT, actor)
        execute(f"INSERT INTO version(code,number,sha256,body,author) VALUES({marks})", values)
        entry = (at, actor, target, prev, link(prev, at, actor, target))
        execute(f"INSERT INTO audit(at,actor,target,prev,hash) VALUES({marks})", entry)
        commit()

    return operation


def _sqlite() -> tuple[str, Callable[[int], None]]:
    path = str(fresh("contend") / "s.db")
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    for statement in DDL:
        connection.execute(statement.format(key="INTEGER PRIMARY KEY"))
    return path, lambda wanted: whole(connection.execute(READ).fetchall(), wanted)


@candidate("contend", "sqlite3 by hand, BEGIN IMMEDIATE", limit=True, note="a chain of hashes, no rules", **ALL)
def _() -> Run:
    path, check = _sqlite()

    def writer(w: int) -> Any:
        own = sqlite3.connect(path, isolation_level=None, timeout=60)
        own.execute("PRAGMA synchronous=FULL")
        return _by_hand(own.execute, lambda: own.execute("BEGIN IMMEDIATE"), lambda: own.execute("COMMIT"), "?", w)

    return race(writer, check)


@candidate("contend", "psycopg by hand, advisory lock", note="a chain of hashes, no rules", **ALL)
def _() -> Run:
    import psycopg

    where = {"host": postgres(), "user": "bench", "dbname": postgres_database("raw_contend")}
    reader = psycopg.connect(**where, autocommit=True)  # type: ignore[arg-type]
    for statement in DDL:
        reader.execute(statement.format(key="BIGSERIAL PRIMARY KEY"))  # type: ignore[arg-type]

    def writer(w: int) -> Any:
        cursor = psycopg.connect(**where, autocommit=True).cursor()  # type: ignore[arg-type]

        def begin() -> None:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock(7)")

        def execute(statement: str, values: Any = None) -> Any:
            return cursor.execute(statement, values, prepare=True)  # type: ignore[arg-type]

        return _by_hand(execute, begin, lambda: cursor.execute("COMMIT"), "%s", w)

    return race(writer, lambda wanted: whole(reader.execute(READ).fetchall(), wanted))


@candidate("contend", "SQLModel, a session per write (SQLite)", **ALL)
def _() -> Run:
    from sqlalchemy import create_engine, event
    from sqlmodel import Field, Session, SQLModel, col, select

    class Version(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        code: str
        number: int
        sha256: str
        body: str
        author: str

    class Audit(SQLModel, table=True):
        seq: int | None = Field(default=None, primary_key=True)
        at: float
        actor: str
        target: str
        prev: str
        hash: str

    path, check = _sqlite()

    def writer(w: int) -> Any:
        engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 60})

        @event.listens_for(engine, "connect")
        def _(connection: Any, _: Any) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA synchronous=FULL")

        @event.listens_for(engine, "begin")
        def _(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        def operation(k: int) -> None:
            with Session(engine) as session:
                prev = session.exec(select(Audit.hash).order_by(col(Audit.seq).desc()).limit(1)).first() or FIRST
                at, actor, target = time.time(), f"w{w}", f"QT-{w}/{k}"
                session.add(Version(code=f"QT-{w}", number=k, sha256=sha(TEXT.encode()), body=TEXT, author=actor))
                digest = link(prev, at, actor, target)
                session.add(Audit(at=at, actor=actor, target=target, prev=prev, hash=digest))
                session.commit()

        return operation

    return race(writer, check)


def _ours(url: str, folder: Any) -> Run:
    from benchmarks import ours

    first = ours.found(url, folder)
    before = first.registers.head()[0]
    first._engine.dispose()

    def writer(w: int) -> Any:
        own = ours.opened(url, folder)

        def operation(k: int) -> None:
            content = ours.kept(own, f"QT-{w + 1}{k:05d}", 100, f"{w} {k} {TEXT}")
            own.control.draft(content, by=ours.DRAFTER, reason="Rà soát", new=True)

        return operation

    def check(wanted: int) -> None:
        found = first.verify()
        assert found.holds, found.broken[:3]
        # The first entry by a shell's account names that account too.
        assert found.size - before in (wanted, wanted + 1), (found.size, before, wanted)

    return race(writer, check)


@candidate(
    "contend", "iso_qms, drafts (SQLite)", ours=True, note="4 KiB of new text kept as a file, row, journal", **ALL
)
def _() -> Run:
    folder = fresh("ours")
    return _ours(f"sqlite:///{folder}/qms.db", folder)


@candidate("contend", "iso_qms, drafts (PostgreSQL)", ours=True, note="the same", **ALL)
def _() -> Run:
    from benchmarks import ours

    return _ours(ours.postgres_url(postgres(), postgres_database("ours_contend")), fresh("ours"))


goal("contend", "iso_qms, drafts (SQLite)", 5, 2, peers=(("SQLModel, a session per write (SQLite)", 2.2),))
goal("contend", "iso_qms, drafts (PostgreSQL)", 5, 4)
