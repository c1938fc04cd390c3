"""Words to read the books by."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, Sum

from frontdesk.kit.calendar import local_date
from frontdesk.kit.periods import Period, month_of
from frontdesk.kit.scoping import ScopedQuerySet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

NOTHING = Decimal("0.00")
DENSE = 4
"""Units in a row are read by their range when at least one in so many is wanted."""


def total(rows: Any, name: str = "amount") -> Decimal:
    """Add up a column of money; nothing comes to 0.00."""
    return rows.aggregate(total=Sum(name))["total"] or NOTHING


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


class ReductionQuerySet(RequestQuerySet):
    """Vacancy reductions."""

    def granted(self) -> Self:
        """Keep those the manager agreed to; ended early they count up to their last day."""
        return self.filter(state__in=["approved", "ended"])


class BillRunQuerySet(ScopedQuerySet):
    """Months' runs."""

    def unfinished(self) -> Self:
        """Keep those under way."""
        return self.filter(finished_at__isnull=True)


class BillQuerySet(ScopedQuerySet):
    """Bills."""

    def open(self) -> Self:
        """Keep what is not fully paid."""
        return self.filter(outstanding__gt=0)

    def overdue(self, on: dt.date | None = None) -> Self:
        """Keep what should have been paid before a day, today by default; on its due day a bill is not overdue."""
        return self.open().filter(due_on__lt=on or local_date())

    def to_be_dunned(self, on: dt.date | None = None) -> Self:
        """Keep what is overdue and not disputed (R-FEE-10)."""
        return self.overdue(on).filter(disputed_at__isnull=True)

    def for_month(self, month: dt.date) -> Self:
        """Keep the bills of a month."""
        return self.filter(month=month)

    def oldest_first(self) -> Self:
        """Order as they are paid: what was due first, first (R-FEE-08)."""
        return self.order_by("due_on", "pk")

    def with_names(self) -> Self:
        """Read along what lists say of a bill."""
        return self.select_related("unit", "vehicle", "tariff")

    def owed(self) -> Decimal:
        """Return what is still open in all."""
        return total(self, "outstanding")


class PaymentQuerySet(ScopedQuerySet):
    """Receipts."""

    def between(self, first: dt.date, last: dt.date) -> Self:
        """Keep what was paid on the days from–to."""
        return self.filter(Period(first, last).holds("paid_at"))

    def taken(self) -> Decimal:
        """Return what came in, less what was given back."""
        return total(self)


class EntryQuerySet(ScopedQuerySet):
    """Entries of units' accounts."""

    def balance(self) -> Decimal:
        """Return what they come to."""
        return total(self)

    def balances(self, units: Iterable[Any]) -> dict[int, Decimal]:
        """Return what each of these units has, those with nothing left out."""
        wanted = {getattr(unit, "pk", unit) for unit in units}
        if not wanted:
            return {}
        first, last = min(wanted), max(wanted)
        is_dense = last - first < DENSE * len(wanted)  # most of a row of ids: the range is read faster than the list
        own = self.filter(unit__gte=first, unit__lte=last) if is_dense else self.filter(unit__in=wanted)
        rows = own.order_by().values_list("unit").annotate(sum=Sum("amount"))
        return {unit: amount for unit, amount in rows if amount and unit in wanted}


class AllocationQuerySet(ScopedQuerySet):
    """What was paid of which bill."""

    def between(self, first: dt.date, last: dt.date) -> Self:
        """Keep what was allocated on the days from–to."""
        return self.filter(Period(first, last).holds("at"))


class TillQuerySet(ScopedQuerySet):
    """Tills."""

    def open(self) -> Self:
        """Keep those that take money."""
        return self.filter(state="open")

    def to_confirm(self) -> Self:
        """Keep those a second person has still to confirm."""
        return self.filter(state="counted")
