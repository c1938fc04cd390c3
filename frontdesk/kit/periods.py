"""Stretches of days by which the office counts: a month, a quarter, a year, any days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from frontdesk.kit.calendar import ONE_DAY

DECEMBER = 12


@dataclass(frozen=True)
class Period:
    """From one office-local day to another, both included."""

    first: dt.date
    last: dt.date

    @property
    def since(self) -> dt.datetime:
        """The moment it begins."""
        return _midnight(self.first)

    @property
    def until(self) -> dt.datetime:
        """The moment after its end."""
        return _midnight(self.last + ONE_DAY)

    def __str__(self) -> str:
        return f"{self.first} – {self.last}"

    def holds(self, path: str) -> Q:
        """Keep rows whose moment at `path` lies in it."""
        return Q(**{f"{path}__gte": self.since, f"{path}__lt": self.until})


def month_of(day: dt.date) -> Period:
    """Return the month a day lies in."""
    first = day.replace(day=1)
    return Period(first, next_month(first) - ONE_DAY)


def quarter_of(day: dt.date) -> Period:
    """Return the quarter a day lies in."""
    first = dt.date(day.year, day.month - (day.month - 1) % 3, 1)
    return Period(first, next_month(next_month(next_month(first))) - ONE_DAY)


def year_of(day: dt.date) -> Period:
    """Return the year a day lies in."""
    return Period(dt.date(day.year, 1, 1), dt.date(day.year, 12, 31))


def month_before(day: dt.date) -> Period:
    """Return the last month that is over."""
    return month_of(day.replace(day=1) - ONE_DAY)


def next_month(first: dt.date) -> dt.date:
    """Return the first day of the month after one."""
    return dt.date(first.year + first.month // DECEMBER, first.month % DECEMBER + 1, 1)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
