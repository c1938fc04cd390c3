"""Which contractor keeps his word, and which does not (R-TKT-12)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, Count, F, FloatField, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce, NullIf, Round

from complaints.models import Ticket
from complaints.services import measures
from complaints.services.settings import settings_of, targets_of
from complaints.workflow import UNFINISHED
from frontdesk.estate.models import Office
from frontdesk.kit.working_hours import WorkingHours

if TYPE_CHECKING:
    import datetime as dt

    from complaints.querysets import CatalogueQuerySet
    from complaints.services.periods import Period

MINUTES = 60


def ranked(contractors: CatalogueQuerySet, period: Period, *, at: dt.datetime) -> Any:
    """Say of each contractor how he stands; who is set aside and has nothing is left out.

    `overdue` and `waiting` are what is in his hands now; `received`, `in_time`, `late`, `share` (percent in time) and
    `late_hours` (working hours too late, on average of what was late) are of the tickets received in the period, which
    `asked` says in the words of the ticket list.
    """
    tickets = Ticket.objects.filter(contractor__in=contractors.order_by()).order_by().values_list("contractor")
    in_hand, finish = tickets.filter(state__in=UNFINISHED), measures.FINISH
    held = in_hand.annotate(waiting=Count("pk"), overdue=Count("pk", filter=Q(finish_due_at__lt=at)))
    counted = tickets.filter(period.holds("received_at")).annotate(
        received=Count("pk"),
        in_time=Count("pk", filter=measures.in_time(finish)),
        late=Count("pk", filter=measures.too_late(finish, at)),
    )
    # Counted by the tickets and handed back as numbers: joined to them, the contractors would be grouped over them all.
    figures: dict[str, dict[int, int]] = {"waiting": {}, "overdue": {}, "received": {}, "in_time": {}, "late": {}}
    for names, rows in ((("waiting", "overdue"), held), (("received", "in_time", "late"), counted)):
        for contractor, *numbers in rows:
            for name, number in zip(names, numbers, strict=True):
                figures[name][contractor] = number
    share = Value(100.0) * F("in_time") / NullIf(F("in_time") + F("late"), 0)
    rows = contractors.annotate(**{name: _of_each(found, 0) for name, found in figures.items()}).annotate(
        share=Round(share, output_field=FloatField()),
        late_hours=_of_each(late_hours(contractors, period, at=at), None),
        asked=Value(f"received_after={period.first}&received_before={period.last}", output_field=CharField()),
    )
    return rows.filter(Q(is_active=True) | Q(received__gt=0) | Q(waiting__gt=0))


def late_hours(contractors: CatalogueQuerySet, period: Period, *, at: dt.datetime) -> dict[int, float]:
    """Return by how many working hours each contractor's late tickets came, or are, too late on average."""
    late = Ticket.objects.filter(period.holds("received_at"), measures.too_late(measures.FINISH, at))
    late = late.filter(contractor__in=contractors.order_by()).order_by()
    rows = late.values_list(
        "contractor", "office", "kind", "urgent", "finish_due_at", Coalesce("done_at", "replied_at", Value(at))
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
