"""Which shift the desk is in: the office's own shifts, or those of its pattern while it has none (R-DUTY-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from duty.models import ShiftType
from duty.services.shifts import PATTERNS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from frontdesk.estate.models import Office

DAY = 24 * 60


class Shift(NamedTuple):
    """From–to in minutes of the office's day; past midnight it ends beyond it. The end belongs to the next shift."""

    starts: int
    ends: int

    def __str__(self) -> str:
        return f"{_clock(self.starts)}–{_clock(self.ends)}"

    def is_on(self, minute: int) -> bool:
        """Answer whether it is on at a minute of the day, begun today or yesterday."""
        return self.starts <= minute < self.ends or minute + DAY < self.ends


def shift_line(office: Office, at: dt.datetime) -> str:
    """Say which shift is on, or when the next one begins."""
    shifts = shifts_of(office)
    minute = at.hour * 60 + at.minute
    if on := _first(shift for shift in reversed(shifts) if shift.is_on(minute)):
        return _("Shift %(shift)s") % {"shift": on}
    coming = _first(shift for shift in shifts if minute < shift.starts) or shifts[0]
    return _("No shift now; the next begins at %(time)s") % {"time": _clock(coming.starts)}


def shifts_of(office: Office) -> list[Shift]:
    """Return an office's shifts in the order of the day."""
    own = ShiftType.objects.filter(office=office).in_use() if office.pk else ()
    rows = list(own) or [ShiftType(**ready.fields) for ready in PATTERNS[office.shift_pattern]]
    return sorted(Shift(row.start_minute, row.start_minute + row.minutes) for row in rows)


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _first(shifts: Iterable[Shift]) -> Shift | None:
    return next(iter(shifts), None)
