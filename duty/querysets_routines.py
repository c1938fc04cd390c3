"""Words for questions about routine work (R-RTN-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Case, F, Q, Value, When

from duty.workflow import RoutineState
from frontdesk.kit.calendar import local_date
from frontdesk.kit.scoping import ScopedQuerySet

if TYPE_CHECKING:
    import datetime as dt


class RoutineQuerySet(ScopedQuerySet):
    """What recurs."""

    def in_use(self) -> Self:
        """Leave out what was given up."""
        return self.filter(retired_at__isnull=True)

    def not_planned_until(self, day: dt.date) -> Self:
        """Keep those whose occurrences are not all on the list up to a day."""
        return self.in_use().filter(Q(planned_until__isnull=True) | Q(planned_until__lt=day))


class RoutineTaskQuerySet(ScopedQuerySet):
    """Occurrences of routines."""

    def open(self) -> Self:
        """Keep what is still to be done."""
        return self.filter(state=RoutineState.OPEN)

    def what_is_open_first(self) -> Self:
        """Say of each whether it is over, `is_over`, so that lists can begin with what is still to be done."""
        return self.annotate(is_over=Case(When(state=RoutineState.OPEN, then=Value(0)), default=Value(1)))

    def counted(self) -> Self:
        """Leave out what a change of the routine called off."""
        return self.exclude(state=RoutineState.CALLED_OFF)

    def overdue(self, today: dt.date | None = None) -> Self:
        """Keep what should have been done before today."""
        return self.open().filter(due_on__lt=today or local_date())

    def due_by(self, day: dt.date) -> Self:
        """Keep what is to be done by a day, overdue or not."""
        return self.open().filter(due_on__lte=day)

    def between(self, first: dt.date, last: dt.date) -> Self:
        """Keep what falls due from one day to another."""
        return self.filter(due_on__gte=first, due_on__lte=last)

    def of_mine(self, user: Any, office: Any) -> Self:
        """Keep what falls to somebody: named, or as the holder of a role in the office, with None in any of theirs."""
        mine = Q(person=user)
        for membership in user.active_memberships:
            if membership.office_id is not None and (office is None or membership.office_id == office.pk):
                mine |= Q(person__isnull=True, office=membership.office_id, role=membership.role)
        return self.filter(mine)

    def done_late(self) -> Self:
        """Keep what was done after its day."""
        return self.filter(state=RoutineState.DONE, done_on__gt=F("due_on"))

    def with_its_people(self) -> Self:
        """Read along what a line about an occurrence needs."""
        return self.select_related("routine", "person", "done_by")
