"""What was before a month and still counts: the last days worked, and the year's late, weekend and holiday shifts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q

from duty.models import Assignment, Roster, Rostered, StandIn
from duty.services.months import Kind
from frontdesk.kit.calendar import ONE_DAY, kinds_between

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from frontdesk.estate.models import Office

TAIL = 14
"""Days before the month that still bind: runs of work, rest, days off of the week before."""
SATURDAY = 5


def tails(office: Office, people: Collection[int], first: dt.date) -> dict[int, tuple[str | None, ...]]:
    """Return what people worked in the days before a month, the latest last; nothing where no roster says so."""
    since = first - ONE_DAY * TAIL
    months = Roster.objects.filter(office=office, month__gte=since.replace(day=1), month__lt=first)
    begun = min(months.values_list("month", flat=True), default=None)
    if begun is None:
        return {}
    rows = Assignment.objects.between(max(since, begun), first - ONE_DAY).filter(person__in=people)
    worked = {(p, d): t for p, d, t in rows.values_list("person", "date", "shift_type") if t is not None}
    days = [since + ONE_DAY * day for day in range(TAIL) if since + ONE_DAY * day >= begun]
    return {pk: tuple(str(worked[pk, d]) if (pk, d) in worked else None for d in days) for pk in people}


def carried(office: Office, people: Collection[int], first: dt.date) -> dict[int, dict[str, int]]:
    """Return this year's late, weekend and holiday shifts and calls as stand-in before a month, by person.

    Who came during the year is credited with what the others had on the average until then: nobody begins with a
    year's weekends to make up for.
    """
    new_year = first.replace(month=1)
    counts = counts_between(office, people, new_year, first - ONE_DAY)
    days = (first - new_year).days
    if not days:
        return counts
    rows = Rostered.objects.filter(office=office, person__in=people).order_by()
    began = rows.values_list("person").annotate(Min("starts"))
    missed = {pk: max((min(start, first) - new_year).days, 0) / days for pk, start in began}
    old = [pk for pk in people if not missed.get(pk, 1)]
    for pk, part in missed.items():
        if part and old:
            for code in ("late", "weekend", "holiday"):
                mean = sum(counts[other][code] for other in old) / len(old)
                counts[pk][code] += round(mean * part)
    return counts


def counts_between(office: Office, people: Iterable[int], first: dt.date, last: dt.date) -> dict[int, dict[str, int]]:
    """Count late, weekend and holiday shifts and calls as stand-in of people between two dates."""
    found = {pk: {"late": 0, "weekend": 0, "holiday": 0, "called": 0} for pk in people}
    if first > last:
        return found
    kinds = kinds_between(office, first, last)
    weekends = [day for day, kind in kinds.items() if kind == Kind.OFF and day.weekday() >= SATURDAY]
    holidays = [day for day, kind in kinds.items() if kind == Kind.STATUTORY]
    cells = Assignment.objects.working().between(first, last).filter(roster__office=office, person__in=list(found))
    counted = (
        cells.order_by()
        .values_list("person")
        .annotate(
            lates=Count("pk", filter=Q(shift_type__is_late=True)),
            weekends=Count("pk", filter=Q(date__in=weekends)),
            holidays=Count("pk", filter=Q(date__in=holidays)),
        )
    )
    for person, *numbers in counted:
        found[person] |= dict(zip(("late", "weekend", "holiday"), numbers, strict=True))
    called = StandIn.objects.filter(leave__office=office, person__in=list(found), date__range=(first, last)).order_by()
    for person, number in called.values_list("person").annotate(Count("pk")):
        found[person]["called"] = number
    return found
