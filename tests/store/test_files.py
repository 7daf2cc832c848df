"""Files by digest: whole or not at all, once, checked on every read, healed by their own bytes."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iso_qms.domain.errors import FileDamaged, StoreTrouble
from iso_qms.store.files import FileStore
from tests.support.office import refuses

CONTENT = "Quy trình tiếp nhận hồ sơ".encode()
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def inside(files: FileStore) -> list[Path]:
    return sorted(path for path in files.folder.rglob("*") if path.is_file())


def test_a_file_is_kept_under_its_sha256_and_read_only(files: FileStore) -> None:
    assert files.put(CONTENT) == DIGEST
    assert files.get(DIGEST) == CONTENT and files.has(DIGEST)
    assert files.path(DIGEST).stat().st_mode & 0o777 == 0o444
    assert list(files.digests()) == [DIGEST]


def test_the_same_bytes_are_kept_once_whoever_brings_them(files: FileStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: files.put(CONTENT), range(64))) == {DIGEST}
    assert inside(files) == [files.path(DIGEST)]


@pytest.mark.parametrize("size", [0, 1, 10_000_000])
def test_files_have_any_size(files: FileStore, size: int) -> None:
    assert len(files.get(files.put(b"x" * size))) == size


def damage(files: FileStore, how: str) -> None:
    path = files.path(DIGEST)
    path.chmod(0o644)
    match how:
        case "one bit":
            path.write_bytes(bytes([CONTENT[0] ^ 1]) + CONTENT[1:])
        case "cut":
            path.write_bytes(CONTENT[:-1])
        case "longer":
            path.write_bytes(CONTENT + b" ")
        case "emptied":
            path.write_bytes(b"")
        case "gone":
            path.unlink()
        case "a folder":
            path.unlink()
            path.mkdir()
        case "a dead link":
            path.unlink()
            path.symlink_to("/nowhere")


@pytest.mark.parametrize("how", ["one bit", "cut", "longer", "emptied", "gone", "a folder", "a dead link"])
def test_a_changed_file_is_never_given_out(files: FileStore, how: str) -> None:
    files.put(CONTENT)
    damage(files, how)
    with refuses(FileDamaged) as caught:
        files.get(DIGEST)
    assert DIGEST in caught.value.message("vi")


@pytest.mark.parametrize("how", ["one bit", "cut", "longer", "emptied", "gone", "a dead link"])
def test_bringing_the_bytes_again_heals_the_file(files: FileStore, how: str) -> None:
    files.put(CONTENT)
    damage(files, how)
    assert files.put(CONTENT) == DIGEST
    assert files.get(DIGEST) == CONTENT


@pytest.mark.parametrize(
    "digest", ["", "..", "../../etc/passwd", "x" * 64, DIGEST[:-1], "\x00" * 64, "é" * 64, DIGEST + "\n"]
)
def test_what_is_no_digest_of_ours_names_no_file(files: FileStore, digest: str) -> None:
    files.put(CONTENT)
    with refuses(FileDamaged):
        files.get(digest)
    with refuses(FileDamaged):
        files.path(digest)
    assert not files.has(digest)


def test_what_a_crash_left_half_written_is_no_file_and_disturbs_nobody(files: FileStore) -> None:
    files.put(CONTENT)
    half = files.path(DIGEST).with_name(".new-dở")
    half.write_bytes(CONTENT[:5])
    assert list(files.digests()) == [DIGEST]
    files.path(DIGEST).unlink()
    assert files.put(CONTENT) == DIGEST and files.get(DIGEST) == CONTENT


def test_a_folder_that_cannot_be_written_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("một tệp")
    with refuses(StoreTrouble):
        FileStore(tmp_path / "files").put(CONTENT)
    full = FileStore("/dev/full/files")
    with refuses(StoreTrouble):
        full.put(CONTENT)


def test_a_disk_that_fills_up_leaves_no_half_file(files: FileStore) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    child = os.fork()
    if child == 0:  # a limit of the process stands in for a full disk: writing past it fails with EFBIG
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        try:
            files.put(b"x" * 5000)
        except StoreTrouble:
            os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert resource.getrlimit(resource.RLIMIT_FSIZE) == (soft, hard)
    assert inside(files) == []


@settings(max_examples=30)
@given(st.lists(st.binary(max_size=50), max_size=8))
def test_what_was_put_is_what_is_there(tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]) -> None:
    files = FileStore(tmp_path_factory.mktemp("files"))
    digests = [files.put(content) for content in contents]
    assert [files.get(digest) for digest in digests] == contents
    assert list(files.digests()) == sorted(set(digests))
