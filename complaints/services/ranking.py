"""Which contractor keeps his word, and which does not (R-TKT-12)."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, Count, F, FloatField, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce, NullIf, Round

from complaints.models import Reopening, Ticket
from complaints.querysets import carried_along
from complaints.services import measures
from complaints.services.measures import IN_TIME, LATE
from complaints.services.settings import settings_of, targets_of
from complaints.workflow import UNDER_WAY, UNFINISHED
from frontdesk.estate.models import Office
from frontdesk.kit.working_hours import WorkingHours

if TYPE_CHECKING:
    import datetime as dt

    from complaints.querysets import CatalogueQuerySet
    from frontdesk.kit.periods import Period

MINUTES = 60
FIGURES = ("waiting", "overdue", "received", "in_time", "late", "came_back")


def ranked(contractors: CatalogueQuerySet, period: Period, *, at: dt.datetime) -> Any:
    """Say of each contractor how he stands; who is set aside and has nothing is left out.

    `waiting` and `overdue` are what is his to do now; `received`, `in_time`, `late`, `came_back`, `share` (percent in
    time) and `late_hours` (working hours too late, on average of what was late) are of the tickets received in the
    period, which `asked` says in the words of the ticket list. What came back from him stays his, whoever has it since.
    """
    share = Value(100.0) * F("in_time") / NullIf(F("in_time") + F("late"), 0)
    figures = _figures(contractors, period, at)
    rows = contractors.annotate(**{name: _of_each(found, 0) for name, found in figures.items()}).annotate(
        share=Round(share, output_field=FloatField()),
        late_hours=_of_each(late_hours(contractors, period, at=at), None),
        asked=Value(f"received_after={period.first}&received_before={period.last}", output_field=CharField()),
    )
    return rows.filter(Q(is_active=True) | Q(received__gt=0) | Q(waiting__gt=0))


def _figures(contractors: CatalogueQuerySet, period: Period, at: dt.datetime) -> dict[str, dict[int, int]]:
    """Count by contractor: counted by the tickets, and handed back as numbers.

    Joined to the tickets, the contractors would be grouped over them all.
    """
    tickets = Ticket.objects.filter(contractor__in=contractors.order_by()).order_by().values_list("contractor")
    held = tickets.annotate(
        waiting=Count("pk", filter=Q(state__in=UNDER_WAY)),
        overdue=Count("pk", filter=Q(state__in=UNFINISHED, finish_due_at__lt=at) & ~carried_along()),
    )
    counted = tickets.filter(period.holds("received_at")).annotate(
        received=Count("pk"),
        in_time=Count("pk", filter=measures.ended_in_time()),
        late=Count("pk", filter=measures.ended_late(at)),
    )
    figures: dict[str, Counter[int]] = {name: Counter() for name in FIGURES}
    for names, rows in ((FIGURES[:2], held.filter(state__in=UNFINISHED)), (FIGURES[2:5], counted)):
        for contractor, *numbers in rows:
            for name, number in zip(names, numbers, strict=True):
                figures[name][contractor] = number
    _add_what_came_back(figures, contractors, period, at)
    return {name: dict(found) for name, found in figures.items()}


def _add_what_came_back(
    figures: dict[str, Counter[int]], contractors: CatalogueQuerySet, period: Period, at: dt.datetime
) -> None:
    """Let what came back count as the work it was, once per ticket, beside how it stands with him now."""
    now = measures.stands_since_opened(at)
    rows = Ticket.objects.filter(period.holds("received_at"), reopenings__contractor__in=contractors.order_by())
    rows = rows.order_by().annotate(now=now, was_due=F("reopenings__due_at"), ended=F("reopenings__ended_at"))
    back: dict[tuple[int, int], tuple[int | None, list[int]]] = {}
    for his, ticket, holder, stands, due, ended in rows.values_list(
        "reopenings__contractor", "pk", "contractor", "now", "was_due", "ended"
    ):
        was = back.setdefault((his, ticket), (stands if holder == his else None, []))[1]
        was.append(measures.stood(due, ended))
    for (his, _ticket), (stands, were) in back.items():
        counts = measures.together(stands, were)
        figures["came_back"][his] += 1
        figures["received"][his] += stands is None
        for name, standing in (("in_time", IN_TIME), ("late", LATE)):
            figures[name][his] += (counts == standing) - (stands == standing)


def late_hours(contractors: CatalogueQuerySet, period: Period, *, at: dt.datetime) -> dict[int, float]:
    """Return by how many working hours what each contractor did, or has to do, too late is too late on average."""
    theirs = contractors.order_by()
    late = Ticket.objects.filter(period.holds("received_at"), measures.ended_late(at), contractor__in=theirs).order_by()
    back = Reopening.objects.filter(period.holds("ticket__received_at"), ended_at__gt=F("due_at")).order_by()
    ended = Coalesce("done_at", "replied_at", Value(at))
    rows = late.values_list("contractor", "office", "kind", "urgent", "finish_due_at", ended).union(
        back.filter(contractor__in=theirs).values_list(
            "contractor", "ticket__office", "ticket__kind", "ticket__urgent", "due_at", "ended_at"
        ),
        all=True,
    )
    by_office = defaultdict(list)
    for contractor, office, *facts in rows:
        by_office[office].append((contractor, facts))
    hours: dict[int, list[float]] = defaultdict(list)
    for office in Office.objects.filter(pk__in=by_office):
        clocks = _clocks(office)
        found = by_office[office.pk]
        clocks[False].read(min(facts[2] for _who, facts in found), max(facts[3] for _who, facts in found))
        around = {key for key, target in targets_of(office).items() if target.around_the_clock}
        for contractor, (kind, urgent, due, end) in found:
            hours[contractor].append(clocks[(kind, urgent) in around].between(due, end) / MINUTES)
    return {contractor: sum(found) / len(found) for contractor, found in hours.items()}


def _clocks(office: Office) -> dict[bool, WorkingHours]:
    own = settings_of(office)
    return {
        around: WorkingHours(office, own.opens_at, own.closes_at, around_the_clock=around) for around in (False, True)
    }


def _of_each(found: dict[int, Any], default: int | None) -> Case:
    """Let the database sort contractors by numbers found before."""
    field = IntegerField() if default == 0 else FloatField()
    cases = (When(pk=pk, then=Value(number)) for pk, number in found.items())
    return Case(*cases, default=Value(default), output_field=field)
