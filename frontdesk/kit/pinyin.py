"""Names as they are typed without switching the keyboard: full pinyin and initials."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import lazy_pinyin

# As surnames these are read otherwise than as words; the library reads them as words.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "任": "ren",
    "盖": "ge", "华": "hua", "洗": "xian", "冼": "xian", "尉": "wei", "乐": "yue", "缪": "miao", "宁": "ning",
    "翟": "zhai", "覃": "qin", "召": "shao", "折": "she", "种": "chong", "重": "chong", "秘": "bi", "员": "yun",
    "谌": "chen", "逄": "pang", "繁": "po", "瞿": "qu", "隗": "wei", "卜": "bu", "臧": "zang", "晟": "cheng",
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "令狐": "ling hu", "澹台": "tan tai", "单于": "chan yu",
}  # fmt: skip


@lru_cache(maxsize=20_000)
def spellings(name: str) -> tuple[str, str]:
    """Return the full pinyin and the initials of a name: 单小明 → ("shanxiaoming", "sxm")."""
    for length in (2, 1):
        if name[:length] in SURNAMES:
            syllables = SURNAMES[name[:length]].split() + lazy_pinyin(name[length:])
            break
    else:
        syllables = lazy_pinyin(name)
    return "".join(syllables).lower(), "".join(s[0] for s in syllables if s).lower()
