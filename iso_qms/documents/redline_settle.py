"""Tracked changes that a file already has, accepted, so that a redline shows only what it is asked to show."""

from __future__ import annotations

from iso_qms.documents.names import DEL, INS, MOVE_FROM, MOVE_TO, P_PR, RUN_PR, TR, TR_PR, P, w
from iso_qms.documents.package import Element

_FORMER: tuple[str, ...] = (
    w("rPrChange"),
    w("pPrChange"),
    w("tblPrChange"),
    w("tblGridChange"),
    w("trPrChange"),
    w("tcPrChange"),
)
_FORMER += (w("sectPrChange"), w("numberingChange"), w("tblPrExChange"), w("cellIns"), w("cellMerge"))
_RANGES: tuple[str, ...] = tuple(w(f"{kind}Range{end}") for kind in ("moveFrom", "moveTo") for end in ("Start", "End"))
_RANGES += tuple(
    w(f"customXml{kind}Range{end}") for kind in ("Ins", "Del", "MoveFrom", "MoveTo") for end in ("Start", "End")
)


def settle(root: Element) -> None:
    """Accept every tracked change of a part, in place."""
    marks = list(root.iter(INS, DEL, MOVE_FROM, MOVE_TO, w("cellDel"), *_FORMER, *_RANGES))
    for mark in marks:
        parent = mark.getparent()
        if parent is None:
            continue
        if mark.tag == w("cellDel"):
            _remove(parent.getparent())
        elif parent.tag == TR_PR and mark.tag in (DEL, MOVE_FROM):
            _remove(next(parent.iterancestors(TR)))
        elif parent.tag == RUN_PR and mark.tag in (DEL, MOVE_FROM) and parent.getparent().tag == P_PR:
            _join_with_next(next(parent.iterancestors(P)))
        elif mark.tag in (DEL, MOVE_FROM, *_FORMER, *_RANGES):
            _remove(mark)
        else:
            _unwrap(mark)


def _join_with_next(paragraph: Element) -> None:
    """A deleted pilcrow: what is left of the paragraph belongs to the next one, or nothing is left."""
    following = paragraph.getnext()
    properties = paragraph.find(P_PR)
    left = [child for child in paragraph if child is not properties]
    if following is not None and following.tag == P:
        place = 1 if following.find(P_PR) is not None else 0
        following[place:place] = left
        _remove(paragraph)
        return
    mark = properties.find(RUN_PR)
    for each in mark.findall(DEL) + mark.findall(MOVE_FROM):
        mark.remove(each)


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: Element) -> None:
    for child in list(element):
        element.addprevious(child)
    _remove(element)
