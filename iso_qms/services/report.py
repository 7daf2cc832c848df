"""The readable report of a bundle, as PDF in Vietnamese or English: exceptions, what was in force, who decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final

from iso_qms.domain.checkpoint import Checkpoint
from iso_qms.domain.note import Note
from iso_qms.services.act_words import act_words
from iso_qms.services.bag import Bag
from iso_qms.services.logkey import LogKey
from iso_qms.services.report_words import MEANINGS, WORDS
from iso_qms.services.trail import Decided, Trail


@dataclass(frozen=True, slots=True)
class InForce:
    """A stretch in which a version governed: document, version, instants (`end` None: open), decision, entry."""

    document: str
    number: int | None
    start: datetime
    end: datetime | None
    decision: str
    pos: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What report and README say about a bundle."""

    authority: str
    note: Note
    log_key: LogKey | None
    whole: bool
    scope: tuple[str, str]
    trail: Trail
    names: Mapping[str, str]
    zone: tzinfo
    missing: Sequence[str] = ()
    in_force: Sequence[InForce] = field(default_factory=tuple)

    @property
    def sealed(self) -> Checkpoint:
        """The checkpoint that the bundle is sealed with."""
        return Checkpoint.parse(self.note.text)

    @property
    def signed(self) -> bool:
        """Whether the journal's own key signed the checkpoint."""
        return self.log_key is not None and any(s.is_by(self.log_key.key) for s in self.note.signatures)

    def who(self, actor: str) -> str:
        """The name where it may be shown, else the pseudonymous id."""
        return self.names.get(actor, actor)

    def when(self, instant: datetime) -> str:
        """An instant for print, in the office's zone with its offset."""
        local = instant.astimezone(self.zone)
        offset = f"{local:%z}"
        return f"{local:%d/%m/%Y %H:%M:%S} {offset[:3]}:{offset[3:]}"


def write_report(bag: Bag, facts: Facts, lang: str) -> bool:
    """Write report.pdf; False where the typesetter is not installed (extra `reports`)."""
    pdf = pdf_of(_TEMPLATE, report_facts(facts, lang))
    if pdf is not None:
        bag.put("report.pdf", pdf)
    return pdf is not None


def pdf_of(template: str, facts: object) -> bytes | None:
    """A PDF by typst, None where it is not installed."""
    from iso_qms.documents.printing.typeset import typeset

    try:
        return typeset(template, facts)
    except ImportError:
        return None


def report_facts(facts: Facts, lang: str) -> dict[str, Any]:
    """Everything the template prints, as text."""
    at = int(lang == "en")

    def say(name: str, **filled: object) -> str:
        return WORDS[name][at].format(**filled)

    exceptions = [[str(pos), facts.when(t), facts.who(who), words[at]] for pos, t, who, words in facts.trail.exceptions]
    exceptions += [["–", "–", "–", say("missing", digest=digest)] for digest in facts.missing]
    exceptions += [["–", "–", "–", say("impossible", code=_code(facts, key))] for key in facts.trail.impossible]
    if facts.trail.entered_by_others:
        exceptions.append(["–", "–", "–", say("entered", count=facts.trail.entered_by_others)])
    return {
        "title": say("title"),
        "about": _about(facts, say, facts.scope[at]),
        "proves": say("whole" if facts.whole else "part"),
        "sections": [
            _section(say, "exceptions", "pos when who what", (1, 3, 3, 9), exceptions),
            _section(
                say, "in force", "document version from until decision pos", (2, 1, 3, 3, 3, 1), _stretches(facts, say)
            ),
            _section(
                say, "decisions", "pos when document act who how digest", (1, 3, 2, 2, 3, 4, 2), _decided(facts, lang)
            ),
        ],
        "more": say("more", count=facts.trail.dropped) if facts.trail.dropped else "",
        "none": say("none"),
        "foot": f"{facts.sealed.origin} · {facts.sealed.root.hex()[:16]}",
        "page": say("page"),
    }


Say = Callable[..., str]


def _about(facts: Facts, say: Say, scope: str) -> list[list[str]]:
    sealed = facts.sealed
    key = facts.log_key.key.fingerprint if facts.signed and facts.log_key else say("unsigned")
    return [
        [say("authority"), facts.authority],
        [say("journal"), sealed.origin],
        [say("scope"), say("scope of", scope=scope, count=facts.trail.count, size=sealed.size)],
        [say("root"), sealed.root.hex()],
        [say("fingerprint"), key],
    ]


def _section(say: Say, title: str, columns: str, widths: Sequence[int], rows: list[list[str]]) -> dict[str, Any]:
    heads = [say(f"column {column}") for column in columns.split()]
    return {"title": say(title), "columns": heads, "widths": list(widths), "rows": rows}


def _stretches(facts: Facts, say: Say) -> list[list[str]]:
    rows = []
    for one in facts.in_force:
        end = facts.when(one.end) if one.end else say("open")
        version = str(one.number) if one.number is not None else say("nothing")
        rows.append([_code(facts, one.document), version, facts.when(one.start), end, one.decision, str(one.pos)])
    return rows


def _decided(facts: Facts, lang: str) -> list[list[str]]:
    rows = []
    for one in facts.trail.decisions:
        version = f" v{one.number}" if one.number is not None else ""
        rows.append(
            [
                *(str(one.pos), facts.when(one.at), f"{_code(facts, one.document)}{version}"),
                *(act_words(one.act, lang), facts.who(one.actor), _how(facts, one, lang)),
                str(one.record["data"].get("sha256", ""))[:16],
            ]
        )
    return rows


def _how(facts: Facts, one: Decided, lang: str) -> str:
    """Meaning and authority of a signature, decision number of an issue, reason of the rest."""
    data, at = one.record["data"], int(lang == "en")
    parts = [MEANINGS[data["meaning"]][at]] if data.get("meaning") in MEANINGS else []
    if data.get("principal"):
        parts.append(f"{data.get('capacity') or ''} {facts.who(data['principal'])}".strip())
    parts += [str(data[name]) for name in ("decision", "reason", "comment") if data.get(name)]
    if one.record.get("entered_by"):
        parts.append(WORDS["entered one"][at])
    return "; ".join(parts)


def _code(facts: Facts, document: str) -> str:
    return facts.trail.titles.get(document, (document, ""))[0]


_TEMPLATE: Final = """
#set page(paper: "a4", flipped: true, margin: (x: 18mm, y: 18mm), footer: context text(8pt)[
  #facts.foot #h(1fr) #facts.page #counter(page).display("1/1", both: true)])
#set text(10pt)
#set table(stroke: 0.4pt, inset: 4pt)
#align(center, text(15pt, weight: "bold", facts.title))
#table(columns: (45mm, 1fr), ..facts.about.flatten())
#block(stroke: 1pt, inset: 8pt, width: 100%, strong(facts.proves))
#for section in facts.sections [
  #heading(level: 2, outlined: false, section.title)
  #v(1mm)
  #if section.rows.len() == 0 [#facts.none] else [
    #set text(8.5pt)
    #show table.cell.where(y: 0): strong
    #table(columns: section.widths.map(width => width * 1fr), table.header(..section.columns), ..section.rows.flatten())
  ]
]
#facts.more
"""
