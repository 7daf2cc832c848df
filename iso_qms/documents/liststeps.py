"""Steps written as paragraphs, ``Bước 1: …`` one after the other, where a document has no step table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iso_qms.documents.blocks import Block, Content, Paragraph, lines
from iso_qms.documents.labels import section_of
from iso_qms.documents.steps import StepRow
from iso_qms.documents.text import fold, key

_STEP = re.compile(r"^\s*[-+*•]?\s*(?:buoc|b)\s*(?:thu\s+)?(\d{1,2}(?:\.\d{1,2})*)\s*[:.)\-]*\s*")
_DETAILS = {
    "who": re.compile(
        r"^\W*(?:trach\s+nhiem|nguoi|don\s+vi|bo\s+phan|co\s+quan)"
        r"(?:\s+(?:thuc\s+hien|xu\s+ly|chiu\s+trach\s+nhiem))?\s*:\s*"
    ),
    "time": re.compile(r"^\W*thoi\s+(?:gian|han)(?:\s+(?:thuc\s+hien|xu\s+ly|giai\s+quyet))?\s*:\s*"),
    "form": re.compile(r"^\W*(?:bieu\s+mau|ket\s+qua|san\s+pham|ho\s+so)(?:\s*[/,]\s*[a-z ]{3,20})?\s*:\s*"),
}
_FEWEST = 2
_MOST = 200
_LONGEST = 60


def listed_steps(content: Content) -> list[StepRow]:
    """The steps of the longest run ``Bước 1``, ``Bước 2`` … in paragraphs; none where there are fewer than two.

    Lines below a step belong to it: ``Thời gian:``, ``Người thực hiện:`` and ``Kết quả:`` fill its time, responsible
    and forms, others continue its text, until the next step or section.
    """
    best: list[StepRow] = []
    for run in _runs(content):
        if len(run) > len(best):
            best = run
    return best if len(best) >= _FEWEST else []


def _runs(content: Content) -> Iterator[list[StepRow]]:
    run: list[StepRow] = []
    for line, place, closes in _body_lines(content):
        match = _STEP.match(fold(line))
        if match is not None and line[match.end() :].strip() and len(run) < _MOST:
            number = match[1]
            if run and _order(number) <= _order(run[-1].no):
                yield run
                run = []
            run.append(StepRow(number, line[match.end() :].strip(), "", "", "", place=place))
        elif closes:
            yield run
            run = []
        elif run and line.strip():
            _detail(run[-1], line)
    yield run


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(piece) for piece in number.split("."))


def _detail(step: StepRow, line: str) -> None:
    folded = fold(line)
    for kind, pattern in _DETAILS.items():
        match = pattern.match(folded)
        if match is not None and not getattr(step, kind):
            setattr(step, kind, line[match.end() :].strip())
            return
    if step.content.count("\n") < _LONGEST:
        step.content = f"{step.content}\n{line.strip()}".strip()


def _body_lines(content: Content) -> Iterator[tuple[str, str, bool]]:
    """Lines of the body with their place, and whether a line is a heading that ends a run of steps."""
    for part in content.parts:
        if part.kind == "body":
            for index, block in enumerate(part.blocks, 1):
                yield from _block_lines(block, f"body, paragraph {index}")


def _block_lines(block: Block, place: str) -> Iterator[tuple[str, str, bool]]:
    if isinstance(block, Paragraph):
        text = f"{block.number} {block.text}" if block.number else block.text
        heading = section_of(key(block.text)) is not None or (block.level is not None and not _STEP.match(fold(text)))
        for line in text.split("\n"):
            yield line, place, heading
        return
    for line in lines((block,)):
        yield line, place.replace("paragraph", "table at"), False
