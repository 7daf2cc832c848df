"""Evidence handed over: a journal of 100,000 entries written for machines (JSON lines) and for people (XLSX)."""

from __future__ import annotations

import io
import json
import re
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.candidates import Run, Skip, candidate, clock, fresh, goal, group, sized

ENTRIES = sized(100_000, 1_000)
group("export", f"Export {ENTRIES:,} journal entries (per entry)", cpu=True)
ONCE = {"count": ENTRIES, "rounds": 3}


def _store() -> tuple[str, Path]:
    from benchmarks import filling

    return filling.lives(ENTRIES // 25)


def _rows(folder: Path) -> Any:
    connection = sqlite3.connect(f"file:{folder}/qms.db?mode=ro", uri=True)
    return connection.execute(
        "SELECT pos, at, actor, act, subject, auth, leaf, hex(leaf_hash) FROM qms_journal ORDER BY pos LIMIT ?",
        (ENTRIES,),
    )


def _timed(job: Callable[[Path], None], check: Callable[[Path], None] = lambda folder: None) -> Run:
    first = fresh("export-checked")
    job(first)
    check(first)
    shutil.rmtree(first)

    def run(n: int) -> tuple[float, dict[str, float]]:
        folder = fresh("export")
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        start = clock()
        job(folder)
        seconds = clock() - start
        written = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        shutil.rmtree(folder)
        peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
        assert peak is not None
        return seconds, {"peak MiB": int(peak[1]) / 1024, "written MiB": written / 2**20}

    return run


@candidate("export", "the rows read, nothing written", limit=True, **ONCE)
def _() -> Run:
    _, store = _store()

    def job(folder: Path) -> None:
        assert sum(1 for _ in _rows(store)) == ENTRIES

    return _timed(job)


# --- this project -------------------------------------------------------------------------------------------------


def _records() -> list[tuple[int, bytes]]:
    _, store = _store()
    return [(row[0], row[6]) for row in _rows(store)]


def _leaves(register: Any) -> Any:
    from iso_qms.store import journal

    with register._engine.connect() as connection:
        yield from journal.entries(connection, 0, ENTRIES - 1)


@candidate(
    "export", "iso_qms, exact leaves as JSON lines", ours=True, note="what the bundle's records.jsonl is", **ONCE
)
def _() -> Run:
    from benchmarks import ours

    register = ours.opened(*_store())

    def job(folder: Path) -> None:
        with (folder / "records.jsonl").open("wb") as out:
            for _, leaf in _leaves(register):
                out.write(leaf + b"\n")

    def check(folder: Path) -> None:
        lines = (folder / "records.jsonl").read_bytes().splitlines()
        assert lines == [leaf for _, leaf in _records()]

    return _timed(job, check)


@candidate("export", "iso_qms, the workbook", ours=True, note="thirteen columns, act in words, local time", **ONCE)
def _() -> Run:
    from benchmarks import ours
    from iso_qms.domain.merkle import leaf_hash
    from iso_qms.services.bundle import HEADERS, RecordFiles, Shown
    from iso_qms.services.sheets import CsvSheet, XlsxSheet

    register = ours.opened(*_store())

    class Nowhere(io.RawIOBase):
        """Takes what is not measured."""

        def write(self, content: Any) -> int:
            return len(content)

    def job(folder: Path) -> None:
        with (folder / "records.xlsx").open("wb") as out:
            sheet = XlsxSheet(
                out, "Nhật ký", [w for w, _ in HEADERS.values()], [width for _, width in HEADERS.values()]
            )
            files = RecordFiles(Nowhere(), CsvSheet(Nowhere()), sheet, Shown(), register.zone, "vi")  # type: ignore[arg-type]
            for pos, leaf in _leaves(register):
                files.add(pos, leaf, leaf_hash(leaf))
            sheet.close()

    def check(folder: Path) -> None:
        with zipfile.ZipFile(folder / "records.xlsx") as book:
            name = next(n for n in book.namelist() if n.startswith("xl/worksheets/"))
            assert book.read(name).count(b"<row") == ENTRIES + 1

    return _timed(job, check)


@candidate(
    "export", "iso_qms, the whole bundle", ours=True, note="leaves, CSV, XLSX, tiles, proofs, report, digests", **ONCE
)
def _() -> Run:
    from benchmarks import ours
    from iso_qms.services.evidence import Asked, Evidence

    register = ours.opened(*_store())
    evidence = Evidence(register._engine, register.files, register.zone)

    def job(folder: Path) -> None:
        found = evidence.export(folder / "bundle", Asked(files=False))
        assert found.chosen >= ENTRIES

    def check(folder: Path) -> None:
        program = next((folder / "bundle").rglob("verify.py"))
        shown = subprocess.run(
            ["python3", "-I", "-S", program, folder / "bundle"], capture_output=True, text=True, check=False
        )
        assert shown.returncode == 0, shown.stdout[-500:]

    return _timed(job, check)


goal("export", "iso_qms, exact leaves as JSON lines", 5, 2.4, peers=(("SQLModel objects as JSON lines", 4.5),))
goal("export", "iso_qms, the workbook", 10, 6, peers=(("xlsxwriter, constant memory", 6),))


# --- what others would do -----------------------------------------------------------------------------------------

NAMES = ("pos", "at", "actor", "act", "subject", "auth", "leaf", "leaf_hash")


def _texts(store: Path) -> Any:
    for row in _rows(store):
        yield (*row[:6], row[6].decode(), row[7])


@candidate("export", "json.dumps, a line each", **ONCE)
def _() -> Run:
    _, store = _store()

    def job(folder: Path) -> None:
        with (folder / "a.jsonl").open("w", encoding="utf-8") as out:
            for row in _texts(store):
                out.write(json.dumps(dict(zip(NAMES, row, strict=True)), ensure_ascii=False) + "\n")

    return _timed(job)


@candidate("export", "SQLModel objects as JSON lines", **ONCE | {"rounds": 2})
def _() -> Run:
    from sqlmodel import Field, Session, SQLModel, create_engine, select

    class Entry(SQLModel, table=True):
        __tablename__ = "qms_journal"
        pos: int = Field(primary_key=True)
        at: str
        actor: str
        act: str
        subject: str
        auth: str
        leaf: str
        leaf_hash: bytes

    _, store = _store()
    engine = create_engine(f"sqlite:///{store}/qms.db")

    def job(folder: Path) -> None:
        query = select(Entry).order_by(Entry.pos).limit(ENTRIES).execution_options(yield_per=1000)  # type: ignore[arg-type]
        with (folder / "a.jsonl").open("w", encoding="utf-8") as out, Session(engine) as session:
            for entry in session.exec(query):
                entry.leaf_hash = b""
                out.write(entry.model_dump_json() + "\n")
                session.expunge(entry)

    return _timed(job)


@candidate("export", "sqlite3 .dump", note="the floor of a dump tool", **ONCE)
def _() -> Run:
    if not shutil.which("sqlite3"):
        raise Skip("no sqlite3 program on this machine: apt-get install sqlite3")
    _, store = _store()

    def job(folder: Path) -> None:
        with (folder / "a.sql").open("wb") as out:
            subprocess.run(["sqlite3", store / "qms.db", ".dump qms_journal"], stdout=out, check=True)

    return _timed(job)


@candidate("export", "xlsxwriter, constant memory", note="eight columns", **ONCE)
def _() -> Run:
    import xlsxwriter

    _, store = _store()

    def job(folder: Path) -> None:
        options = {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
        book = xlsxwriter.Workbook(str(folder / "a.xlsx"), options)
        sheet = book.add_worksheet("journal")
        sheet.write_row(0, 0, NAMES)
        for number, row in enumerate(_texts(store), 1):
            sheet.write_number(number, 0, row[0])
            for column in range(1, 8):
                sheet.write_string(number, column, row[column])
        book.close()

    return _timed(job)


@candidate("export", "openpyxl, write only", peer=True, note="eight columns", **ONCE | {"rounds": 2})
def _() -> Run:
    from openpyxl import Workbook

    folder_of = next(p for p in fresh("find").parent.glob(f"lives-{ENTRIES // 25}x5*"))

    def job(folder: Path) -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("journal")
        sheet.append(NAMES)
        for row in _texts(folder_of):
            sheet.append(row)
        book.save(folder / "a.xlsx")

    return _timed(job)
