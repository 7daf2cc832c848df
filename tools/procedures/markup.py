"""The small line markup of the content files, parsed into blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A paragraph; `kind` is text, head1, head2, head3, dash, plus, title, centre or right."""

    kind: str
    text: str


@dataclass(frozen=True)
class Grid:
    """A table: its header row, its rows and the relative widths of its columns."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Seats:
    """Places for signatures side by side."""

    titles: tuple[str, ...]


@dataclass(frozen=True)
class Motto:
    """The head of an administrative paper: agency and number line left, the national motto right."""

    agency: str
    number: str


@dataclass(frozen=True)
class Break:
    """A new page."""


Block = Line | Grid | Seats | Motto | Break

_PREFIXES = {
    "### ": "head3",
    "## ": "head2",
    "# ": "head1",
    "- ": "dash",
    "+ ": "plus",
    "! ": "title",
    "~ ": "centre",
    "> ": "right",
}


def parse(body: str) -> Iterator[Block]:
    """Yield the blocks of a body text; raises ValueError naming a directive that is unknown."""
    widths: tuple[float, ...] = ()
    table: list[tuple[str, ...]] = []
    for raw in [*body.splitlines(), ""]:
        line = raw.strip()
        if line.startswith("|"):
            table += _cells(line, table)
            continue
        if table:
            yield _grid(table, widths)
            table, widths = [], ()
        if line.startswith("@cột"):
            widths = tuple(float(number) for number in line.split()[1:])
        elif line:
            yield _block(line)


def _cells(line: str, above: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """One row, or `|*5|`: five empty rows as wide as the header."""
    if line.startswith("|*"):
        return [("",) * len(above[0])] * int(line.strip("|*"))
    return [tuple(cell.strip() for cell in line[1:].removesuffix("|").split("|"))]


def _grid(table: list[tuple[str, ...]], widths: tuple[float, ...]) -> Grid:
    header, *rows = table
    uneven = [row for row in rows if len(row) != len(header)]
    if uneven or len(widths or header) != len(header):
        raise ValueError(f"bảng không đều / uneven table: {header} {uneven[:1]} {widths}")
    return Grid(header, tuple(rows), widths or (1.0,) * len(header))


def _block(line: str) -> Block:
    if line.startswith("@ký "):
        return Seats(tuple(seat.strip() for seat in line[4:].split("|")))
    if line.startswith("@quốc hiệu"):
        agency, _, number = line.removeprefix("@quốc hiệu").partition("|")
        return Motto(agency.strip(), number.strip())
    if line == "@trang":
        return Break()
    if line.startswith("@"):
        raise ValueError(f"không hiểu dòng lệnh / unknown directive: {line}")
    for prefix, kind in _PREFIXES.items():
        if line.startswith(prefix):
            return Line(kind, line.removeprefix(prefix))
    return Line("text", line)
