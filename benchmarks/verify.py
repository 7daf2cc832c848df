"""Re-deriving a journal of a million entries: the journal alone, the whole store, and what others would do."""

from __future__ import annotations

import hashlib
import itertools
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.candidates import Run, built, candidate, clock, goal, group, sized

ENTRIES = sized(1_000_000, 2_000)
group("verify", f"Verify {ENTRIES:,} entries (per entry)", cpu=True)
ONCE = {"count": ENTRIES, "rounds": 3, "warm": False}


def _store() -> tuple[str, Path]:
    from benchmarks import filling

    return filling.lives(ENTRIES // 25)  # five versions, five acts each


def _leaves(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{folder}/qms.db?mode=ro", uri=True)


def _whole(job: Callable[[], int]) -> Run:
    def run(n: int) -> float:
        start = clock()
        done = job()
        seconds = clock() - start
        assert done >= ENTRIES, done
        return seconds * n / done

    return run


@candidate("verify", "SHA-256 of the same entries in memory", limit=True, note="no database, no tree", **ONCE)
def _() -> Run:
    _, folder = _store()
    data = [row[0] for row in _leaves(folder).execute("SELECT leaf FROM qms_journal ORDER BY pos")]

    def job() -> int:
        sha256 = hashlib.sha256
        for leaf in data:
            sha256(leaf).digest()
        return len(data)

    return _whole(job)


@candidate("verify", "Merkle tree of the same entries in memory", note="RFC 9162, two hashes an entry", **ONCE)
def _() -> Run:
    from iso_qms.domain.merkle import leaf_hash, root_of

    _, folder = _store()
    database = _leaves(folder)
    data = [row[0] for row in database.execute("SELECT leaf FROM qms_journal ORDER BY pos")]
    (root,) = database.execute("SELECT root FROM qms_head").fetchone()

    def job() -> int:
        assert root_of(map(leaf_hash, data)) == root
        return len(data)

    return _whole(job)


@candidate("verify", "iso_qms, the journal", ours=True, note="leaves, hashes, tree, nodes, head", **ONCE)
def _() -> Run:
    from benchmarks import ours
    from iso_qms.store.verify_journal import verify_journal

    url, folder = _store()
    engine = ours.opened(url, folder)._engine

    def job() -> int:
        tree, findings = verify_journal(engine)
        assert not findings, findings[:3]
        return tree.size

    return _whole(job)


@candidate(
    "verify", "iso_qms, the whole store", ours=True, note="and every column of every row against its leaf", **ONCE
)
def _() -> Run:
    from benchmarks import ours
    from iso_qms.store.verify import verify

    url, folder = _store()
    engine = ours.opened(url, folder)._engine

    def job() -> int:
        found = verify(engine, None)
        assert found.holds, found.broken[:3]
        return found.size

    return _whole(job)


goal("verify", "iso_qms, the journal", 7, 2.5, peers=(("SQLModel objects serialised with json", 18),))


# --- what others would do: a chain of hashes over columns ---------------------------------------------------------

COLUMNS = ("seq", "at", "actor", "action", "target", "payload")


def _canonical(record: dict[str, Any]) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _audit() -> Path:
    """The same acts in one table with a chain of hashes."""
    _, store = _store()

    def make(folder: Path) -> None:
        into = sqlite3.connect(folder / "audit.db", isolation_level=None)
        into.execute(
            "CREATE TABLE audit(seq INTEGER PRIMARY KEY, at TEXT, actor TEXT, action TEXT, target TEXT, payload TEXT, "
            "prev TEXT, hash TEXT)"
        )
        into.execute("BEGIN")
        into.executemany("INSERT INTO audit VALUES(?,?,?,?,?,?,?,?)", _chained(_leaves(store)))
        into.execute("COMMIT")
        into.close()

    return built(f"audit-{ENTRIES}", make) / "audit.db"


def _chained(database: sqlite3.Connection) -> Any:
    last = "0" * 64
    for seq, leaf in itertools.islice(database.execute("SELECT pos, leaf FROM qms_journal ORDER BY pos"), ENTRIES):
        said = json.loads(leaf)
        target, payload = said["data"].get("document", ""), _canonical(said["data"]).decode()
        values = (seq, said["at"], said["actor"], said["act"], target, payload)
        digest = hashlib.sha256(last.encode() + _canonical(dict(zip(COLUMNS, values, strict=True)))).hexdigest()
        yield (*values, last, digest)
        last = digest


@candidate("verify", "columns serialised with json", note="one table, one chain of hashes", **ONCE)
def _() -> Run:
    database = sqlite3.connect(_audit())

    def job() -> int:
        last, done = "0" * 64, 0
        for *values, prev, digest in database.execute("SELECT * FROM audit ORDER BY seq"):
            record = dict(zip(COLUMNS, values, strict=True))
            if prev != last or hashlib.sha256(last.encode() + _canonical(record)).hexdigest() != digest:
                raise ValueError
            last, done = digest, done + 1
        return done

    return _whole(job)


@candidate("verify", "SQLModel objects serialised with json", note="the same table", **ONCE | {"rounds": 2})
def _() -> Run:
    from sqlmodel import Field, Session, SQLModel, create_engine, select

    class Audit(SQLModel, table=True):
        seq: int = Field(primary_key=True)
        at: str
        actor: str
        action: str
        target: str
        payload: str
        prev: str
        hash: str

    engine = create_engine(f"sqlite:///{_audit()}")

    def job() -> int:
        last, done = "0" * 64, 0
        with Session(engine) as session:
            for row in session.exec(select(Audit).order_by(Audit.seq).execution_options(yield_per=1000)):
                record = {name: getattr(row, name) for name in COLUMNS}
                if row.prev != last or hashlib.sha256(last.encode() + _canonical(record)).hexdigest() != row.hash:
                    raise ValueError
                last, done = row.hash, done + 1
        return done

    return _whole(job)
