"""The Word and PDF files that well-known libraries are tested with are read or refused with a sentence, in time."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from iso_qms.documents import Unreadable, read_file
from tests.documents.coverage import lost_letters

CACHE = Path(os.environ.get("ISO_QMS_SDISTS") or Path.home() / ".cache" / "iso-qms" / "sdists")
PROJECTS = {"python_docx": ".docx", "pypdf": ".pdf", "pyhanko": ".pdf", "pikepdf": ".pdf"}
SECONDS = 20.0


def archive_of(project: str) -> Path | None:
    """The project's newest archive in the cache, fetched where the whole suite is asked for; ``None`` out of reach."""
    if not sorted(CACHE.glob(f"{project}-*.tar.gz")) and os.environ.get("ISO_QMS_REQUIRE_ALL"):
        name = project.replace("_", "-")
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--no-binary",
            name,
            name,
            "-d",
            str(CACHE),
        ]
        CACHE.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(subprocess.SubprocessError, OSError):
            subprocess.run(command, timeout=180, check=False, capture_output=True)
    found = sorted(CACHE.glob(f"{project}-*.tar.gz"))
    return found[-1] if found else None


def members(archive: Path, suffix: str) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as found:
        for member in found:
            if member.isfile() and member.name.endswith(suffix):
                stream = found.extractfile(member)
                if stream is not None:
                    yield member.name, stream.read()


@pytest.mark.slow
@pytest.mark.parametrize("project", sorted(PROJECTS))
def test_the_files_of_a_source_distribution_are_read_or_refused_in_time(project: str, tmp_path: Path) -> None:
    archive = archive_of(project)
    if archive is None:
        pytest.skip(
            f"{CACHE} holds no {project}-*.tar.gz; fetch: pip download --no-deps --no-binary {project} {project}"
        )
    suffix = PROJECTS[project]
    with ThreadPoolExecutor(2) as pool:
        fates = list(pool.map(lambda file: fate(tmp_path, suffix, *file), enumerate(members(archive, suffix))))
    refused = [fate for fate in fates if fate]
    print(f"{project}: {len(fates) - len(refused)} read, {len(refused)} refused")
    assert len(fates) - len(refused) > 30


def fate(folder: Path, suffix: str, number: int, member: tuple[str, bytes]) -> str:
    """The code of refusal, or an empty string for a file that was read with nothing lost."""
    name, data = member
    path = folder / f"{number}{suffix}"
    path.write_bytes(data)
    before = time.monotonic()
    try:
        reading = read_file(path)
    except Unreadable as refusal:
        assert refusal.code in ("encrypted", "damaged"), (name, refusal.code)
        assert refusal.message_vi.endswith("."), name
        return refusal.code
    finally:
        assert time.monotonic() - before < SECONDS, name
    assert reading.source.size == len(data)
    if suffix == ".docx":
        assert lost_letters(data, reading) == 0, name
    return ""
