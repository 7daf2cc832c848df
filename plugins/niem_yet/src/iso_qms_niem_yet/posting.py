"""One posted page: what it says about a document, kept as a page for people with its facts inside."""

from __future__ import annotations

import json
import os
import re
import tempfile
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

SHOWN = "niem-yet"
_FACTS = re.compile(r'<script type="application/json" id="niem-yet">(.*?)</script>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Announced:
    """A version and the instant (ISO 8601, with offset) from which it counts; `pos` is the entry that said so."""

    version: int
    sha256: str
    start: str
    pos: int


@dataclass(frozen=True, slots=True)
class Posting:
    """What stands on the page of one document.

    `coming` are issued versions whose day has not come; `suspended` the open suspensions' notices; `ends` the instant
    of a decided withdrawal, `ends_pos` its entry; `heard` the ids of the news followed.
    """

    document: str
    shown: Announced | None = None
    coming: tuple[Announced, ...] = ()
    suspended: bool = False
    ends: str | None = None
    ends_pos: int = -1
    heard: tuple[str, ...] = ()

    def knows(self, news: str) -> bool:
        """Whether this piece of news was followed."""
        return news in self.heard

    def follows(self, news: str, **changes: Any) -> Posting:
        """The page after a piece of news."""
        return replace(self, heard=(*self.heard, news)[-500:], **changes)


class Board:
    """A folder of pages; what was taken down lies in `da-go` under its digest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.down = folder / "da-go"

    def read(self, document: str) -> Posting | None:
        """The page of a document; None when there is none, or one that nobody can read any more."""
        try:
            return parse(self.path(document).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None

    def post(self, posting: Posting) -> None:
        """Write a page, whole or not at all; the one it replaces is kept when it showed another version."""
        before = self.read(posting.document)
        if before is not None and before.shown is not None and before.shown != posting.shown:
            self._keep(posting.document)
        self.folder.mkdir(parents=True, exist_ok=True)
        _write(self.path(posting.document), render(posting))

    def take_down(self, posting: Posting) -> None:
        """Take a page away and keep it."""
        if self.path(posting.document).exists():
            self._keep(posting.document)
        self.post(replace(posting, shown=None))

    def pages(self) -> dict[str, str]:
        """Every page by its file name."""
        return {path.name: path.read_text(encoding="utf-8", errors="replace") for path in self.folder.glob("*.html")}

    def path(self, document: str) -> Path:
        """Where the page of a document lies: its code, with what no file name may hold replaced."""
        return self.folder / f"{file_name(document)}.html"

    def _keep(self, document: str) -> None:
        raw = self.path(document).read_bytes()
        self.down.mkdir(parents=True, exist_ok=True)
        (self.down / f"{file_name(document)}.{sha256(raw).hexdigest()[:16]}.html").write_bytes(raw)


def file_name(document: str) -> str:
    """A file name for a code, different for different codes."""
    plain = re.sub(r"[^\w.\-]", "_", document)
    return plain if plain == document else f"{plain}-{sha256(document.encode()).hexdigest()[:8]}"


def parse(page: str) -> Posting:
    """Read a page back; raises ValueError when it is none of ours or was changed by hand."""
    found = _FACTS.search(page)
    if found is None:
        raise ValueError("there are no facts in the page")
    raw = json.loads(found[1].replace("<\\/", "</"))
    shown = Announced(**raw["shown"]) if raw["shown"] else None
    coming = tuple(Announced(**each) for each in raw["coming"])
    posting = Posting(**{**raw, "shown": shown, "coming": coming, "heard": tuple(raw["heard"])})
    if render(posting) != page:
        raise ValueError("the page was changed by hand")
    return posting


def render(posting: Posting) -> str:
    """The page, in Vietnamese, for people and for machines."""
    facts = json.dumps(asdict(posting), ensure_ascii=False, sort_keys=True).replace("</", "<\\/")
    lines = [f"<h1>{escape(posting.document)}</h1>"]
    if posting.shown is None:
        lines.append("<p>Chưa có phiên bản nào đang hiệu lực.</p>")
    else:
        lines += [
            f"<p>Phiên bản đang hiệu lực: <b>{posting.shown.version}</b>, từ {day(posting.shown.start)}</p>",
            f"<p>SHA-256: <code>{posting.shown.sha256}</code></p>",
        ]
    if posting.suspended:
        lines.append("<p><b>ĐANG TẠM NGƯNG TIẾP NHẬN</b></p>")
    if posting.ends is not None:
        lines.append(f"<p><b>Bãi bỏ từ {day(posting.ends)}</b></p>")
    lines += [
        f"<p>Phiên bản {each.version} có hiệu lực từ {day(each.start)} (SHA-256: <code>{each.sha256}</code>)</p>"
        for each in posting.coming
    ]
    return (
        '<!doctype html>\n<html lang="vi">\n<meta charset="utf-8">\n'
        f"<title>{escape(posting.document)} – niêm yết công khai</title>\n"
        + "\n".join(lines)
        + f'\n<script type="application/json" id="{SHOWN}">{facts}</script>\n</html>\n'
    )


def day(instant: str) -> str:
    """An instant with the office's offset as dd/mm/yyyy, with the hour where it is not midnight."""
    date, _, clock = instant.partition("T")
    year, month, on = date.split("-")
    told = f"{on}/{month}/{year}"
    return told if clock.startswith("00:00") else f"{clock[:5]} ngày {told}"


def _write(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    Path(name).chmod(0o644)
    Path(name).replace(path)
