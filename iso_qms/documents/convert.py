"""LibreOffice as a converter: a fresh profile, a time limit, its own process group, and output that is checked."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from iso_qms.documents.errors import Unreadable
from iso_qms.documents.sniff import DOCX

_SUFFIX = {"application/msword": ".doc", "application/vnd.oasis.opendocument.text": ".odt", "application/rtf": ".rtf"}
_SUFFIX[DOCX] = ".docx"
_MEMORY = 1_000_000_000
# Debian's Liberation fonts lack 93 of 153 Vietnamese letters, yet LibreOffice takes them for Times New Roman.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<selectfont><rejectfont>
<pattern><patelt name="family"><string>Liberation Serif</string></patelt></pattern>
<pattern><patelt name="family"><string>Liberation Sans</string></patelt></pattern>
<pattern><patelt name="family"><string>Liberation Mono</string></patelt></pattern>
</rejectfont></selectfont></fontconfig>
"""
_COMPLETE_FONTS = ("Tinos-Regular.ttf", "Arimo-Regular.ttf")


def soffice() -> str | None:
    """Path of LibreOffice's program, or ``None`` where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def to_docx(data: bytes, media: str, timeout: float = 15.0) -> bytes:
    """Convert a .doc, .odt or .rtf (`media` is its type) to .docx; at most `timeout` seconds."""
    return convert(data, _SUFFIX[media], "docx:MS Word 2007 XML", timeout)


def to_pdf(data: bytes, media: str = DOCX, timeout: float = 120.0) -> bytes:
    """Convert a Word file that has passed the gate to PDF; at most `timeout` seconds."""
    return convert(data, _SUFFIX[media], "pdf:writer_pdf_Export", timeout)


def convert(data: bytes, suffix: str, target: str, timeout: float) -> bytes:
    """Run LibreOffice once over bytes; raises `Unreadable` where it is missing, fails, or takes too long.

    LibreOffice reports success over damaged files, and in a shared profile it writes nothing: the output counts.
    """
    program = soffice()
    if program is None:
        raise Unreadable(
            "needs-libreoffice",
            f"Đọc tệp {suffix} cần LibreOffice, máy này chưa cài.",
            f"Reading {suffix} files needs LibreOffice, which this machine lacks.",
            "Cài bằng: apt install libreoffice-writer — hoặc mở bằng Word và lưu lại dạng .docx.",
            "Install it with: apt install libreoffice-writer — or open the file in Word and save it as .docx.",
        )
    with tempfile.TemporaryDirectory(prefix="iso-qms-soffice-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        source = place / f"source{suffix}"
        source.write_bytes(data)
        output = place / "out"
        command = [program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", target, "--outdir", str(output), str(source)]
        _run(_limited(command), place, timeout)
        made = output / f"source.{target.split(':', 1)[0]}"
        if not made.is_file() or made.stat().st_size == 0:
            raise Unreadable(
                "not-converted",
                "LibreOffice không chuyển đổi được tệp này (tệp hỏng hoặc có mật khẩu).",
                "LibreOffice could not convert this file (it is damaged or under a password).",
                "Hãy mở bằng Word và lưu lại dạng .docx.",
                "Open it in Word and save it as .docx.",
            )
        return made.read_bytes()


def _limited(command: list[str]) -> list[str]:
    prlimit = shutil.which("prlimit")
    return [prlimit, f"--data={_MEMORY}", *command] if prlimit else command


def _run(command: list[str], place: Path, timeout: float) -> None:
    process = subprocess.Popen(
        command,
        cwd=place,
        env=_environment(place),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired as cause:
        raise Unreadable(
            "timeout",
            f"LibreOffice xử lý tệp này quá {timeout:.0f} giây nên đã dừng.",
            f"LibreOffice took more than {timeout:.0f} seconds over this file and was stopped.",
            "Hãy mở bằng Word và lưu lại dạng .docx.",
            "Open it in Word and save it as .docx.",
        ) from cause
    finally:
        # soffice leaves children behind when it is killed alone.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _environment(place: Path) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL", "TMPDIR")}
    environment["HOME"] = str(place)
    if _complete_fonts():
        fonts = place / "fonts.conf"
        fonts.write_text(_FONTS, encoding="utf-8")
        environment["FONTCONFIG_FILE"] = str(fonts)
    return environment


def _complete_fonts() -> bool:
    """Whether fonts with every Vietnamese letter stand in for those that are hidden."""
    return all(Path("/usr/share/fonts/truetype/croscore", name).exists() for name in _COMPLETE_FONTS)
