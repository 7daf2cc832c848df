"""Names of the WordprocessingML elements and attributes that the readers and writers of Word files share."""

from __future__ import annotations

W_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A_NS = "http://schemas.openxmlformats.org/drawingml/2006/main"
M_NS = "http://schemas.openxmlformats.org/officeDocument/2006/math"
MC_NS = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def w(name: str) -> str:
    """A WordprocessingML name in lxml's notation."""
    return f"{{{W_NS}}}{name}"


P, R, T, TBL, TR, TC = w("p"), w("r"), w("t"), w("tbl"), w("tr"), w("tc")
TAB, BR, CR, SYM, VANISH = w("tab"), w("br"), w("cr"), w("sym"), w("vanish")
NO_BREAK_HYPHEN, PTAB, DEL_TEXT, TEXT_BOX = w("noBreakHyphen"), w("ptab"), w("delText"), w("txbxContent")
INS, DEL, MOVE_FROM, MOVE_TO = w("ins"), w("del"), w("moveFrom"), w("moveTo")
P_PR, P_STYLE, NUM_PR, OUTLINE, NUM_ID, LEVEL = (
    w("pPr"),
    w("pStyle"),
    w("numPr"),
    w("outlineLvl"),
    w("numId"),
    w("ilvl"),
)
TC_PR, GRID_SPAN, V_MERGE, H_MERGE, TR_PR, GRID_BEFORE = (
    w("tcPr"),
    w("gridSpan"),
    w("vMerge"),
    w("hMerge"),
    w("trPr"),
    w("gridBefore"),
)
VAL, TYPE, AUTHOR, ID = w("val"), w("type"), w("author"), w("id")
RUN_PR, SECTION, ALT_CHUNK = w("rPr"), w("sectPr"), w("altChunk")
HEADER_REFERENCE, FOOTER_REFERENCE = w("headerReference"), w("footerReference")
INSTRUCTION = w("instrText")
R_ID, R_EMBED = f"{{{R_NS}}}id", f"{{{R_NS}}}embed"
ALTERNATE, CHOICE, FALLBACK = f"{{{MC_NS}}}AlternateContent", f"{{{MC_NS}}}Choice", f"{{{MC_NS}}}Fallback"
A_T, A_BLIP, M_T = f"{{{A_NS}}}t", f"{{{A_NS}}}blip", f"{{{M_NS}}}t"
V_TEXT_PATH = "{urn:schemas-microsoft-com:vml}textpath"
V_IMAGE = "{urn:schemas-microsoft-com:vml}imagedata"
