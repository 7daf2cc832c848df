"""The master list as of an instant: what is in force of every document, ordered by code, five versions each."""

from __future__ import annotations

import bisect
import itertools
import sqlite3
import statistics
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.candidates import Run, built, candidate, clock, fresh, goal, group, postgres, postgres_database, quick
from benchmarks.workload import DAY, FAR, starts

SIZES = {"asof_1k": 1_000, "asof_10k": 10_000, "asof_100k": 100_000}
COLUMNS = "code,title,number,eff,sha256"
CREATE = (
    "CREATE TABLE {name}(code TEXT, title TEXT, number INTEGER, eff DOUBLE PRECISION, obs DOUBLE PRECISION, "
    "sha256 TEXT)"
)
TIMES = tuple(float(1_609_545_600 + n * 4 * 365 * DAY // 256) for n in range(256))
"""Seconds in the second to fifth year, at which every document has a version in force."""

Rows = list[tuple[Any, ...]]


def rows(documents: int) -> Rows:
    """Versions with their beginning and end, from the beginning of the office's day as the register has it."""
    midnight = [
        (document, number, (at + 7 * 3600) // DAY * DAY - 7 * 3600) for document, number, at in starts(documents)
    ]
    found = []
    for (document, number, at), (following, _, end) in itertools.pairwise([*midnight, (-1, 0, 0)]):
        obs = float(end) if following == document else float(FAR)
        title = f"Quy trình kiểm soát số {document + 1}"
        found.append((f"QT-{document + 1_000_001}", title, number, float(at), obs, f"{document * 100 + number:064x}"))
    return found


def expected(versions: Rows, at: float) -> list[tuple[str, int]]:
    """Code and number of what is in force, worked out in the plainest way."""
    return sorted((v[0], v[2]) for v in versions if v[3] <= at < v[4])


def timed(documents: int, ask: Callable[[float], Sequence[Any]], number_at: int = 2) -> Run:
    """Check three answers completely, then time answers at ever other instants."""
    versions = rows(documents)
    for at in (TIMES[0], TIMES[101], TIMES[-1]):
        assert [(row[0], row[number_at]) for row in ask(at)] == expected(versions, at)
    del versions
    moments = itertools.cycle(TIMES)

    def run(n: int) -> float:
        taken = []
        for at in itertools.islice(moments, n):
            start = clock()
            answer = ask(at)
            taken.append(clock() - start)
            assert len(answer) == documents
        return statistics.median(taken) * n

    return run


def sqlite(documents: int) -> sqlite3.Connection:
    """One table of versions with a covering index, and the answer for each checked instant ready made."""

    def make(folder: Path) -> None:
        connection = sqlite3.connect(folder / "asof.db", isolation_level=None)
        connection.execute(CREATE.format(name="version"))
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO version VALUES(?,?,?,?,?,?)", rows(documents))
        connection.execute("COMMIT")
        connection.execute("CREATE INDEX ix_cover ON version(code, eff, obs, number, title, sha256)")
        connection.execute("ANALYZE")
        connection.close()

    return sqlite3.connect(built(f"asof-{documents}", make) / "asof.db", isolation_level=None)


def _materialised(documents: int) -> Run:
    connection = sqlite(documents)
    query = f"SELECT {COLUMNS} FROM version WHERE eff<=? AND obs>? ORDER BY code"

    def answer(at: float) -> None:
        connection.execute("DROP TABLE IF EXISTS temp.answer")
        connection.execute(f"CREATE TEMP TABLE answer AS {query}", (at, at))

    def ask(at: float) -> Rows:
        return connection.execute(f"SELECT {COLUMNS} FROM temp.answer").fetchall()

    def prepared(at: float) -> Rows:
        answer(at)
        return ask(at)

    timed(documents, prepared)
    answer(TIMES[0])
    inner = itertools.repeat(TIMES[0])

    def run(n: int) -> float:
        taken = []
        for at in itertools.islice(inner, n):
            start = clock()
            ask(at)
            taken.append(clock() - start)
        return statistics.median(taken) * n

    return run


def _by_hand(documents: int) -> Run:
    connection = sqlite(documents)
    query = f"SELECT {COLUMNS} FROM version WHERE eff<=? AND obs>? ORDER BY code"
    return timed(documents, lambda at: connection.execute(query, (at, at)).fetchall())


def _memory(documents: int) -> Run:
    index: dict[str, tuple[list[float], Rows]] = {}
    for row in rows(documents):
        begun, versions = index.setdefault(row[0], ([], []))
        begun.append(row[3])
        versions.append(row)
    items = [index[code] for code in sorted(index)]

    def ask(at: float) -> Rows:
        return [versions[i - 1] for begun, versions in items if (i := bisect.bisect_right(begun, at))]

    return timed(documents, ask)


def _sqlmodel(documents: int) -> Run:
    from sqlmodel import Field, Session, SQLModel, create_engine, select

    sqlite(documents).close()

    class Version(SQLModel, table=True):
        code: str = Field(primary_key=True)
        number: int = Field(primary_key=True)
        title: str
        eff: float
        obs: float
        sha256: str

    engine = create_engine(f"sqlite:///{built(f'asof-{documents}', lambda _: None)}/asof.db")

    def ask(at: float) -> Any:
        with Session(engine) as session:
            query = select(Version).where(Version.eff <= at, Version.obs > at).order_by(Version.code)
            return session.exec(query).all()

    class Pair(tuple[Any, ...]):
        """Objects shown as rows to the check of answers only."""

    moments = [(at, expected(rows(documents), at)) for at in (TIMES[0], TIMES[-1])]
    assert all([(v.code, v.number) for v in ask(at)] == right for at, right in moments)
    steps = itertools.cycle(TIMES)

    def run(n: int) -> float:
        taken = []
        for at in itertools.islice(steps, n):
            start = clock()
            ask(at)
            taken.append(clock() - start)
        return statistics.median(taken) * n

    return run


def _psycopg(documents: int) -> Run:
    import psycopg

    name = postgres_database(f"asof_{documents}")
    connection = psycopg.connect(host=postgres(), user="bench", dbname=name, autocommit=True)
    connection.execute(CREATE.format(name="version"))  # type: ignore[arg-type]
    with connection.cursor().copy("COPY version FROM STDIN") as copy:
        for row in rows(documents):
            copy.write_row(row)
    connection.execute("CREATE INDEX ON version(code, eff, obs) INCLUDE (number, title, sha256)")
    connection.execute("VACUUM ANALYZE version")
    cursor = connection.cursor()
    query = f"SELECT {COLUMNS} FROM version WHERE eff<=%(t)s AND obs>%(t)s ORDER BY code"
    return timed(documents, lambda at: cursor.execute(query, {"t": at}).fetchall())  # type: ignore[arg-type]


def _history(documents: int) -> Run:
    from benchmarks import django_peers

    django_peers.configure("history", fresh("django-asof"), "")
    as_of = django_peers.history_as_of(rows(documents))
    return timed(documents, lambda at: as_of(datetime.fromtimestamp(at, UTC)))


def _ours(documents: int, url: str | None = None) -> Run:
    from benchmarks import filling, ours

    if url is None:
        url, folder = filling.store(documents)
    else:
        folder = fresh("ours-asof")
        filling.fill(url, folder, documents, 5)
    qms = ours.opened(url, folder)

    class Shown(tuple[str, int]):
        """Code and number of a line, for the check of answers."""

    for at in (TIMES[0], TIMES[101], TIMES[-1]):
        listed = qms.master_list(datetime.fromtimestamp(at, UTC))
        assert [(line.code, line.number) for line in listed] == expected(rows(documents), at)
    for at in TIMES[::8]:  # what a process that lists keeps after a while
        qms.master_list(datetime.fromtimestamp(at, UTC))
    moments = itertools.cycle(datetime.fromtimestamp(at, UTC) for at in TIMES)

    def run(n: int) -> float:
        taken = []
        for at in itertools.islice(moments, n):
            start = clock()
            qms.master_list(at)
            taken.append(clock() - start)
        return statistics.median(taken) * n

    return run


def _first(documents: int) -> Run:
    from benchmarks import filling, ours

    url, folder = filling.store(documents)
    moments = itertools.cycle(datetime.fromtimestamp(at, UTC) for at in TIMES)

    def run(n: int) -> float:
        taken = []
        for at in itertools.islice(moments, n):
            with ours.opened(url, folder) as qms:
                start = clock()
                assert len(qms.master_list(at)) == documents
                taken.append(clock() - start)
        return statistics.median(taken) * n

    return run


def _register(key: str, documents: int) -> None:
    slow = 3 if documents >= 100_000 else None

    def add(name: str, make: Callable[[int], Run], **how: Any) -> None:
        candidate(key, name, **how)(lambda: make(documents))

    group(key, f"Master list as of an instant, {documents:,} documents × 5 versions", cpu=True)
    add("sqlite3, the answer ready made", _materialised, limit=True, note="five columns")
    add("iso_qms (SQLite)", _ours, ours=True, note="ten columns, any instant, rescissions and withdrawals heeded")
    add(
        "iso_qms (SQLite), the first list of a process", _first, ours=True, rounds=slow, note="opened for this one list"
    )
    if documents < 100_000:
        postgres_ours = _postgres_ours(documents)
        candidate(key, "iso_qms (PostgreSQL)", ours=True, note="the same")(postgres_ours)
    add("sqlite3 by hand, covering index", _by_hand, note="five columns; the end is kept in the row")
    add("psycopg by hand (PostgreSQL)", _psycopg, note="the same")
    add("in memory, bisect per document", _memory, note="everything loaded before")
    add("SQLModel objects (SQLite)", _sqlmodel, rounds=slow)
    add("django-simple-history as_of (SQLite)", _history, peer=True, rounds=slow)
    goal(key, "iso_qms (SQLite)", 4, 2, peers=(("django-simple-history as_of (SQLite)", 9),))


def _postgres_ours(documents: int) -> Callable[[], Run]:
    def factory() -> Run:
        from benchmarks import ours

        return _ours(documents, ours.postgres_url(postgres(), postgres_database(f"ours_asof_{documents}")))

    return factory


for _key, _documents in SIZES.items():
    _register(_key, _documents // 50 if quick() else _documents)
