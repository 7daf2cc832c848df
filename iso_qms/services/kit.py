"""What every bundle carries for the one who receives it: the verifier, and in two languages how to check without us."""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import Final

from iso_qms.services.bag import Bag
from iso_qms.services.report import Facts, pdf_of


def verifier_source() -> bytes:
    """The stand-alone verifier, byte for byte as it is published."""
    return resources.files("iso_qms.evidence_kit").joinpath("verify.py").read_bytes()


def write_kit(bag: Bag, facts: Facts | None = None) -> None:
    """Put the verifier into a bag, and where the facts are known README.txt and README.pdf."""
    source = verifier_source()
    bag.put("verify.py", source)
    if facts is not None:
        text = readme(facts, hashlib.sha256(source).hexdigest())
        bag.put("README.txt", text.encode())
        pdf = pdf_of(_PAGE, {"text": text})
        if pdf is not None:
            bag.put("README.pdf", pdf)


def readme(facts: Facts, verifier_sha256: str) -> str:
    """The instructions, Vietnamese first."""
    template = resources.files("iso_qms.evidence_kit").joinpath("README.txt").read_text("utf-8")
    sealed = facts.sealed
    unsigned = "(không có chữ ký / not signed)"
    return template.format(
        authority=facts.authority,
        origin=sealed.origin,
        size=sealed.size,
        count=facts.trail.count,
        root=sealed.root.hex(),
        scope_vi=facts.scope[0],
        scope_en=facts.scope[1],
        vkey=facts.log_key.key if facts.signed and facts.log_key else unsigned,
        fingerprint=facts.log_key.key.fingerprint if facts.signed and facts.log_key else unsigned,
        verifier=verifier_sha256,
        whole_vi="toàn bộ nhật ký" if facts.whole else "MỘT PHẦN nhật ký, không chứng minh rằng không bỏ sót mục nào",
        whole_en="the whole journal"
        if facts.whole
        else "A PART of the journal; it does not prove that nothing was left out",
    )


_PAGE: Final = """
#set page(paper: "a4", margin: 18mm, footer: context align(right, text(8pt, counter(page).display("1/1", both: true))))
#set par(justify: false)
#for line in facts.text.split("\\n") [
  #if line.starts-with("    ") and line.match(regex("[^ -~]")) == none [
    #text(7pt, font: "DejaVu Sans Mono", line.slice(4)) \\
  ] else if line.starts-with("    ") [#h(4mm) #text(10pt, line.slice(4).replace(regex("  +"), ": ")) \\
  ] else if line == upper(line) and line.len() > 3 [#text(12pt, weight: "bold", line) \\
  ] else [#text(10pt, line) \\
  ]
]
"""
