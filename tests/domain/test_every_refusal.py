"""Every refusal that an act can raise has a test in which it is heard."""

import ast
import re
from pathlib import Path

from iso_qms.domain import acts, chain, code, errors, people, staff, text

TESTS = Path(__file__).parent
ACTING = [*Path(acts.__file__).parent.glob("*.py"), *(Path(m.__file__) for m in (staff, chain, people, code, text))]
ELSEWHERE = {
    "Conflict": "the store's answer to a second act of a kind, tests/store/test_guards.py",
    "TooLong": "raised by canonical, heard in tests/domain/test_leaf.py",
}


def raised() -> set[str]:
    """The names of all errors that the acts and the rules beside them raise."""
    found = set()
    for path in ACTING:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            if isinstance(getattr(errors, name, None), type) and issubclass(getattr(errors, name), errors.QmsError):
                found.add(name)
    return found - {"QmsError", "Refused"}


def heard() -> set[str]:
    """The names that stand in some test of the domain as what is expected."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in TESTS.glob("test_*.py"))
    return set(re.findall(r"refuses\((?:errors\.)?(\w+)\)", sources)) | set(re.findall(r"errors\.(Bad\w+)\)", sources))


def test_every_refusal_of_the_domain_is_heard_in_a_test() -> None:
    assert len(raised()) > 35
    assert raised() - heard() - set(ELSEWHERE) == set()


def test_facts_with_braces_and_control_characters_are_only_text_in_a_sentence() -> None:
    hostile = "{login} {0!r} \x1b[31m\n\u202e" + "{" * 5000
    for kind in (each for each in errors.all_errors() if each.__module__ == errors.__name__):
        names = set(re.findall(r"{(\w+)", kind.vi + kind.en))
        refusal = kind(**dict.fromkeys(names, hostile))
        for lang in ("vi", "en"):
            assert refusal.message(lang).isprintable()
            assert not names or "{login}" in refusal.message(lang)
