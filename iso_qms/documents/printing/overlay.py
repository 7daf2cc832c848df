"""The stamp of every page of a copy, typeset at once as one transparent PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Literal

from iso_qms.documents.printing.stamp import Stamp, conversion_mark, heading, identity, watermark
from iso_qms.documents.printing.typeset import typeset

Corner = Literal["bottom-right", "bottom-left", "top-right", "top-left"]
QR_POINTS = 50.0
EDGE_POINTS = 14.0

_TEMPLATE = """
#let edge = 14pt
#let ink = rgb(150, 0, 0)
#for (i, size) in facts.sizes.enumerate() {
  let w = size.at(0) * 1pt
  let h = size.at(1) * 1pt
  page(width: w, height: h, margin: 0pt, fill: none)[
    #if facts.watermark != "" {
      let slant = -calc.atan(size.at(1) / size.at(0))
      let room = calc.sqrt(size.at(0) * size.at(0) + size.at(1) * size.at(1)) * 1pt
      let big = calc.min(72pt, room / (facts.watermark.len() * 0.62 + 2))
      place(center + horizon, rotate(slant, box(width: room, align(center,
        text(big, weight: "bold", fill: rgb(200, 0, 0, 40), facts.watermark)))))
    }
    #place(top + center, dy: edge - 4pt, box(stroke: 0.7pt + ink, inset: (x: 5pt, y: 3pt),
      text(8pt, weight: "bold", fill: ink, facts.heading)))
    #place(bottom + left, dx: 2 * edge, dy: -edge + 4pt, block(width: w - 4 * edge)[
      #set text(7pt, fill: rgb(110, 0, 0))
      #set par(leading: 0.35em)
      #if facts.notice != "" [#facts.notice #linebreak()]
      #facts.identity · Trang #(i + 1)/#facts.sizes.len()])
    #if i == 0 and facts.corner != "" {
      let (v, u) = facts.corner.split("-")
      let down = if v == "top" { edge } else { -edge - 10pt }
      let across = if u == "left" { edge } else { -edge }
      place((if v == "top" { top } else { bottom }) + (if u == "left" { left } else { right }), dx: across, dy: down,
        box(fill: white, inset: 2pt, image(bytes(sys.inputs.qr), format: "svg", width: facts.qr * 1pt)))
    }
  ]
}
"""


def qr_svg(token: str) -> str:
    """The token as a QR code (ISO/IEC 18004), drawn as SVG; level M, so that a stained corner still reads."""
    import segno

    buffer = io.BytesIO()
    segno.make(token, error="m", micro=False).save(buffer, kind="svg", border=1, xmldecl=False, svgns=True)
    return buffer.getvalue().decode()


def overlay(stamp: Stamp, sizes: Sequence[tuple[float, float]], corner: Corner, notice: str = "") -> bytes:
    """One transparent page for each of ``sizes`` (width, height in points, as the reader sees the page)."""
    notices = [notice] if notice else []
    if stamp.conversion:
        notices.append(conversion_mark(stamp.conversion, stamp.zone))
    facts = {
        "sizes": [[round(width, 2), round(height, 2)] for width, height in sizes],
        "heading": heading(stamp),
        "watermark": watermark(stamp),
        "identity": identity(stamp),
        "notice": " · ".join(notices),
        "corner": corner if stamp.token else "",
        "qr": QR_POINTS,
    }
    return typeset(_TEMPLATE, facts, {"qr": qr_svg(stamp.token)} if stamp.token else None)
