"""Where the repository is and what it holds."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "iso_qms"


def tracked() -> list[Path]:
    """The files under version control, or every file where this is no checkout."""
    asked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if asked.returncode:
        return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    return [path for name in asked.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def modules(under: Path = PACKAGE) -> list[Path]:
    """The Python modules of the package that are more than an empty marker."""
    return [path for path in sorted(under.rglob("*.py")) if path.read_text(encoding="utf-8").strip()]
