"""Starts `iso-qms`; the two questions that machines ask all day are answered without loading the whole program."""

from __future__ import annotations

import sys


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
    from iso_qms.faces.cli.running import run

    return run(words)


if __name__ == "__main__":
    sys.exit(main())
