"""Tables for people: CSV and XLSX written row by row, where no cell can start a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from typing import IO, Any, Final, Protocol
from xml.sax.saxutils import escape, quoteattr

Cell = str | int | None

#: First characters that spreadsheet programs take for the beginning of a formula (OWASP, CSV injection).
_FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠")
#: Characters that XML 1.0 cannot hold; ECMA-376 part 1, 22.9.2.19 writes them as _xHHHH_.
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
MOST_ROWS: Final = 1_048_576
MOST_CHARACTERS: Final = 32_767


class Out(Protocol):
    """Takes bytes."""

    def write(self, content: bytes, /) -> Any:
        """Append some bytes."""


class CsvSheet:
    """RFC 4180 in UTF-8 with a byte order mark, so that Excel shows Vietnamese."""

    def __init__(self, out: Out) -> None:
        self._out, self._text = out, io.StringIO()
        self._writer = csv.writer(self._text, lineterminator="\r\n")
        out.write(b"\xef\xbb\xbf")

    def row(self, cells: Sequence[Cell]) -> None:
        """Write one row; text that would start a formula gets an apostrophe before it."""
        self._writer.writerow([f"'{c}" if isinstance(c, str) and c[:1] in _FORMULA else c for c in cells])
        if self._text.tell() > 1 << 16:
            self.flush()

    def flush(self) -> None:
        """Hand over what has gathered."""
        self._out.write(self._text.getvalue().encode())
        self._text.seek(0)
        self._text.truncate()


class XlsxSheet:
    """A workbook (ECMA-376) of text and whole numbers; a new sheet begins where Excel's last row is reached.

    Text stands in the cells as inline strings, which no program reads as formulas; memory does not grow with rows.
    """

    def __init__(self, out: IO[bytes], title: str, header: Sequence[str], widths: Sequence[int]) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._title, self._header, self._widths = title, list(header), widths
        self._sheets, self._rows = 0, 0
        self._sheet: IO[bytes] | None = None
        self._parts: list[str] = []

    def row(self, cells: Sequence[Cell]) -> None:
        """Write one row, with the same columns as the header."""
        if self._sheet is None or self._rows >= MOST_ROWS:
            self._next_sheet()
        self._write(cells, "")
        if len(self._parts) >= 8192:
            self._flush()

    def close(self) -> None:
        """Finish the workbook; without rows it still has its header."""
        if self._sheet is None:
            self._next_sheet()
        self._end_sheet()
        names = [self._title if n == 1 else f"{self._title} {n}" for n in range(1, self._sheets + 1)]
        for name, text in _frame(names).items():
            self._zip.writestr(name, text)
        self._zip.close()

    def _next_sheet(self) -> None:
        self._end_sheet()
        self._sheets, self._rows = self._sheets + 1, 0
        self._sheet = self._zip.open(f"xl/worksheets/sheet{self._sheets}.xml", "w")
        cols = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(self._widths, 1))
        self._parts.append(
            f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
            f'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
            f"<cols>{cols}</cols><sheetData>"
        )
        self._write(self._header, ' s="1"')

    def _end_sheet(self) -> None:
        if self._sheet is not None:
            self._parts.append(
                f'</sheetData><autoFilter ref="A1:{_column(len(self._header) - 1)}{self._rows}"/></worksheet>'
            )
            self._flush()
            self._sheet.close()

    def _write(self, cells: Sequence[Cell], style: str) -> None:
        """One row; cells stand in order, so none needs its address (ECMA-376 part 1, 18.3.1.4: `r` is optional)."""
        self._rows += 1
        parts = self._parts
        parts.append("<row>")
        for cell in cells:
            if cell is None or cell == "":
                parts.append("<c/>")
            elif isinstance(cell, int):
                parts.append(f"<c{style}><v>{cell}</v></c>")
            else:
                kept = "" if cell == cell.strip() else ' xml:space="preserve"'
                parts.append(f'<c t="inlineStr"{style}><is><t{kept}>{_xml(cell)}</t></is></c>')
        parts.append("</row>")

    def _flush(self) -> None:
        assert self._sheet is not None
        self._sheet.write("".join(self._parts).encode())
        self._parts.clear()


def _xml(text: str) -> str:
    text = text[:MOST_CHARACTERS]
    if not text.isprintable() or "_x" in text:
        text = _NOT_XML.sub(_escaped, text)
    return escape(text) if "&" in text or "<" in text or ">" in text else text


def _escaped(found: re.Match[str]) -> str:
    return f"_x{ord(found.group()):04X}_"


def _column(at: int) -> str:
    return chr(65 + at) if at < 26 else chr(64 + at // 26) + chr(65 + at % 26)


_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _frame(names: Sequence[str]) -> dict[str, str]:
    # The parts around the sheets: types, relationships, the list of sheets, two cell styles (plain, bold).
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name={quoteattr(name[:31])} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1)
    )
    targets = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers] + [("s", "styles", "styles.xml")]
    sheet_types = [(f"/xl/worksheets/sheet{n}.xml", f"{_TYPE}.worksheet+xml") for n in numbers]
    types = [("/xl/workbook.xml", f"{_TYPE}.sheet.main+xml"), ("/xl/styles.xml", f"{_TYPE}.styles+xml"), *sheet_types]
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in types)
        + "</Types>",
        "_rels/.rels": _relations([("rId1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELS}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(targets),
        "xl/styles.xml": f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/>'
        f'</font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill '
        f'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1">'
        f'<border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/>'
        f'<xf xfId="0" fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" '
        f'builtinId="0"/></cellStyles></styleSheet>',
    }


def _relations(targets: Sequence[tuple[str, str, str]]) -> str:
    inside = "".join(f'<Relationship Id="{i}" Type="{_RELS}/{kind}" Target="{target}"/>' for i, kind, target in targets)
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'
