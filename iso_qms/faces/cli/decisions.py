"""A decision as the command line prints it, and the exit code that goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iso_qms.faces.dates import instant_text

if TYPE_CHECKING:
    from iso_qms.domain.decision import Decision

EXITS = {"allow": 0, "warn": 0, "deny": 3, "unknown": 4}
"""Exit code by verdict."""

# Both languages stand here: loading a catalogue would cost more than the answer.
_BELOW = {
    "vi": "({verdict} {reason}, xét tại thời điểm {at}, mục nhật ký {pos})",
    "en": "({verdict} {reason}, asked for {at}, entry {pos} of the journal)",
}


def words_of(decision: Decision, lang: str, as_json: bool) -> str:
    """The decision as a sentence with its reason below, or as JSON."""
    if as_json:
        import json

        return json.dumps(decision.as_dict(lang), ensure_ascii=False, indent=2)
    below = _BELOW[lang].format(
        verdict=decision.verdict.value.upper(),
        reason=decision.reason,
        at=instant_text(decision.at),
        pos=decision.pos,
    )
    return f"{decision.message(lang)}\n{below}"


def version_of(given: str | None) -> int | str | None:
    """A version as it was typed: a number where it is one, else a label."""
    if given is None:
        return None
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else given
