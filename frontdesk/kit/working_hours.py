"""An office's working time: minutes that count between two moments, and the moment so many of them are over."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from typing import Any

from django.utils import timezone

from frontdesk.kit.calendar import ONE_DAY, Kind, kinds_between

AHEAD = 45
"""Days of the calendar read at a time."""


class WorkingHours:
    """Working minutes of one office: `opens`–`closes` on its working days, make-up workdays among them.

    With `around_the_clock` every minute counts. One instance reads each stretch of the calendar once, so make one and
    ask it often. Moments are aware; seconds count as parts of a minute and are never lost.
    """

    def __init__(self, office: Any, opens: dt.time, closes: dt.time, *, around_the_clock: bool = False) -> None:
        self.office, self.opens, self.closes = office, opens, closes
        self.around_the_clock = around_the_clock
        self._kinds: dict[dt.date, Kind] = {}
        self._working: list[dt.date] = []

    @property
    def day(self) -> int:
        """How many minutes a full day counts."""
        if self.around_the_clock:
            return 24 * 60
        return (self.closes.hour - self.opens.hour) * 60 + self.closes.minute - self.opens.minute

    def is_open(self, at: dt.datetime) -> bool:
        """Answer whether this moment counts."""
        if self.around_the_clock:
            return True
        local = at.astimezone(_zone())
        return self._works(local.date()) and self.opens <= local.time() < self.closes

    def add(self, start: dt.datetime, minutes: float) -> dt.datetime:
        """Return the moment at which `minutes` of working time since `start` are over; with none, `start` itself."""
        left = dt.timedelta(minutes=minutes)
        if self.around_the_clock or not left:
            return start + left
        day = start.astimezone(_zone()).date()
        while True:
            begins, ends = self._span(day)
            begins = max(begins, start)
            if begins < ends:
                if left <= ends - begins:
                    return begins + left
                left -= ends - begins
            day += ONE_DAY

    def back(self, end: dt.datetime, minutes: float) -> dt.datetime:
        """Return the last moment from which on `minutes` of working time lie before `end`; with none, `end` itself."""
        left = dt.timedelta(minutes=minutes)
        if self.around_the_clock or not left:
            return end - left
        day = end.astimezone(_zone()).date()
        while True:
            begins, ends = self._span(day, ahead=False)
            ends = min(ends, end)
            if begins < ends:
                if left <= ends - begins:
                    return ends - left
                left -= ends - begins
            day -= ONE_DAY

    def between(self, start: dt.datetime, end: dt.datetime) -> float:
        """Return how many working minutes lie between two moments; 0 when the second is not later."""
        if end <= start:
            return 0.0
        if self.around_the_clock:
            return (end - start).total_seconds() / 60
        self.read(start, end)
        first, last = start.astimezone(_zone()).date(), end.astimezone(_zone()).date()
        total = self._whole_days(first + ONE_DAY, last)
        for day in {first, last}:  # what is between them counts as a whole
            begins, ends = self._span(day)
            total += max(min(ends, end) - max(begins, start), dt.timedelta())
        return total.total_seconds() / 60

    def read(self, start: dt.datetime, end: dt.datetime) -> None:
        """Read the calendar between two moments with one query, so that asking about them needs no further one."""
        first, last = start.astimezone(_zone()).date(), end.astimezone(_zone()).date()
        days = (last - first).days
        if not self.around_the_clock and not all(first + ONE_DAY * i in self._kinds for i in range(days + 1)):
            self._learn(first, last)

    def _learn(self, first: dt.date, last: dt.date) -> None:
        self._kinds |= kinds_between(self.office, first, last)
        self._working = sorted(day for day, kind in self._kinds.items() if kind in (Kind.WORKING, Kind.MAKE_UP))

    def _whole_days(self, first: dt.date, end: dt.date) -> dt.timedelta:
        """Return the working time of the days from `first` up to, not with, `end`."""
        days = max(bisect_left(self._working, end) - bisect_left(self._working, first), 0)
        one = dt.datetime.combine(first, self.closes) - dt.datetime.combine(first, self.opens)
        return one * days

    def _span(self, day: dt.date, *, ahead: bool = True) -> tuple[dt.datetime, dt.datetime]:
        """Return when a day's working time begins and ends; on a day off it ends as it begins."""
        zone = _zone()
        begins = dt.datetime.combine(day, self.opens, tzinfo=zone)
        is_open = self._works(day, ahead=ahead)
        return begins, dt.datetime.combine(day, self.closes, tzinfo=zone) if is_open else begins

    def _works(self, day: dt.date, *, ahead: bool = True) -> bool:
        if day not in self._kinds:
            stretch = (day, day + ONE_DAY * AHEAD) if ahead else (day - ONE_DAY * AHEAD, day)
            self._learn(*stretch)
        return self._kinds[day] in (Kind.WORKING, Kind.MAKE_UP)


def _zone() -> dt.tzinfo:
    return timezone.get_current_timezone()
