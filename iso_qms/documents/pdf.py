"""A PDF's text and what a person should know about it, through a worker that may die without harm."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path
from typing import Any

from iso_qms.documents.blocks import Block, Content, Paragraph, Part, Problem, lines
from iso_qms.documents.errors import Unreadable, encrypted
from iso_qms.documents.pdftables import Rule, Run, page_blocks
from iso_qms.documents.problems import problem

_WORKER = (sys.executable, "-I", str(Path(__file__).with_name("pdfwork.py")))
_ALL_SECONDS = 15.0
_WORKER_SECONDS = 12.0
_POPPLER_SECONDS = 4.0
_BROKEN_SHARE = 0.25
_FEW_WORDS = 40
_WHOLE = 0.995
_MAX_OUTPUT = 64_000_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def read_pdf(data: bytes, seconds: float = _ALL_SECONDS) -> Content:
    """Read a PDF's text page by page (parts named ``page/1`` …), in at most so many seconds.

    Pages without a text layer are said, and recognised by tesseract where it is installed and time is left.
    """
    with tempfile.TemporaryDirectory(prefix="iso-qms-pdf-") as folder:
        path = Path(folder) / "source.pdf"
        path.write_bytes(data)
        deadline = time.monotonic() + seconds
        text, structure = _worked(path, min(_WORKER_SECONDS, seconds))
        texts = [_clean(page) for page in text["texts"]]
        problems = list(_structure_problems(structure))
        if len(texts) < text["total"]:
            problems.append(problem("pages-skipped", read=len(texts), total=text["total"]))
        as_read, ruled = texts, text.get("ruled", {})
        texts, noticed = _mended(path, texts, deadline)
        problems.extend(noticed)
        painted = text.get("painted", range(len(texts)))
        texts, noticed = _without_layer(path, texts, [index for index in painted if not texts[index].strip()], deadline)
        problems.extend(noticed)
    parts = []
    for number, page in enumerate(texts, 1):
        intact = page == as_read[number - 1] and time.monotonic() < deadline
        parts.append(_part(number, page, ruled.get(str(number - 1)) if intact else None))
    parts.extend(_notes(structure))
    if not any(part.text.strip() for part in parts):
        problems.append(problem("empty"))
    return Content(tuple(parts), tuple(problems), pages=text["total"])


def _worked(path: Path, seconds: float) -> tuple[dict[str, Any], dict[str, Any]]:
    """The worker's two lines; a missing second one is a faulty structure, a missing first one an unreadable file."""
    output = _run([*_WORKER, "read", str(path)], seconds)
    found: list[dict[str, Any]] = []
    for line in output.split(b"\n")[:2]:
        with contextlib.suppress(ValueError):
            found.append(json.loads(line))
    if not found:
        raise Unreadable(
            "damaged",
            "PDF bị hỏng hoặc quá nặng: không mở được trong giới hạn thời gian và bộ nhớ.",
            "The PDF is damaged or too heavy: it did not open within the limits of time and memory.",
            "Hãy xuất lại PDF từ tệp Word gốc.",
            "Export the PDF again from its Word original.",
        )
    if found[0].get("error") == "encrypted":
        raise encrypted()
    if found[0].get("error"):
        raise Unreadable(
            "damaged",
            "PDF bị hỏng, không đọc được.",
            "The PDF is damaged and cannot be read.",
            "Hãy xuất lại PDF từ tệp Word gốc.",
            "Export the PDF again from its Word original.",
        )
    return found[0], found[1] if len(found) > 1 else {"error": "stopped"}


def _run(command: list[str], seconds: float, feed: bytes | None = None) -> bytes:
    """Run a program in its own process group for at most so many seconds; what it printed until then is kept."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            # Threads of tesseract's wait for each other longer than they help on a busy machine.
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            stdin=subprocess.PIPE if feed is not None else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.communicate(feed, timeout=max(0.1, seconds))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        output.seek(0)
        return output.read(_MAX_OUTPUT)


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "-").replace("\x02", "-")
    return unicodedata.normalize("NFC", _CONTROL.sub("", text))


def _part(number: int, text: str, ruled: dict[str, Any] | None) -> Part:
    """A page: with its tables where lines are ruled and nothing of the text would be lost, else line by line."""
    lined: tuple[Block, ...] = tuple(Paragraph(line.rstrip()) for line in text.split("\n"))
    if ruled:
        rules = [Rule(bool(level), at, start, end) for level, at, start, end in ruled["lines"]]
        runs = [Run(left, bottom, right, top, _clean(words)) for left, bottom, right, top, words in ruled["runs"]]
        blocks = page_blocks(rules, runs)
        if blocks is not None and _letters(lines(blocks)) >= _WHOLE * _letters(lines(lined)):
            lined = blocks
    return Part("body", f"page/{number}", lined)


def _letters(found: list[str]) -> int:
    return sum(len("".join(line.split())) for line in found)


def _notes(structure: dict[str, Any]) -> list[Part]:
    found = []
    for number, texts in enumerate(structure.get("notes") or [], 1):
        blocks = tuple(Paragraph(line) for text in texts for line in _clean(text).split("\n") if line.strip())
        if blocks:
            found.append(Part("textbox", f"page/{number}#notes", blocks))
    return found


def _structure_problems(structure: dict[str, Any]) -> list[Problem]:
    found = []
    if structure.get("error"):
        found.append(problem("structure"))
    if structure.get("active"):
        found.append(problem("active-content", kinds=", ".join(structure["active"])))
    if structure.get("attachments"):
        found.append(problem("attachments", count=structure["attachments"]))
    if structure.get("signatures"):
        found.append(problem("signed"))
    return found


def one_letter_share(text: str) -> float:
    """Share of words of one letter: about 0.01 in good text, above a half where fonts have scrambled it."""
    words = re.findall(r"[^\W\d_]+", text)
    return sum(len(word) == 1 for word in words) / len(words) if len(words) >= _FEW_WORDS else 0.0


def _mended(path: Path, texts: list[str], deadline: float) -> tuple[list[str], list[Problem]]:
    """Text broken by its fonts, read once more by poppler where it is installed; broken still, it is said."""
    share = one_letter_share("\n".join(texts))
    if share <= _BROKEN_SHARE:
        return texts, []
    program = shutil.which("pdftotext")
    if program:
        left = min(_POPPLER_SECONDS, deadline - time.monotonic())
        again = _clean(_run([program, "-enc", "UTF-8", "-q", str(path), "-"], left).decode("utf-8", "replace"))
        if again.strip() and one_letter_share(again) <= _BROKEN_SHARE:
            pages = again.split("\f")
            return [*pages[: len(texts)], *[""] * (len(texts) - len(pages))], []
    return texts, [problem("broken-fonts", share=round(share * 100))]


def _without_layer(path: Path, texts: list[str], bare: list[int], deadline: float) -> tuple[list[str], list[Problem]]:
    """Say which pages show something but have no text layer, and fill them by recognition where there is time."""
    if not bare:
        return texts, []
    spots = ", ".join(f"page/{index + 1}" for index in bare[:20])
    problems = [problem("no-text-layer", spots, pages=len(bare))]
    recognised = _recognise(path, bare, deadline)
    if recognised:
        problems.append(problem("ocr", ", ".join(f"page/{index + 1}" for index in recognised)))
        texts = [recognised.get(index, text) for index, text in enumerate(texts)]
        if len(recognised) < len(bare):
            problems.append(problem("pages-skipped", read=len(texts) - len(bare) + len(recognised), total=len(texts)))
    return texts, problems


def _recognise(path: Path, pages: list[int], deadline: float) -> dict[int, str]:
    program = shutil.which("tesseract")
    if program is None:
        return {}
    found: dict[int, str] = {}
    for index in pages:
        left = deadline - time.monotonic()
        if left < 1.0:
            break
        picture = _run([*_WORKER, "render", str(path), str(index)], left)
        if not picture.startswith(b"P5"):
            continue
        left = deadline - time.monotonic()
        output = _run([program, "stdin", "stdout", "-l", "vie", "--psm", "6"], left, picture)
        text = _clean(output.decode("utf-8", "replace")).replace("\f", "")
        if text.strip():
            found[index] = text
    return found
