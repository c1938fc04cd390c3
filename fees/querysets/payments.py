"""Words to read receipts, accounts and tills by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Q, Sum

from fees.querysets.sums import rows_of, total
from frontdesk.kit.periods import Period
from frontdesk.kit.scoping import ScopedQuerySet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from decimal import Decimal

DENSE = 4
"""Units in a row are read by their range when at least one in so many is wanted."""


class PaymentQuerySet(ScopedQuerySet):
    """Receipts."""

    def between(self, first: dt.date, last: dt.date) -> Self:
        """Keep what was paid on the days from–to."""
        return self.filter(Period(first, last).holds("paid_at"))

    def taken(self) -> Decimal:
        """Return what came in, less what was given back."""
        return total(self)

    def with_void(self) -> Self:
        """Say of each whether it was undone as a whole (`voided`)."""
        return self.annotate(voided=Exists(rows_of("Payment").filter(reverses=OuterRef("pk"), kind="void")))

    def by_means(self, method: str) -> Self:
        """Keep what was paid by a means, wholly or in part."""
        return self.filter(Exists(rows_of("Tender").filter(payment=OuterRef("pk"), method=method)))

    def about_unit(self, unit: Any) -> Self:
        """Keep what was paid for a unit: into its advance, or for a bill of it."""
        of_bills = rows_of("Allocation").filter(payment=OuterRef("pk"), bill__unit=unit)
        return self.filter(Q(unit=unit) | Exists(of_bills))


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

    def to_confirm_by(self, user: Any) -> Self:
        """Keep those this person has to confirm: nobody confirms their own count."""
        return self.to_confirm().exclude(cashier=user)

    def of_cashier(self, user: Any) -> Self:
        """Keep this person's own."""
        return self.filter(cashier=user)
