"""What is typed line by line becomes goods with their number (R-GDS-01)."""

from __future__ import annotations

import pytest

from frontdesk.kit.errors import DeskError
from movein.services import read_items


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("冰箱", ("冰箱", 1, "")),
        ("冰箱 1台", ("冰箱", 1, "台")),
        ("餐椅4把", ("餐椅", 4, "把")),
        ("纸箱 × 12", ("纸箱", 12, "")),
        ("纸箱*12个", ("纸箱", 12, "个")),
        ("Chair x 4", ("Chair", 4, "")),
        ("纸箱 １２", ("纸箱", 12, "")),
        ("  双开门  冰箱  ", ("双开门 冰箱", 1, "")),
        ("3人沙发", ("3人沙发", 1, "")),
        ("iPhone15", ("iPhone15", 1, "")),
    ],
)
def test_read_a_line(text, line):
    assert read_items(text) == [line]


def test_read_leaves_out_empty_lines():
    assert [line.name for line in read_items("\n冰箱\n\n  \n餐桌\n")] == ["冰箱", "餐桌"]


@pytest.mark.parametrize("text", ["", " \n ", "纸箱 × 0", "长" * 61, "\n".join(f"第{n}件物品" for n in range(61))])
def test_read_refuses_what_is_no_list_of_goods(text):
    with pytest.raises(DeskError) as refused:
        read_items(text)
    assert refused.value.field == "items"
