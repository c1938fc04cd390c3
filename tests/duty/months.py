"""A month to be planned: pattern A, some people, and what each shift takes."""

from __future__ import annotations

import datetime as dt

from duty.services.problems import MonthProblem
from frontdesk.kit.models import Holiday
from tests.factories import AssignmentFactory, HeadcountFactory, RosteredFactory, UserFactory

MONTH = dt.date(2026, 12, 1)
BEFORE = dt.datetime(2026, 11, 26, 3, 0, tzinfo=dt.UTC)
"""A morning before the month: nothing of it is over."""


def day(number):
    """Return a date of December 2026."""
    return MONTH.replace(day=number)


def takes(*shifts, people=1, experienced=0):
    """Let each shift take so many on every kind of day."""
    for shift in shifts:
        for kind in Holiday.Kind:
            HeadcountFactory(shift_type=shift, day_kind=kind, people=people, experienced=experienced)


def team(office, count, **fields):
    """Put so many new colleagues on the roster."""
    people = [UserFactory(name=f"同事{number + 1}") for number in range(count)]
    for person in people:
        RosteredFactory(office=office, person=person, **fields)
    return people


def put(roster, person, shift, *days, **fields):
    """Put somebody on a shift on days of the month."""
    for number in days:
        AssignmentFactory(roster=roster, person=person, date=day(number), shift_type=shift, **fields)


def cells(roster):
    """Return who works what: name, day, short word."""
    rows = roster.assignments.select_related("person", "shift_type").order_by("person__name", "date")
    return [(row.person.name, row.date.day, row.shift_type.code if row.shift_type else "–") for row in rows]


def month_of(roster):
    """Return the month as it stands."""
    return MonthProblem.of(type(roster).objects.get(pk=roster.pk))
