"""Where the repository is and what it holds."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "iso_qms"
MADE = {"__pycache__", "demo-store", "build", "dist", "results", "node_modules"}
"""Folders that are made and not kept, beside those whose name begins with a dot."""


def tracked() -> list[Path]:
    """The files under version control, or every file where this is no checkout."""
    git = shutil.which("git")
    asked = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False) if git else None
    if asked is None or asked.returncode:
        return [path for path in ROOT.rglob("*") if path.is_file() and not _made(path)]
    return [path for name in asked.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def _made(path: Path) -> bool:
    folders = path.relative_to(ROOT).parts[:-1]
    return any(name in MADE or (name.startswith(".") and name != ".ci") for name in folders)


def modules(under: Path = PACKAGE) -> list[Path]:
    """The Python modules of the package that are more than an empty marker."""
    return [path for path in sorted(under.rglob("*.py")) if path.read_text(encoding="utf-8").strip()]
