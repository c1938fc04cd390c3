"""Words to read goods passes by."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db.models import Case, CharField, F, Value, When
from django.utils import timezone

from frontdesk.kit.calendar import ONE_DAY, local_date, now
from frontdesk.kit.scoping import ScopedQuerySet
from movein.workflow import OPEN, PassState

if TYPE_CHECKING:
    from frontdesk.estate.models import Unit


class GoodsPassQuerySet(ScopedQuerySet):
    """Goods passes."""

    def waiting(self) -> Self:
        """Keep those the owner is still to be asked about."""
        return self.filter(state=PassState.WAITING)

    def running(self, at: dt.datetime | None = None) -> Self:
        """Keep what still goes out, or may: waiting or issued, its time not over."""
        return self.filter(state__in=OPEN, ends_at__gt=at or now())

    def valid(self, at: dt.datetime | None = None) -> Self:
        """Keep issued passes whose time is not over."""
        return self.filter(state=PassState.ISSUED, ends_at__gt=at or now())

    def expired(self, at: dt.datetime | None = None) -> Self:
        """Keep issued passes whose time is over without anybody having come to the gate."""
        return self.filter(state=PassState.ISSUED, ends_at__lte=at or now())

    def of_day(self, day: dt.date | None = None) -> Self:
        """Keep those for one day, today by default."""
        begin = timezone.make_aware(dt.datetime.combine(day or local_date(), dt.time()))
        return self.filter(starts_at__gte=begin, starts_at__lt=begin + ONE_DAY)

    def of_unit(self, unit: Unit) -> Self:
        """Keep those of one unit, the latest first."""
        return self.filter(unit=unit).order_by("-starts_at", "-pk")

    def with_standing(self) -> Self:
        """Say of each pass how it stands, its time counted: `standing`, a state or "expired"."""
        is_over = When(state=PassState.ISSUED, ends_at__lte=now(), then=Value("expired"))
        return self.annotate(standing=Case(is_over, default=F("state"), output_field=CharField()))


class GateCheckQuerySet(ScopedQuerySet):
    """What was shown at the gate."""

    def refused(self) -> Self:
        """Keep what did not go out."""
        return self.exclude(outcome="released")
