"""The next days that are not what their weekday says, as people read them: one line for the whole Spring Festival."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from frontdesk.kit.calendar import is_provisional, kinds_between, public_name
from frontdesk.kit.models import Holiday

AHEAD = dt.timedelta(days=400)
ONE_DAY = dt.timedelta(days=1)
TONES = {Holiday.Kind.STATUTORY: "ok", Holiday.Kind.MAKE_UP: "warn"}


@dataclass(frozen=True)
class Span:
    """Days in a row with the same name; `provisional` until the State Council has announced the year."""

    first: dt.date
    last: dt.date
    kind: Holiday.Kind
    name: str
    provisional: bool

    @property
    def tone(self) -> str:
        """The badge's tone."""
        return TONES[self.kind]

    @property
    def length(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1


def next_days(office: Any, today: dt.date) -> list[Span]:
    """Return the statutory holidays and make-up workdays ahead, for an office, earliest first. One query."""
    spans: list[Span] = []
    for day, kind in kinds_between(office, today, today + AHEAD).items():
        if kind not in TONES:
            continue
        new = Span(day, day, kind, public_name(day), is_provisional(day.year))
        if spans and spans[-1] == replace(new, first=spans[-1].first, last=day - ONE_DAY):
            spans[-1] = replace(spans[-1], last=day)
        else:
            spans.append(new)
    return spans
