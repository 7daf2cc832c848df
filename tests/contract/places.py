"""Where the repository is and what it holds."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "iso_qms"
MADE = {".venv", ".git", "__pycache__", "demo-store", "build", "dist", "results", "node_modules"} | {
    f".{tool}_cache" for tool in ("pytest", "mypy", "ruff", "import_linter")
}
"""Folders that are made and not kept."""


def tracked() -> list[Path]:
    """The files under version control, or every file where this is no checkout."""
    git = shutil.which("git")
    asked = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False) if git else None
    if asked is None or asked.returncode:
        return [path for path in ROOT.rglob("*") if path.is_file() and not MADE.intersection(path.parts)]
    return [path for name in asked.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def modules(under: Path = PACKAGE) -> list[Path]:
    """The Python modules of the package that are more than an empty marker."""
    return [path for path in sorted(under.rglob("*.py")) if path.read_text(encoding="utf-8").strip()]
