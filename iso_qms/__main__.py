"""Starts `iso-qms`; what machines ask all day is answered without loading the whole program."""

from __future__ import annotations

import sys

UNHEARD = 141
"""Exit code when nobody reads the answer any more: 128 + SIGPIPE, as shells have it."""


def main() -> int:
    """Run the command line; the exit code."""
    words = sys.argv[1:]
    if words == ["--version"]:
        from iso_qms._version import __version__

        print(f"iso-qms {__version__}")
        return 0
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = shown(words) if words == ["--help"] else checked(words) if "check" in words else None
    except BrokenPipeError:  # the reader has gone away, as after `| head -1`: that is no yes
        code = UNHEARD
    except Exception:  # the whole program has words for every trouble, and a file for defects
        code = None
    if code is not None:
        _leave(code)
    from iso_qms.faces.cli.running import run

    return run(words)


def shown(words: list[str]) -> int | None:
    """Show the overview of all commands; None where the settings make no sense."""
    from iso_qms.domain.errors import QmsError
    from iso_qms.faces import i18n, settings
    from iso_qms.faces.cli.overview import overview

    try:
        i18n.use(settings.load({}).lang)
    except QmsError:
        return None
    print(overview())
    return 0


def checked(words: list[str]) -> int | None:
    """Answer a plain check out of a SQLite file; the exit code, None where the whole program has to look at it."""
    from iso_qms.faces.cli.quick import question

    asked = question(words)
    if asked is None:
        return None
    from iso_qms.domain.check import check, unknown_document
    from iso_qms.domain.code import document_key
    from iso_qms.domain.errors import QmsError
    from iso_qms.faces.cli.decisions import EXITS, words_of
    from iso_qms.store.quick import find

    try:
        found = find(asked.file, document_key(asked.code))
    except QmsError:
        return None
    if found is None:
        return None
    at, known, action = asked.at, asked.known, asked.action
    if found.timeline is None:
        decision = unknown_document(asked.code, action=action, at=at, known=known, pos=found.last)
    else:
        decision = check(found.timeline, action=action, at=at, known=known, version=asked.version, unit=asked.unit)
    print(words_of(decision, asked.lang, asked.as_json))
    return EXITS[decision.verdict.value]


def _leave(code: int) -> None:
    """End at once: taking the interpreter down in order costs more than the answer did."""
    import os
    from contextlib import suppress

    with suppress(BrokenPipeError):
        sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
