"""Words to read meters by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from frontdesk.kit.periods import month_of
from frontdesk.kit.scoping import ScopedQuerySet

if TYPE_CHECKING:
    import datetime as dt


class MeterQuerySet(ScopedQuerySet):
    """Meters."""

    def in_use(self) -> Self:
        """Keep those that hang."""
        return self.filter(removed_on__isnull=True)

    def with_last_reading(self) -> Self:
        """Add the day and figure of the last reading: `last_on`, `last_value`; of one never read, when installed."""
        rows: Any = self.model._meta.get_field("readings").related_model
        last = rows._base_manager.filter(meter=OuterRef("pk")).order_by("-read_on")
        return self.annotate(
            last_on=Coalesce(Subquery(last.values("read_on")[:1]), F("installed_on")),
            last_value=Coalesce(Subquery(last.values("value")[:1]), F("first_reading")),
        )

    def unread_since(self, day: dt.date) -> Self:
        """Keep those in use that were not read from a day on."""
        rows: Any = self.model._meta.get_field("readings").related_model
        read = rows._base_manager.filter(read_on__gte=day)
        return self.in_use().filter(installed_on__lt=day).exclude(pk__in=read.values("meter"))


class MeterReadingQuerySet(ScopedQuerySet):
    """What was read."""

    def of_units(self) -> Self:
        """Keep those of units' own meters."""
        return self.filter(meter__unit__isnull=False)

    def to_confirm(self) -> Self:
        """Keep the unusually high ones nobody has looked at."""
        return self.filter(is_abnormal=True, confirmed_by__isnull=True)

    def unsettled(self) -> Self:
        """Keep what has neither been billed nor become part of a cost."""
        return self.filter(bill__isnull=True, cost__isnull=True)

    def to_bill(self, month: dt.date) -> Self:
        """Keep what the bills of a month are made of: of units' meters, something used, looked at where unusual."""
        rows = self.of_units().unsettled().filter(used__gt=0, read_on__range=(month, month_of(month).last))
        return rows.exclude(is_abnormal=True, confirmed_by__isnull=True)
