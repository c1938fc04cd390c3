"""What a stay in the car park counts as, without the database: free time, visits, monthly cards (R-FEE-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from frontdesk.kit.calendar import local_date
from frontdesk.kit.periods import month_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

MINUTE = 60


class Figures(NamedTuple):
    """The office's own figures, in minutes; how many visits a lost ticket counts as."""

    free: int = 60
    visit: int = 720
    reentry: int = 10
    lost: int = 2


class Stay(NamedTuple):
    """From a moment to another; `until` None is without an end."""

    since: dt.datetime
    until: dt.datetime | None


def visits_in(stay: dt.timedelta, figures: Figures) -> int:
    """Return how many visits a stay counts as; parts of a second are the driver's.

    Up to and with the last free second nothing; then one visit up to and with the last second of its length; each
    further one that has begun is a visit more, without free time of its own.
    """
    seconds = max(0, int(stay.total_seconds()))
    if seconds <= figures.free * MINUTE:
        return 0
    return -(-seconds // (figures.visit * MINUTE))


def visits_of(began: dt.datetime, left: dt.datetime, covers: Iterable[Stay], figures: Figures) -> int:
    """Return the visits of a stay; what a monthly card covers is free, what lies before or after it is a stay itself.

    A card that runs out during the stay makes the rest a stay that begins at that moment.
    """
    return sum(visits_in(until - since, figures) for since, until in _uncovered(began, left, covers))


def goes_on(left: dt.datetime, back: dt.datetime, figures: Figures) -> bool:
    """Answer whether who comes back then goes on with the visit; on the last second of the time still so."""
    return 0 <= int((back - left).total_seconds()) <= figures.reentry * MINUTE


def month_stay(month: dt.date) -> Stay:
    """Return a month from its first moment to the first of the next, in the office's time."""
    whole = month_of(month)
    return Stay(whole.since, whole.until)


def months_touched(began: dt.datetime, left: dt.datetime) -> tuple[dt.date, dt.date]:
    """Return the first days of the months in which a stay began and ended."""
    return local_date(began).replace(day=1), local_date(left).replace(day=1)


def _uncovered(
    began: dt.datetime, left: dt.datetime, covers: Iterable[Stay]
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    at = began
    for since, until in sorted(covers, key=lambda one: one.since):
        if since > at:
            yield at, min(since, left)
        at = max(at, until or left)
        if at >= left:
            return
    if at < left:
        yield at, left
