"""Words about what holds from–to, and what somebody asked for."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db.models import Q

from frontdesk.kit.calendar import local_date
from frontdesk.kit.periods import month_of
from frontdesk.kit.scoping import ScopedQuerySet

RUNNING_OUT = dt.timedelta(days=60)


class InForceQuerySet(ScopedQuerySet):
    """What holds from–to."""

    def touching(self, month: dt.date) -> Self:
        """Keep what holds on a day of a month."""
        return self.filter(starts__lte=month_of(month).last).filter(Q(ends__isnull=True) | Q(ends__gte=month))

    def in_force(self, on: dt.date | None = None) -> Self:
        """Keep what holds on a day, today by default; the last day still counts."""
        day = on or local_date()
        return self.filter(starts__lte=day).filter(Q(ends__isnull=True) | Q(ends__gte=day))


class RequestQuerySet(InForceQuerySet):
    """What somebody asked for."""

    def waiting(self) -> Self:
        """Keep what nobody has decided."""
        return self.filter(state="requested")

    def to_decide_by(self, user: Any) -> Self:
        """Keep what waits for this person: nobody decides about their own request (R-FEE-09)."""
        return self.waiting().exclude(requested_by=user)


class ReductionQuerySet(RequestQuerySet):
    """Vacancy reductions."""

    def granted(self) -> Self:
        """Keep those the manager agreed to; ended early they count up to their last day."""
        return self.filter(state__in=["approved", "ended"])

    def reducing(self) -> Self:
        """Keep those by which a unit pays less today."""
        return self.granted().in_force()

    def running_out(self) -> Self:
        """Keep those that end within two months: who still stands vacant applies again."""
        today = local_date()
        return self.filter(state="approved", ends__range=(today, today + RUNNING_OUT))
