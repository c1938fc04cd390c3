"""When a routine is due: its occurrences between two days, by the rules of calendars (RFC 5545; R-RTN-05)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from dateutil.rrule import MONTHLY, SU, WEEKLY, YEARLY, rrule

from duty.models.routines import Cycle, DayOff
from frontdesk.kit.calendar import ONE_DAY, kinds_between
from frontdesk.kit.models import Holiday
from frontdesk.kit.periods import month_of, quarter_of, year_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duty.models import Routine

LAST = -1
QUARTER_ENDS = (3, 6, 9, 12)
FURTHEST = 20 * ONE_DAY
"""No holidays last longer."""


class Occurrence(NamedTuple):
    """One time something is due; cycle, period and turn tell it from all others of its routine.

    `day` is its day by the rule, `due_on` the working day that stands for it, where the routine asks for one.
    """

    cycle: str
    period: dt.date
    turn: int
    day: dt.date
    due_on: dt.date

    @property
    def key(self) -> tuple[str, dt.date, int]:
        """What tells it from the others, whatever day it falls due on."""
        return self.cycle, self.period, self.turn


def occurrences(routine: Routine, first: dt.date, last: dt.date) -> list[Occurrence]:
    """Return what falls on the days from one to another, both included, never before the routine counts.

    Of a week's several times each is due by its Sunday, and the first week is the first whole one. A day a month has
    not is its last: the 30th of February is the 28th or 29th.
    """
    start = max(first, routine.since)
    days = _days(routine, start, last)
    due = _working_days(routine, days)
    found = [one for day in days for one in _on(routine, day, due.get(day, day))]
    return [one for one in found if one.cycle != Cycle.WEEK or one.period >= routine.since]


def period_of(cycle: str, day: dt.date) -> dt.date:
    """Return the first day of the week, month, quarter or year a day lies in."""
    if cycle in {Cycle.WEEK, Cycle.WEEKDAY}:
        return day - dt.timedelta(days=day.weekday())
    of = {Cycle.MONTH: month_of, Cycle.QUARTER: quarter_of, Cycle.YEAR: year_of}[Cycle(cycle)]
    return of(day).first


def _on(routine: Routine, day: dt.date, due_on: dt.date) -> Iterator[Occurrence]:
    turns = routine.times if routine.cycle == Cycle.WEEK else 1
    period = period_of(routine.cycle, day)
    return (Occurrence(routine.cycle, period, turn, day, due_on) for turn in range(1, turns + 1))


def _days(routine: Routine, first: dt.date, last: dt.date) -> list[dt.date]:
    rule = rrule(dtstart=_moment(first), until=_moment(last), **_rule(routine))
    return [moment.date() for moment in rule]


def _working_days(routine: Routine, days: list[dt.date]) -> dict[dt.date, dt.date]:
    """Return for each day the working day that stands for it, as the office's calendar says; none before it counts."""
    if not days or routine.on_day_off == DayOff.STAYS:
        return {}
    kinds = kinds_between(routine.office, days[0] - FURTHEST, days[-1] + FURTHEST)
    working = [day for day, kind in kinds.items() if kind in {Holiday.Kind.WORKING, Holiday.Kind.MAKE_UP}]
    if routine.on_day_off == DayOff.BEFORE:
        before = {day: next((one for one in reversed(working) if one <= day), day) for day in days}
        return {day: found if found >= routine.since else day for day, found in before.items()}
    return {day: next((one for one in working if one >= day), day) for day in days}


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
