"""Whether the developer's warranty still runs: delivery of the unit plus the months of the part (R-TKT-12)."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from frontdesk.kit.calendar import local_date

if TYPE_CHECKING:
    from complaints.models import Part
    from frontdesk.estate.models import Unit

YEAR = 12


@dataclass(frozen=True)
class Warranty:
    """The warranty on one part of a unit.

    Attributes:
        part: on what.
        until: its last day; None while nobody knows when the unit was delivered.
        runs: whether it runs today.

    """

    part: Part
    until: dt.date | None
    runs: bool


def warranty_of(unit: Unit, part: Part) -> Warranty:
    """Return how the warranty on a part of a unit stands today."""
    if unit.accepted_on is None:
        return Warranty(part, None, runs=False)
    until = add_months(unit.accepted_on, part.warranty_months) - dt.timedelta(days=1)
    return Warranty(part, until, runs=until >= local_date())


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later; the last of the month where it has no such day."""
    year, month = divmod(day.year * YEAR + day.month - 1 + months, YEAR)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
