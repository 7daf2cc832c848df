"""Files from before Unicode are read as the letters their fonts showed; later files are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from iso_qms.documents import read_file
from iso_qms.documents.legacy import _PAIRS, decoded, in_tcvn3
from tests.documents import wordxml as x

OLD = "M· hiÖu: QT-07\nLÇn ban hµnh: 02\nNgµy ban hµnh: 05/06/2009\nTiÕp nhËn hå s¬ vµ tr¶ kÕt qu¶ t¹i bé phËn mét cöa"


def test_a_file_in_tcvn3_is_read_and_said_to_have_been_decoded(tmp_path: Path) -> None:
    path = tmp_path / "cu.docx"
    path.write_bytes(x.docx(x.lines(OLD)))
    reading = read_file(path)
    assert (reading.code, reading.issue, str(reading.issue_date)) == ("QT-07", 2, "2009-06-05")
    assert "Tiếp nhận hồ sơ và trả kết quả tại bộ phận một cửa" in reading.content.text
    assert "decoded" in {problem.code for problem in reading.problems}


def test_every_small_letter_with_a_sign_has_one_place_in_the_table() -> None:
    letters = set("àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ")
    assert {pair[1] for pair in _PAIRS} == letters | set("ĂÂÊÔƠƯĐ")
    assert len({pair[0] for pair in _PAIRS}) == len(_PAIRS)


@pytest.mark.parametrize(
    "text",
    [
        "Tiếp nhận hồ sơ và trả kết quả tại bộ phận một cửa " * 5,
        "Le règlement général sur la protection des données à caractère personnel " * 5,
        "® © µm ¹ ² ³ ½ ¼ ¾ " * 20,
        "Tiep nhan ho so",
    ],
)
def test_other_texts_are_left_alone(text: str) -> None:
    assert not in_tcvn3(text)


def test_decoding_keeps_plain_letters_and_figures() -> None:
    assert decoded("QT-01 / 2025") == "QT-01 / 2025"
