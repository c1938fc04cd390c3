"""The goods of a pass as they are typed: one line each, with how many where there are several (R-GDS-01)."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from frontdesk.kit.errors import DeskError
from movein.models import GoodsItem

MOST_LINES = 60
MOST = 9999
MEASURES = "台件个架张把箱包袋套只部组幅盆辆条双对块桶床捆"
COUNTED = (
    re.compile(r"(?P<name>.*\S)\s*[x*×]\s*(?P<count>[0-9]{1,4})\s*(?P<measure>\S{0,4})", re.IGNORECASE),
    re.compile(rf"(?P<name>.*[^\s0-9])\s*(?P<count>[0-9]{{1,4}})\s*(?P<measure>[{MEASURES}])"),
    re.compile(r"(?P<name>.*\S)\s+(?P<count>[0-9]{1,4})(?P<measure>)"),
)


class Line(NamedTuple):
    """One line: what, how many, counted in what."""

    name: str
    quantity: int = 1
    measure: str = ""


def read_items(text: str) -> list[Line]:
    """Return the goods of a pass from one line each: 冰箱, 椅子 4把, 纸箱 × 12.

    Raises:
        DeskError: nothing is written, too many lines, or one is too long or counts nothing.

    """
    lines = [_read(line) for line in unicodedata.normalize("NFKC", text).splitlines() if line.strip()]
    if not lines:
        raise DeskError(_("Write down what goes out, one line for each kind of thing."), field="items")
    if len(lines) > MOST_LINES:
        raise DeskError(_("At most %(count)s lines.") % {"count": MOST_LINES}, field="items")
    return lines


def _read(text: str) -> Line:
    text = " ".join(text.split())
    for shape in COUNTED:
        if found := shape.fullmatch(text):
            line = Line(found["name"].strip(), int(found["count"]), found["measure"])
            break
    else:
        line = Line(text)
    if line.quantity == 0:
        raise DeskError(_("“%(name)s”: none of it goes out.") % {"name": line.name}, field="items")
    if len(line.name) > (GoodsItem._meta.get_field("name").max_length or 0):
        raise DeskError(_("“%(name)s” is too long.") % {"name": line.name[:40]}, field="items")
    return line
