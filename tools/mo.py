"""Keeps the Vietnamese and English catalogues equal to the sentences in the code: `mo.py update` and `mo.py check`."""

import argparse
import io
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

DOMAIN = "iso_qms"
LANGUAGES = ("vi", "en")
KEYWORDS = {"_": None, "N_": None, "lazy": None, "gettext": None, "ngettext": (1, 2)}


class SteadyCatalogue(Catalog):
    """A catalogue whose head names no date and no tool, for those would make every run a change."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The three lines that gettext needs."""
        return [
            ("Language", str(self.locale_identifier or "")),
            ("Plural-Forms", self.plural_forms),
            ("Content-Type", "text/plain; charset=utf-8"),
        ]


def catalogue_path(package: Path, language: str) -> Path:
    """Where the catalogue of a language lies, as `.po`; the compiled one lies beside it as `.mo`."""
    return package / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def sentences(package: Path) -> Catalog:
    """Every sentence that the package's code marks for translation."""
    template = _empty(None)
    for _, _, words, comments, context in extract_from_dir(
        package, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=("i18n:",)
    ):
        template.add(words, None, auto_comments=comments, context=context)
    return template


def _empty(language: str | None) -> Catalog:
    return SteadyCatalogue(locale=language, domain=DOMAIN, header_comment="# The sentences of iso_qms.", fuzzy=False)


def merged(package: Path, language: str) -> Catalog:
    """The sentences in the code with the translations known so far; English stands for itself."""
    known = _read(catalogue_path(package, language), language)
    result = _empty(language)
    for message in sorted(sentences(package), key=lambda each: str(each.id)):
        if not message.id:
            continue
        kept = known.get(message.id, message.context)
        words = message.id if language == "en" else _whole(kept)
        result.add(message.id, words, auto_comments=message.auto_comments, context=message.context)
    return result


def _whole(message: Message | None) -> str | tuple[str, ...] | list[str] | None:
    """A translation that can be used, else None."""
    if message is None or message.fuzzy:
        return None
    words = message.string
    return words if words and (isinstance(words, str) or all(words)) else None


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return _empty(language)
    with path.open("rb") as source:
        return read_po(source, locale=language, domain=DOMAIN)


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue as a `.po` file, without line numbers, so that moving code changes nothing."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=120, no_location=True)
    return buffer.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """The catalogue as the program loads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def faults(package: Path, language: str) -> Iterator[str]:
    """What is wrong with a catalogue, a sentence each: stale, untranslated, or with other blanks than the original."""
    path = catalogue_path(package, language)
    catalogue = merged(package, language)
    compiled = path.with_suffix(".mo")
    if not path.exists() or path.read_bytes() != as_po(catalogue):
        yield f"{path} is stale: run `make catalogues`"
    if not compiled.exists() or compiled.read_bytes() != as_mo(catalogue):
        yield f"{compiled} is stale: run `make catalogues`"
    for message in catalogue:
        if message.id:
            yield from (f"{path}: {fault}: {_singular(message)!r}" for fault in _message_faults(message))


def _message_faults(message: Message) -> Iterator[str]:
    words = _whole(message)
    if words is None:
        yield "not translated"
        return
    given = (words,) if isinstance(words, str) else words
    wanted = _blanks(message.id[-1] if isinstance(message.id, tuple | list) else message.id)
    for words in given:
        if _blanks(words) - wanted or wanted - _blanks(words) - {"count", "n"}:
            yield f"other blanks than {sorted(wanted)}"


def _blanks(words: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}
    except ValueError:
        return set()


def _singular(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else message.id


def update(package: Path) -> None:
    """Write the catalogues of both languages, translated as far as they are, and compile them."""
    for language in LANGUAGES:
        path = catalogue_path(package, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = merged(package, language)
        path.write_bytes(as_po(catalogue))
        path.with_suffix(".mo").write_bytes(as_mo(catalogue))


def main(arguments: list[str]) -> int:
    """Run one of the two jobs; `check` exits with 1 when a catalogue has a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", choices=["update", "check"])
    parser.add_argument("--package", type=Path, default=Path(__file__).parents[1] / "iso_qms")
    chosen = parser.parse_args(arguments)
    if chosen.job == "update":
        update(chosen.package)
    found = [fault for language in LANGUAGES for fault in faults(chosen.package, language)]
    print("\n".join(found) or "both catalogues are complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
