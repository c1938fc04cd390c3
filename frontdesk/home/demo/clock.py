"""Time in the demonstration: everything happened before one moment, and by day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from random import Random

DAY_BEGINS, DAY_ENDS = dt.time(7, 30), dt.time(21, 0)
MORNING = dt.time(9, 0)
HOURS = (6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21)
LATELY = 0.05
"""Share of calls of the last three days on top of their own: work in progress is what a desk looks at."""
WEIGHTS = (1, 3, 7, 10, 9, 6, 4, 4, 7, 7, 6, 7, 8, 8, 5, 2)


def at(day: dt.date, time: dt.time) -> dt.datetime:
    """Return an aware moment of the office's wall clock."""
    return timezone.make_aware(dt.datetime.combine(day, time))


def end_of_story(now: dt.datetime) -> dt.datetime:
    """Return the last nine o'clock in the morning: what the demonstration shows is true at that moment."""
    local = timezone.localtime(now)
    day = local.date() if local.time() >= MORNING else local.date() - dt.timedelta(days=1)
    return at(day, MORNING)


def by_day(moment: dt.datetime) -> dt.datetime:
    """Move what would happen at night to the next morning."""
    local = timezone.localtime(moment)
    if local.time() > DAY_ENDS:
        local = at(local.date() + dt.timedelta(days=1), DAY_BEGINS) + dt.timedelta(minutes=local.minute)
    elif local.time() < DAY_BEGINS:
        local = at(local.date(), DAY_BEGINS) + dt.timedelta(minutes=local.minute)
    return local


def calls(random: Random, count: int, *, days: int, until: dt.datetime) -> list[dt.datetime]:
    """Draw when people call, over so many days: mornings and evenings more than noon."""
    last = until.date()
    found: list[dt.datetime] = []
    while len(found) < count:
        back = random.randrange(3) if random.random() < LATELY else random.randrange(days + 1)
        day = last - dt.timedelta(days=back)
        time = dt.time(random.choices(HOURS, WEIGHTS)[0], random.randrange(60))
        if (moment := at(day, time)) < until:
            found.append(moment)
    return sorted(found)
