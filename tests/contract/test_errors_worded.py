"""Every refusal and every reason has its own stable code and a whole sentence in both languages."""

import re
import string
import unicodedata

import pytest

from iso_qms.domain import errors
from iso_qms.domain.reasons import REASONS
from tools.reference import refusals

KINDS = refusals()
FILLED = [kind for kind in KINDS if kind.__init__ is errors.QmsError.__init__]
"""The others, of the guard, take a decision or a plan and word it themselves."""
FAMILIES = (errors.BadInput, errors.Unknown, errors.Refused, errors.StoreTrouble)
ENGLISH_WORDS = re.compile(r"(?<![-\w])(?:the|is|are|not|with|which|version|document)\b")


def blanks(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def by_language(names: set[str]) -> set[str]:
    return {re.sub(r"_(?:vi|en)$", "_", name) for name in names}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_refusal_is_worded_in_both_languages_with_the_same_facts(kind: type[errors.QmsError]) -> None:
    for words in (kind.vi, kind.en):
        assert words == words.strip()
        assert unicodedata.is_normalized("NFC", words)
        assert words.endswith((".", ")"))
    assert kind.vi != kind.en
    assert not ENGLISH_WORDS.search(re.sub(r"[“{][^”}]*[”}]", "", kind.vi))
    assert by_language(blanks(kind.vi)) == by_language(blanks(kind.en))
    assert not any(name.endswith("_en") for name in blanks(kind.vi))
    assert not any(name.endswith("_vi") for name in blanks(kind.en))


@pytest.mark.parametrize("kind", FILLED, ids=lambda kind: kind.__name__)
def test_a_refusal_says_its_sentence_when_its_facts_are_given(kind: type[errors.QmsError]) -> None:
    facts = {name: f"«{name}»" for name in blanks(kind.vi) | blanks(kind.en)}
    refusal = kind(**facts)
    for language in ("vi", "en"):
        said = refusal.message(language)
        assert "{" not in said
        assert all(f"«{name}»" in said for name in blanks(getattr(kind, language)))


def test_every_refusal_has_a_code_of_its_own_and_belongs_to_one_family() -> None:
    codes = [kind.code for kind in KINDS]
    assert sorted(codes) == sorted(set(codes))
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]+", code) for code in codes)
    homeless = [kind for kind in KINDS if sum(issubclass(kind, family) for family in FAMILIES) != 1]
    assert [kind for kind in homeless if kind.__module__ != "iso_qms.guard.errors"] == []


@pytest.mark.parametrize("code", sorted(REASONS))
def test_a_reason_of_a_decision_is_worded_in_both_languages(code: str) -> None:
    words = REASONS[code]
    assert re.fullmatch(r"[A-Z][A-Z0-9_]+", code)
    assert set(words.verdicts) <= {"allow", "warn", "deny", "unknown"}
    assert words.verdicts
    for said in (words.vi, words.en):
        assert said.endswith((".", "]."))
        assert unicodedata.is_normalized("NFC", said)
    assert blanks(words.vi) == blanks(words.en)
