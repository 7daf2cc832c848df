"""Procedures bent at random are read or refused; no defect shows and none takes long."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents.fuzz import trial


@pytest.mark.slow
def test_no_bent_procedure_breaks_the_reader(tmp_path: Path) -> None:
    wrong = {seed: found for seed in range(600) if (found := trial(seed, tmp_path / "tep.docx", []))}
    assert not wrong
