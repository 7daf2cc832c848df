"""Real administrative procedures set in Word: every code, issue and date right, and the steps word for word."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import pytest

from iso_qms.documents import read_file
from iso_qms.documents.text import canonical_code, squeeze
from tests.documents.coverage import lost_letters

SHARED = Path(os.environ.get("ISO_QMS_SHARED") or Path(__file__).resolve().parents[3] / "shared")
PROCEDURES = SHARED / "corpus" / "procedures"


def norm(text: str) -> str:
    return squeeze(unicodedata.normalize("NFC", text))


def test_the_corpus_of_real_procedures_is_read_right() -> None:
    truths = sorted(PROCEDURES.glob("*.json"))
    if not truths:
        pytest.skip(f"no corpus at {PROCEDURES}; set ISO_QMS_SHARED to the folder that holds it")
    wrong, steps, right = [], 0, 0
    for path in truths:
        truth = json.loads(path.read_text(encoding="utf-8"))
        for version in ("v1", "v2"):
            reading = read_file(path.with_suffix(f".{version}.docx"))
            told = truth[version]
            dates = {str(reading.issue_date), str(reading.effective_date)}
            if canonical_code(reading.code or "") != canonical_code(truth["code"]):
                wrong.append(f"{path.stem} {version}: code {reading.code}")
            if reading.issue != told["issue"] or told["date"] not in dates:
                wrong.append(f"{path.stem} {version}: issue {reading.issue}, dates {dates}")
            found = reading.process["steps"] if reading.process else []
            steps += len(told["steps"])
            if len(found) == len(told["steps"]):
                right += sum(
                    (norm(step["content"]), norm(step["who"]), norm(step["limit"]["text"]))
                    == (norm(row["content"]), norm(row["who"]), norm(row["time"]))
                    for step, row in zip(found, told["steps"], strict=True)
                )
    print(f"{len(truths) * 2} files, {right}/{steps} steps exact")
    assert not wrong
    assert right >= 0.99 * steps


def test_no_letter_of_the_projects_own_procedures_is_lost() -> None:
    files = sorted((Path(__file__).resolve().parents[2] / "procedures").rglob("*.docx"))
    assert files
    lost = {path.name: count for path in files if (count := lost_letters(path.read_bytes(), read_file(path)))}
    assert not lost
