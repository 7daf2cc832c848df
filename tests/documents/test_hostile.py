"""A hostile or broken file is read or refused with a sentence, quickly, in little memory, and says what it carries."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest

from iso_qms.documents import Unreadable, read_file
from tests.documents.hostile import READ, Hostile, files

SECONDS = 20.0
GIBIBYTE = 1_048_576


def fate(hostile: Hostile, folder: Path) -> tuple[str, set[str], str]:
    """What came of a file: ``read`` or a code, the problems named, and the sentence said."""
    path = folder / "tep.docx"
    path.write_bytes(hostile.data)
    try:
        reading = read_file(path)
    except Unreadable as refusal:
        return refusal.code, set(), refusal.message_vi
    return READ, {problem.code for problem in reading.problems}, ""


@pytest.mark.slow
def test_every_hostile_file_is_read_or_refused_with_a_sentence_in_time(tmp_path: Path) -> None:
    wrong = []
    count = 0
    for hostile in files():
        count += 1
        before = time.monotonic()
        came, problems, sentence = fate(hostile, tmp_path)
        took = time.monotonic() - before
        if came not in hostile.fates:
            wrong.append(f"{hostile.name}: {came} {sentence}")
        if came != READ and not sentence:
            wrong.append(f"{hostile.name}: refused without a sentence")
        if came == READ and not hostile.says <= problems:
            wrong.append(f"{hostile.name}: said {sorted(problems)}")
        if took > SECONDS:
            wrong.append(f"{hostile.name}: took {took:.1f} s")
    assert not wrong
    assert count >= 60


def test_a_folder_a_missing_file_and_a_device_are_refused_with_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "khong-co.docx", Path("/dev/zero"), Path("a\0b.docx")):
        with pytest.raises(Unreadable) as refusal:
            read_file(path)
        assert refusal.value.code == "no-file"
        assert refusal.value.message_vi
        assert refusal.value.message_en


def test_reading_hostile_files_leaves_no_file_and_no_process_behind(tmp_path: Path) -> None:
    path = tmp_path / "tep.pdf"
    path.write_bytes(b"%PDF-1.4\n" + b"\xff" * 5_000)
    with pytest.raises(Unreadable):
        read_file(path)
    assert [found.name for found in tmp_path.iterdir()] == ["tep.pdf"]
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < GIBIBYTE
