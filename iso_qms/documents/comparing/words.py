"""Two texts compared word by word, with whitespace that nobody sees left out of the question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from iso_qms.documents.comparing.sequence import Op, Run, runs

_TOKEN = re.compile(r"\w+(?:[./,\-–:]\w+)*|\s+|[^\w\s]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")


class Piece(NamedTuple):
    """A stretch of text that stayed (``equal``), went (``delete``) or came (``insert``)."""

    op: Op
    text: str


def visible(text: str) -> str:
    """The text as an eye takes it in: NFC, invisible characters out, every run of white space one space."""
    if not text.isascii():
        text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split())


def tokens(text: str) -> list[str]:
    """Words, numbers such as ``85/2017/NĐ-CP``, marks and spaces; joined they give the text back."""
    return _TOKEN.findall(text)


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """The way from ``old`` to ``new``; equal and deleted pieces give ``old``, equal and inserted ones give ``new``."""
    before, after = tokens(old), tokens(new)
    found: list[Piece] = []
    for run in settled(runs(before, after), before):
        gone, come = "".join(before[run.i1 : run.i2]), "".join(after[run.j1 : run.j2])
        if run.op == "equal":
            found.append(Piece("equal", gone))
            continue
        if gone:
            found.append(Piece("delete", gone))
        if come:
            found.append(Piece("insert", come))
    return tuple(found)


def settled(found: Sequence[Run], old: Sequence[str]) -> list[Run]:
    """Join changes that only a space or a lone mark keeps apart: "nine crumbs" read worse than one replaced phrase."""
    out: list[Run] = []
    for place, run in enumerate(found):
        between = 0 < place < len(found) - 1 and run.op == "equal"
        if between and run.i2 - run.i1 <= 2 and not any(map(_weighs, old[run.i1 : run.i2])):
            run = run._replace(op="replace")
        if out and run.op != "equal" and out[-1].op != "equal":
            last = out.pop()
            run = Run("replace", last.i1, run.i2, last.j1, run.j2)
        out.append(run)
    return out


def _weighs(token: str) -> bool:
    """Whether a token is a word, a number, or a private character that stands for a thing such as a picture."""
    return token[0].isalnum() or token[0] >= "\U000f0000"
