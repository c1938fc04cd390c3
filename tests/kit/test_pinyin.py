import pytest

from frontdesk.kit.pinyin import spellings


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("张伟", "zhangwei", "zw"),
        ("单小明", "shanxiaoming", "sxm"),
        ("曾丽", "zengli", "zl"),
        ("仇英", "qiuying", "qy"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("Smith", "smith", "s"),
        ("", "", ""),
    ],
)
def test_spellings_reads_surnames_as_surnames(name, full, initials):
    assert spellings(name) == (full, initials)
