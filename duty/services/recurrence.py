"""When a routine is due: its occurrences between two days, by the rules of calendars (RFC 5545; R-RTN-05)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from dateutil.rrule import MONTHLY, SU, WEEKLY, YEARLY, rrule

from duty.models.routines import Cycle
from frontdesk.kit.periods import month_of, quarter_of, year_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duty.models import Routine

LAST = -1
QUARTER_ENDS = (3, 6, 9, 12)


class Occurrence(NamedTuple):
    """One time something is due; cycle, period and turn tell it from all others of its routine."""

    cycle: str
    period: dt.date
    turn: int
    due_on: dt.date

    @property
    def key(self) -> tuple[str, dt.date, int]:
        """What tells it from the others, whatever day it falls due on."""
        return self.cycle, self.period, self.turn


def occurrences(routine: Routine, first: dt.date, last: dt.date) -> list[Occurrence]:
    """Return what falls due from one day to another, both included, never before the routine counts.

    Of a week's several times each is due by its Sunday, and the first week is the first whole one. A day a month has
    not is its last: the 30th of February is the 28th or 29th.
    """
    start = max(first, routine.since)
    found = [one for day in _days(routine, start, last) for one in _on(routine, day)]
    return [one for one in found if one.cycle != Cycle.WEEK or one.period >= routine.since]


def period_of(cycle: str, day: dt.date) -> dt.date:
    """Return the first day of the week, month, quarter or year a day lies in."""
    if cycle in {Cycle.WEEK, Cycle.WEEKDAY}:
        return day - dt.timedelta(days=day.weekday())
    of = {Cycle.MONTH: month_of, Cycle.QUARTER: quarter_of, Cycle.YEAR: year_of}[Cycle(cycle)]
    return of(day).first


def _on(routine: Routine, day: dt.date) -> Iterator[Occurrence]:
    turns = routine.times if routine.cycle == Cycle.WEEK else 1
    period = period_of(routine.cycle, day)
    return (Occurrence(routine.cycle, period, turn, day) for turn in range(1, turns + 1))


def _days(routine: Routine, first: dt.date, last: dt.date) -> list[dt.date]:
    rule = rrule(dtstart=_moment(first), until=_moment(last), **_rule(routine))
    return [moment.date() for moment in rule]


def _rule(routine: Routine) -> dict[str, Any]:
    """Return the recurrence as a calendar's rule; of the wished day and the last one, the earlier counts."""
    by_day = {"bymonthday": (routine.day, LAST), "bysetpos": 1}
    rules: dict[str, dict[str, Any]] = {
        Cycle.WEEK: {"freq": WEEKLY, "byweekday": SU},
        Cycle.WEEKDAY: {"freq": WEEKLY, "byweekday": routine.weekday},
        Cycle.MONTH: {"freq": MONTHLY, **by_day},
        Cycle.QUARTER: {"freq": MONTHLY, "bymonth": QUARTER_ENDS, "bymonthday": LAST},
        Cycle.YEAR: {"freq": YEARLY, "bymonth": routine.month, **by_day},
    }
    return rules[routine.cycle]


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min)
