"""Lengths of time as people type and read them: 30分, 4小时, 2天, 1h 30min; kept as whole minutes."""

from __future__ import annotations

import math
import re

from django.utils.translation import gettext as _

HOUR = 60
PART = re.compile(r"(\d{1,9}(?:\.\d{1,2})?)\s*([^\d\s.]*)\s*")
DAYS = {"d", "day", "days", "天", "日", "工作日", "个工作日"}
HOURS = {"h", "hr", "hour", "hours", "时", "小时", "个小时", "钟头", "个钟头"}
MINUTES = {"", "m", "min", "mins", "minute", "minutes", "分", "分钟"}


def parse(text: str, *, day: int) -> int | None:
    """Return the minutes somebody means, None when it cannot be told; `day` is how many minutes a day counts.

    A bare number is minutes, also behind hours: 1h30 is ninety.
    """
    rest, total = text.strip().lower(), 0.0
    if not rest:
        return None
    while rest:
        found = PART.match(rest)
        if found is None:
            return None
        number, unit = float(found[1]), found[2]
        worth = next((worth for worth, names in _worths(day) if unit in names), None)
        rest = rest[found.end() :]
        if worth is None or (rest and not unit):
            return None
        total += number * worth
    return round(total)


def said(minutes: float, *, day: int) -> str:
    """Return minutes as one reads them aloud: 2 h 10 min, from a day on 3 d 4 h; what is begun counts."""
    whole = math.ceil(minutes)
    days, rest = divmod(whole, day)
    hours, rest = divmod(rest, HOUR)
    parts = [(days, _("%(n)s d")), (hours, _("%(n)s h")), (rest, _("%(n)s min"))]
    shown = [word % {"n": number} for number, word in parts if number]
    return " ".join(shown) or _("%(n)s min") % {"n": 0}


def _worths(day: int) -> tuple[tuple[int, set[str]], ...]:
    return (1, MINUTES), (HOUR, HOURS), (day, DAYS)
