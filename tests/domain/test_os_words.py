"""A refusal by the operating system is told in one language at a time."""

from __future__ import annotations

import errno
import os
import pickle
from pathlib import Path

from iso_qms.domain import os_words
from iso_qms.domain.errors import FileTrouble


def refused(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def test_a_missing_file_is_missing_in_both_languages(tmp_path: Path) -> None:
    try:
        (tmp_path / "x").read_bytes()
    except OSError as error:
        assert os_words.why(error) == {
            "why_vi": "không có tệp hoặc thư mục này", "why_en": "No such file or directory",
        }  # fmt: skip


def test_what_has_no_words_here_keeps_the_systems() -> None:
    assert os_words.why(refused(errno.EXDEV)) == {
        "why_vi": os.strerror(errno.EXDEV),
        "why_en": os.strerror(errno.EXDEV),
    }
    assert os_words.why(OSError("odd")) == {"why_vi": "odd", "why_en": "odd"}


def test_the_place_stands_in_both_halves() -> None:
    assert os_words.told("/a", refused(errno.ENOSPC)) == "/a: ổ đĩa đã đầy / /a: No space left on device"


def test_a_reason_that_is_a_sentence_brings_no_second_full_stop() -> None:
    trouble = FileTrouble(path="a", why_vi="Tệp hỏng.", why_en="It is broken.")
    assert trouble.message("vi") == "Không dùng được tệp “a”: Tệp hỏng."
    assert pickle.loads(pickle.dumps(trouble)).message("en") == "File “a” cannot be used: It is broken."
