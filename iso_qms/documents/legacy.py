"""Text typed in TCVN3 fonts (.VnTime and its kin), as offices did before Unicode, made readable.

The table is TCVN 5712:1993, form VN3 ("ABC"): one byte per letter, shown by the fonts as Vietnamese, stored as Latin-1.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from iso_qms.documents.blocks import Block, Cell, Content, Paragraph, Table
from iso_qms.documents.problems import problem

_PAIRS = (
    *("µà", "¸á", "¶ả", "·ã", "¹ạ", "¨ă", "»ằ", "¾ắ", "¼ẳ", "½ẵ", "Æặ", "©â", "Çầ", "Êấ", "Èẩ", "Éẫ", "Ëậ", "®đ"),
    *("Ìè", "Ðé", "Îẻ", "Ïẽ", "Ñẹ", "ªê", "Òề", "Õế", "Óể", "Ôễ", "Öệ", "×ì", "Ýí", "Øỉ", "Üĩ", "Þị"),
    *("ßò", "ãó", "áỏ", "âõ", "äọ", "«ô", "åồ", "èố", "æổ", "çỗ", "éộ", "¬ơ", "êờ", "íớ", "ëở", "ìỡ", "îợ"),
    *("ïù", "óú", "ñủ", "òũ", "ôụ", "\u00adư", "õừ", "øứ", "öử", "÷ữ", "ùự", "úỳ", "ýý", "ûỷ", "üỹ", "þỵ"),
    *("¡Ă", "¢Â", "£Ê", "¤Ô", "¥Ơ", "¦Ư", "§Đ"),
)
_TABLE = {ord(pair[0]): pair[1] for pair in _PAIRS}
# Signs that stand inside words in TCVN3 text and in no other.
_INSIDE = re.compile(r"[A-Za-z][µ¸¶·¹¨»¾¼½©ª«¬\u00ad]|®[A-Za-zµ¸¶·¹¨©ª«¬]")
_VIETNAMESE = re.compile(r"[ạ-ỹẠ-Ỹăđơưʼ]")
_FEWEST = 5


def in_tcvn3(text: str) -> bool:
    """Whether a text is TCVN3: its signs inside words, and no letter that only Unicode Vietnamese has."""
    found = len(_INSIDE.findall(text))
    return found >= _FEWEST and found * 100 >= len(text.split()) and _VIETNAMESE.search(text) is None


def decoded(text: str) -> str:
    """TCVN3 text in Unicode (NFC); capitals of the ``…H`` fonts come out small, for their codes are the same."""
    return unicodedata.normalize("NFC", text.translate(_TABLE))


def restored(content: Content) -> Content:
    """The content with TCVN3 text made Unicode and said so; any other content as it is."""
    if not in_tcvn3(content.text):
        return content
    parts = tuple(replace(part, blocks=_blocks(part.blocks)) for part in content.parts)
    problems = tuple(found for found in content.problems if found.code != "legacy-font")
    return replace(content, parts=parts, problems=(problem("decoded"), *problems))


def _blocks(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(_table(block) if isinstance(block, Table) else _paragraph(block) for block in blocks)


def _paragraph(block: Paragraph) -> Paragraph:
    return replace(block, text=decoded(block.text), deleted=decoded(block.deleted))


def _table(table: Table) -> Table:
    return Table(tuple(tuple(_cell(cell) for cell in row) for row in table.rows))


def _cell(cell: Cell) -> Cell:
    return replace(cell, blocks=_blocks(cell.blocks))
