"""What a run needs around it: the peers' own environment and a private PostgreSQL that waits for the disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
PEERS = ROOT / ".venv-bench"


def peers() -> str | None:
    """The interpreter of the peers' environment, made or made anew where the requirements changed; None if it fails."""
    stamp = PEERS / ("made-" + hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16])
    python = PEERS / "bin" / "python"
    if stamp.exists():
        return str(python)
    print(f"Making {PEERS.name} for the peers; this takes a few minutes once.", file=sys.stderr)
    try:
        subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
        (PEERS / ".gitignore").write_text("*\n")
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS]
        subprocess.run(install, check=True, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError) as trouble:
        print(f"The peers are left out: {trouble}", file=sys.stderr)
        return None
    for old in PEERS.glob("made-*"):
        old.unlink()
    stamp.touch()
    return str(python)


@contextlib.contextmanager
def postgres() -> Iterator[str | None]:
    """A server with its default, durable settings for this block; its folder of sockets, None where there is none."""
    programs = _programs()
    if programs is None:
        yield None
        return
    who = _lesser_user()
    folder = Path(tempfile.mkdtemp(prefix="iso-qms-bench-pg-", dir="/tmp"))
    if who:
        os.chown(folder, who["user"], who["group"])
    try:
        process = _start(programs, folder, who)
        try:
            yield str(folder)
        finally:
            process.terminate()
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda bin: int(bin.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    folders = found + ([Path(on_path).resolve().parent] if on_path else [])
    return next((f for f in folders if all((f / name).exists() for name in ("initdb", "postgres"))), None)


def _lesser_user() -> dict[str, Any]:
    # PostgreSQL refuses to run as root.
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("postgres")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _start(programs: Path, folder: Path, who: dict[str, Any]) -> subprocess.Popen[bytes]:
    initdb = [programs / "initdb", "-D", folder / "data", "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C"]
    subprocess.run(initdb, cwd=folder, check=True, capture_output=True, **who)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-k", folder, "-c", "listen_addresses="],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            **who,
        )
    for _ in range(1000):
        ready = subprocess.run([programs / "pg_isready", "-q", "-h", folder], check=False)
        if ready.returncode == 0:
            return process
        time.sleep(0.03)
    process.terminate()
    raise RuntimeError((folder / "log").read_text(errors="replace"))
