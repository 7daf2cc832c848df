"""A step keeps its key from version to version by what it says, never by its number."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from iso_qms.documents import carry_keys


def process(*steps: tuple[str, str]) -> dict[str, Any]:
    before: list[str] = []
    made = []
    for key, content in steps:
        made.append({"key": key, "content": content, "after": list(before)})
        before = [key]
    return {"schema": "process/1", "steps": made, "exits": []}


OLD = process(
    ("tiep-nhan", "Tiếp nhận và kiểm tra hồ sơ, nhập phần mềm một cửa"),
    ("tham-dinh", "Thẩm định hồ sơ, xác minh thực tế và dự thảo kết quả"),
    ("ky-duyet", "Ký duyệt kết quả giải quyết hồ sơ"),
)


def keys(made: dict[str, Any]) -> list[str]:
    return [step["key"] for step in made["steps"]]


def test_a_step_put_in_between_takes_no_key_from_the_others() -> None:
    new = process(
        ("a", "Tiếp nhận và kiểm tra hồ sơ, nhập phần mềm một cửa điện tử"),
        ("b", "Xin ý kiến của cơ quan liên quan bằng văn bản"),
        ("c", "Thẩm định hồ sơ, xác minh thực tế và dự thảo kết quả trả lời"),
        ("d", "Ký duyệt kết quả giải quyết hồ sơ"),
    )
    made, carried = carry_keys(OLD, new)
    assert keys(made) == ["tiep-nhan", "b", "tham-dinh", "ky-duyet"]
    assert made["steps"][2]["after"] == ["b"]
    assert {pair.old for pair in carried} == set(keys(OLD))
    assert all(0.6 < pair.likeness <= 1 for pair in carried)


def test_a_new_step_under_an_old_steps_key_gets_another() -> None:
    new = process(("ky-duyet", "Niêm yết công khai tại nhà văn hóa thôn"), ("x", "Ký duyệt kết quả giải quyết hồ sơ"))
    made, _ = carry_keys(OLD, new)
    assert keys(made) == ["ky-duyet-2", "ky-duyet"]


STEPS = st.lists(st.text("abc ", min_size=1, max_size=12), min_size=0, max_size=6)


@given(STEPS, STEPS)
def test_keys_stay_distinct_and_a_process_carried_onto_itself_is_itself(old: list[str], new: list[str]) -> None:
    first = process(*((f"o{n}", text) for n, text in enumerate(old)))
    second = process(*((f"n{n}", text) for n, text in enumerate(new)))
    made, carried = carry_keys(first, second)
    assert len(set(keys(made))) == len(new)
    assert len({pair.old for pair in carried}) == len(carried)
    assert carry_keys(first, first)[0] == first
