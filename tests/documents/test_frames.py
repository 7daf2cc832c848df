"""Whatever the frame an office sets its procedures in, the reader finds what stands there and nothing else."""

from __future__ import annotations

import json

import pytest

from iso_qms.documents.docx import read_docx
from iso_qms.documents.package import open_package
from iso_qms.documents.read import reading_of
from iso_qms.documents.reading import Reading, Source
from iso_qms.documents.text import canonical_code, key
from tests.documents.frames import Frame, Truth

SOURCE = Source("quy-trinh.docx", "0" * 64, 0, "application/msword")
FALSE_ALARMS = {"contradiction", "blank-field", "missing-field", "blank-day", "bad-date", "odd-code", "lost-numbering"}
FALSE_ALARMS |= {"step-numbers", "row-without-task", "no-step-table", "step-without-role"}


def read(data: bytes) -> Reading:
    return reading_of(SOURCE, read_docx(open_package(data)))


def bare_title(title: str | None) -> str:
    return key(title or "").removeprefix("quy trinh ")


def found(reading: Reading) -> dict[str, object]:
    steps = reading.process["steps"] if reading.process else []
    return {
        "code": canonical_code(reading.code or ""),
        "title": bare_title(reading.title),
        "issue": reading.issue,
        "revision": reading.revision,
        "issue_date": reading.issue_date,
        "effective_date": reading.effective_date,
        "drafter": reading.drafter.name if reading.drafter else "",
        "reviewers": tuple(person.name for person in reading.reviewers),
        "approver": reading.approver.name if reading.approver else "",
        "revisions": len(reading.revisions),
        "steps": [(step["no"], step["content"], step["who"], step["limit"]["text"]) for step in steps],
        "false alarms": [problem.message_en for problem in reading.problems if problem.code in FALSE_ALARMS],
    }


def expected(truth: Truth) -> dict[str, object]:
    return {
        "code": canonical_code(truth.code),
        "title": bare_title(truth.title),
        "issue": truth.issue,
        "revision": truth.revision,
        "issue_date": truth.issue_date,
        "effective_date": truth.effective_date,
        "drafter": truth.drafter,
        "reviewers": truth.reviewers,
        "approver": truth.approver,
        "revisions": truth.revisions,
        "steps": [(row.no, row.content, row.who, row.time) for row in truth.steps],
        "false alarms": [],
    }


@pytest.mark.parametrize("block", range(8))
def test_every_field_and_step_of_a_procedure_is_read_in_any_frame(block: int) -> None:
    for seed in range(7_000_000 + block * 50, 7_000_000 + block * 50 + 50):
        frame = Frame(seed)
        assert found(read(frame.docx)) == expected(frame.truth), (seed, frame.truth.choices)


def test_every_finding_has_a_place_and_a_confidence_and_fits_into_json() -> None:
    for seed in range(30):
        reading = read(Frame(seed).docx)
        for name, field in reading.fields.items():
            assert field.place, name
            assert 0 < field.confidence <= 1, name
        shown = json.loads(json.dumps(reading.as_dict(), ensure_ascii=False))
        assert shown["code"] == reading.code
        assert shown["process"] == reading.process


def test_the_dossier_and_the_announced_time_of_a_procedure_in_one_table_are_read() -> None:
    seen = 0
    for seed in range(60):
        frame = Frame(seed)
        if frame.truth.choices["sections"] != "one table":
            continue
        seen += 1
        process = read(frame.docx).process
        assert process is not None
        assert [paper["original"] for paper in process["components"]] == [1, 0]
        assert [paper["copies"] for paper in process["components"]] == [0, 1]
        assert process["total"] == {"working_minutes": 2400, "text": "05 ngày làm việc"}
        assert process["fees"] == [{"name": "phi-le-phi", "text": "Không", "amount_vnd": 0}]
    assert seen >= 5
