"""Words for questions about rosters, shifts, leave and swaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q

from duty.workflow import AWAY, UNDECIDED, LeaveState, RosterState, SwapState
from frontdesk.kit.calendar import ONE_DAY, local_date
from frontdesk.kit.scoping import ScopedQuerySet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from frontdesk.kit.scoping import OfficeUser


class ShiftTypeQuerySet(ScopedQuerySet):
    """Kinds of shifts of an office."""

    def in_use(self) -> Self:
        """Keep those that are still planned with."""
        return self.filter(retired_at=None)


class RosteredQuerySet(ScopedQuerySet):
    """Colleagues as the roster sees them."""

    def between(self, first: dt.date, last: dt.date) -> Self:
        """Keep whoever takes part on at least one of these dates."""
        return self.filter(Q(ends=None) | Q(ends__gte=first), starts__lte=last)


class WishQuerySet(ScopedQuerySet):
    """What colleagues would like."""

    def between(self, first: dt.date, last: dt.date) -> Self:
        """Keep wishes about these dates."""
        return self.filter(date__range=(first, last))


class RosterQuerySet(ScopedQuerySet):
    """Rosters of months."""

    def published(self) -> Self:
        """Keep those colleagues may rely on."""
        return self.filter(state=RosterState.PUBLISHED)

    def readable_by(self, user: Any) -> Self:
        """Keep the published months, and of the others those of offices whose rosters this person makes."""
        ids = user.offices_where("duty.edit_roster")
        return self if ids is None else self.filter(Q(state=RosterState.PUBLISHED) | Q(office__in=ids))

    def for_month(self, month: dt.date) -> Self:
        """Keep one month's."""
        return self.filter(month=month.replace(day=1))


class AssignmentQuerySet(ScopedQuerySet):
    """Cells of rosters: who works which shift on which date."""

    def working(self) -> Self:
        """Leave out fixed days off."""
        return self.filter(shift_type__isnull=False)

    def published(self) -> Self:
        """Keep those of published rosters."""
        return self.filter(roster__state=RosterState.PUBLISHED)

    def between(self, first: dt.date, last: dt.date) -> Self:
        """Keep these dates."""
        return self.filter(date__range=(first, last))

    def around(self, at: dt.datetime) -> Self:
        """Keep the published shifts of that day and of the day before: those that may be on at a moment."""
        day = local_date(at)
        return self.published().working().between(day - ONE_DAY, day)

    def of(self, people: Iterable[Any]) -> Self:
        """Keep some colleagues' cells."""
        return self.filter(person__in=people)


class LeaveQuerySet(ScopedQuerySet):
    """Applications for leave."""

    def visible_to(self, user: OfficeUser) -> Self:
        """Keep all of the offices whose leave one looks at, elsewhere only one's own and what one wrote down."""
        rows, offices = super().visible_to(user), user.offices_where("duty.view_leave")
        mine = Q(person=user.pk) | Q(requested_by=user.pk)
        return rows if offices is None else rows.filter(Q(office__in=offices) | mine)

    def undecided_or_approved(self) -> Self:
        """Keep what is or may become an absence."""
        return self.filter(state__in=(LeaveState.REQUESTED, *AWAY))

    def approved(self) -> Self:
        """Keep those by which somebody is away."""
        return self.filter(state__in=AWAY)

    def to_decide(self) -> Self:
        """Keep what waits for the supervisor."""
        return self.filter(state=LeaveState.REQUESTED)

    def meeting(self, starts: dt.datetime, ends: dt.datetime) -> Self:
        """Keep leave of which some part lies between two moments."""
        return self.filter(starts_at__lt=ends, ends_at__gt=starts)


class SwapQuerySet(ScopedQuerySet):
    """Swaps of shifts."""

    def visible_to(self, user: OfficeUser) -> Self:
        """Keep all of the offices in which this person looks at absences, elsewhere only those one takes part in."""
        rows, offices = super().visible_to(user), user.offices_where("duty.view_leave")
        return rows if offices is None else rows.filter(Q(office__in=offices) | Q(person=user.pk) | Q(other=user.pk))

    def to_decide(self) -> Self:
        """Keep what waits for the supervisor."""
        return self.filter(state=SwapState.AGREED)

    def undecided(self) -> Self:
        """Keep those that may still come about."""
        return self.filter(state__in=UNDECIDED)

    def about(self, person: Any) -> Self:
        """Keep those a colleague takes part in."""
        return self.filter(Q(person=person) | Q(other=person))
