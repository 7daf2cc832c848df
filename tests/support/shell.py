"""The command line as an officer uses it, in this process: what it printed and how it ended."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from iso_qms.faces import i18n
from iso_qms.faces.cli import running


@dataclass(frozen=True)
class Told:
    """What a call printed and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Shell:
    """One desk: a store, a folder of files and the settings in the environment."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._patch, self._caught = folder, monkeypatch, capsys
        for name, value in {
            "ISO_QMS_STORE": f"sqlite:///{folder / 'qms.db'}",
            "ISO_QMS_FILES": str(folder / "files"),
            "ISO_QMS_LOG": str(folder / "defects.log"),
            "ISO_QMS_LANG": "vi",
            "HOME": str(folder),
        }.items():
            monkeypatch.setenv(name, value)
        for name in ("ISO_QMS_PASSWORD", "ISO_QMS_OLD_PASSWORD", "ISO_QMS_BY", "ISO_QMS_DEBUG", "XDG_CONFIG_HOME"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.chdir(folder)

    def __call__(self, line: str | list[str], secret: str | None = None, **variables: str) -> Told:
        """Type a line; `secret` is what ISO_QMS_PASSWORD holds meanwhile."""
        words = shlex.split(line) if isinstance(line, str) else line
        words = words[1:] if words[:1] == ["iso-qms"] else words
        if secret is not None:
            variables["ISO_QMS_PASSWORD"] = secret
        self._caught.readouterr()
        with self._patch.context() as meanwhile:
            for name, value in variables.items():
                meanwhile.setenv(name, value)
            code = running.run(words)
        i18n.use("vi")
        caught = self._caught.readouterr()
        assert "Traceback" not in caught.out + caught.err
        return Told(code, caught.out, caught.err)

    def done(self, line: str | list[str], secret: str | None = None, **variables: str) -> Told:
        """Type a line that must be carried out."""
        told = self(line, secret, **variables)
        assert told.code == 0, f"{line}: {told.code} {told.out} {told.err}"
        return told
