"""A fuzzing target for the reader: procedures bent at random, part by part.

``python -m tests.documents.fuzz SECONDS [SEED_FILES [FINDINGS]]`` runs it. A finding is a file that raised something
other than a refusal, or took too long; it is left in the folder of findings.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from iso_qms.documents.errors import Unreadable
from iso_qms.documents.read import DEFECT, read_file
from tests.documents import wordxml as x
from tests.documents.frames import Frame

NASTY = (
    *("", " ", "\u200b", "\ufeff", "…………", "-" * 500, "9" * 400, "1/0 ngày", "0/0 giờ", "½½½", "١٢٣", "²ngày", "Ⅳ"),
    *("Mã hiệu:", "Mã hiệu:\nMã hiệu:", "Lần ban hành: Lần ban hành: 99999999999", "ngày 99 tháng 99 năm 9999"),
    *(
        "QT-" * 200,
        "BM-" * 200 + "1",
        "(" * 300,
        "Bước " * 200,
        "\u0301" * 200,
        "İı",
        "ß",
        "\U0001f600" * 50,
        "a\tb\nc" * 60,
    ),
    *(
        "Tổng",
        "Tổng cộng: ½",
        "TT",
        "Trách nhiệm",
        "Thời gian (ngày)",
        "1.",
        "1.1.1.1.1.1",
        "I. ",
        "%1%2%9",
        "{0}",
        "%s",
    ),
)
NUMBERS = ("-1", "0", "8", "9", "77", "999999", "2147483648", "-9999999999999", "1e9", "NaN", "abc", "")
SECONDS = 10.0


def bent(data: dict[str, bytes], draw: random.Random) -> bytes:
    """A package with one to six random changes."""
    parts = dict(data)
    for _ in range(draw.randint(1, 6)):
        name = draw.choice([name for name in parts if name.endswith((".xml", ".rels"))] or list(parts))
        parts[name] = draw.choice(CHANGES)(parts[name], draw)
    if draw.random() < 0.05 and len(parts) > 2:
        parts.pop(draw.choice(list(parts)))
    packed = x.zipped(parts)
    if draw.random() < 0.05:
        cut = bytearray(packed)
        cut[draw.randrange(len(cut))] ^= 1 << draw.randrange(8)
        packed = bytes(cut)
    return packed


def _text(data: bytes, draw: random.Random) -> bytes:
    """Nasty words in the place of some text."""
    nasty = draw.choice(NASTY).replace("<", "").encode()
    return _one(rb">[^<]{1,400}<", data, draw, lambda _: b">" + nasty + b"<")


def _attribute(data: bytes, draw: random.Random) -> bytes:
    return _one(rb'="[^"]*"', data, draw, lambda _: f'="{draw.choice(NUMBERS)}"'.encode())


def _drop(data: bytes, draw: random.Random) -> bytes:
    """One element without children dropped."""
    return _one(rb"<w:[a-zA-Z]+[^<>]*/>", data, draw, lambda _: b"")


def _repeat(data: bytes, draw: random.Random) -> bytes:
    """Some element repeated often."""
    times = draw.choice((2, 3, 50, 400))
    return _one(rb"<w:(p|tc|tr|r|pPr|tbl)\b(?:(?!<w:\1\b).){0,600}?</w:\1>", data, draw, lambda m: m[0] * times)


def _rename(data: bytes, draw: random.Random) -> bytes:
    """A kind of element called by another's name, all over the part."""
    names = [
        "p",
        "tc",
        "tr",
        "r",
        "t",
        "pPr",
        "tbl",
        "sdt",
        "sdtContent",
        "txbxContent",
        "ins",
        "del",
        "body",
        "vMerge",
    ]
    old, new = (draw.choice(names).encode() for _ in range(2))
    return re.sub(rb"(</?w:)" + old + rb"\b", rb"\1" + new, data)


def _flip(data: bytes, draw: random.Random) -> bytes:
    if not data:
        return data
    changed = bytearray(data)
    changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def _one(pattern: bytes, data: bytes, draw: random.Random, new: Callable[[re.Match[bytes]], bytes]) -> bytes:
    found = list(re.finditer(pattern, data, re.DOTALL))
    if not found:
        return data
    match = draw.choice(found)
    return data[: match.start()] + new(match) + data[match.end() :]


CHANGES = (_text, _text, _text, _attribute, _attribute, _drop, _repeat, _rename, _flip)


def unpacked(data: bytes) -> dict[str, bytes]:
    """The parts of a package."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def trial(seed: int, path: Path, seeds: list[bytes]) -> str | None:
    """One bent file read; what went wrong, or ``None``."""
    draw = random.Random(seed)
    whole = draw.choice(seeds) if seeds and draw.random() < 0.4 else Frame(seed).docx
    path.write_bytes(bent(unpacked(whole), draw))
    before = time.monotonic()
    try:
        read_file(path).as_dict()
    except Unreadable as refusal:
        if refusal.code == DEFECT:
            return f"{type(refusal.__cause__).__name__}: {refusal.__cause__}"
    took = time.monotonic() - before
    return f"took {took:.1f} s" if took > SECONDS else None


def main() -> int:
    """Fuzz for so many seconds; further arguments: folder of seed files, folder for findings."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    seeds = [path.read_bytes() for path in sorted(Path(sys.argv[2]).rglob("*.docx"))] if len(sys.argv) > 2 else []
    findings = Path(sys.argv[3]) if len(sys.argv) > 3 else Path(tempfile.mkdtemp(prefix="iso-qms-fuzz-"))
    findings.mkdir(parents=True, exist_ok=True)
    end, seed, bad = time.monotonic() + seconds, random.SystemRandom().randrange(2**40), 0
    path = findings / "trial.docx"
    start = seed
    while time.monotonic() < end:
        seed += 1
        wrong = trial(seed, path, seeds)
        if wrong:
            bad += 1
            path.rename(findings / f"{seed}.docx")
            print(f"{seed}: {wrong}", flush=True)
    print(f"{seed - start} files, {bad} findings in {findings}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
