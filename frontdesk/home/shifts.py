"""Which shift the desk is in, by the office's pattern (R-DUTY-02)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from frontdesk.estate.models import Office

if TYPE_CHECKING:
    from collections.abc import Iterable

Pattern = Office.ShiftPattern


class Shift(NamedTuple):
    """From–to on the office's wall clock; the end itself belongs to the next shift."""

    starts: dt.time
    ends: dt.time

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"


PATTERNS: dict[str, tuple[Shift, ...]] = {
    Pattern.A: (Shift(dt.time(6), dt.time(13)), Shift(dt.time(13), dt.time(22))),
    Pattern.B: (Shift(dt.time(8, 30), dt.time(16, 30)), Shift(dt.time(16, 30), dt.time(23, 30))),
}


def shift_line(office: Office, at: dt.datetime) -> str:
    """Say which shift is on, or when the next one begins."""
    shifts = PATTERNS[office.shift_pattern]
    time = at.time()
    if on := _first(shift for shift in shifts if shift.starts <= time < shift.ends):
        return _("Shift %(shift)s") % {"shift": on}
    coming = _first(shift for shift in shifts if time < shift.starts) or shifts[0]
    return _("No shift now; the next begins at %(time)s") % {"time": f"{coming.starts:%H:%M}"}


def _first(shifts: Iterable[Shift]) -> Shift | None:
    return next(iter(shifts), None)
