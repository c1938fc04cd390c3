"""Words to read bills and months' runs by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Min, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from fees.querysets.sums import total
from frontdesk.kit.calendar import ONE_DAY, local_date
from frontdesk.kit.money import MoneyField
from frontdesk.kit.scoping import ScopedQuerySet

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

AGES = (30, 90, 365)
"""Days overdue up to which a debt counts as young, middle, old; older than the last is a column of its own."""


class BillRunQuerySet(ScopedQuerySet):
    """Months' runs."""

    def unfinished(self) -> Self:
        """Keep those under way."""
        return self.filter(finished_at__isnull=True)

    def with_figures(self) -> Self:
        """Add how many bills a run made, what they come to with their adjustments, and what is open of them."""
        bills: Any = apps.get_model("fees", "Bill").objects.filter(source="run", office=OuterRef("office"))
        bills = bills.filter(month=OuterRef("month")).order_by().values("month")
        lines: Any = apps.get_model("fees", "Adjustment").objects.filter(
            bill__source="run", bill__office=OuterRef("office")
        )
        lines = lines.filter(bill__month=OuterRef("month")).order_by().values("bill__month")
        sums = {
            "bill_count": bills.annotate(number=Count("pk")).values("number"),
            "amount": bills.annotate(sum=Sum("amount")).values("sum"),
            "open": bills.annotate(sum=Sum("outstanding")).values("sum"),
            "adjusted": lines.annotate(sum=Sum("amount")).values("sum"),
        }
        return self.annotate(**{name: Subquery(rows) for name, rows in sums.items()})


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

    def disputed(self) -> Self:
        """Keep what the household contests."""
        return self.filter(disputed_at__isnull=False)

    def paid(self) -> Self:
        """Keep what is fully paid."""
        return self.filter(outstanding=0)

    def for_month(self, month: dt.date) -> Self:
        """Keep the bills of a month."""
        return self.filter(month=month)

    def oldest_first(self) -> Self:
        """Order as they are paid: what was due first, first (R-FEE-08)."""
        return self.order_by("due_on", "pk")

    def with_names(self) -> Self:
        """Read along what lists say of a bill."""
        return self.select_related("unit", "vehicle", "tariff")

    def by_household(self, on: dt.date | None = None) -> Any:
        """Make one row of each unit that is overdue: what it owes, since when, by age; disputed bills shown apart.

        The columns: `owed`, `oldest` (the first due day), `months`, `to_30`, `to_90`, `to_365`, `older`, `disputed`.
        """
        day = on or local_date()
        young, middle, old = (day - ONE_DAY * age for age in AGES)

        def part(**when: Any) -> Sum:
            return Sum("outstanding", filter=Q(**when))

        return (
            self.overdue(day)
            .filter(unit__isnull=False)
            .order_by()
            .values("unit")
            .annotate(
                owed=Sum("outstanding"),
                oldest=Min("due_on"),
                months=Count("month", distinct=True),
                to_30=part(due_on__gte=young),
                to_90=part(due_on__lt=young, due_on__gte=middle),
                to_365=part(due_on__lt=middle, due_on__gte=old),
                older=part(due_on__lt=old),
                disputed=part(disputed_at__isnull=False),
            )
        )

    def with_what_was_paid(self) -> Self:
        """Add what each bill comes to with its corrections (`charged`), and what was paid of that (`paid`)."""
        adjustments: Any = self.model._meta.get_field("adjustments").related_model  # the model stands on this module
        lines = adjustments._default_manager.filter(bill=OuterRef("pk")).order_by()
        more = Subquery(lines.values("bill").annotate(sum=Sum("amount")).values("sum"))
        yuan = MoneyField()
        charged = ExpressionWrapper(F("amount") + Coalesce(more, 0, output_field=yuan), output_field=yuan)
        paid = ExpressionWrapper(F("charged") - F("outstanding"), output_field=yuan)
        contested = Q(disputed_at__isnull=False)
        return self.annotate(charged=charged).annotate(
            paid=paid, is_contested=ExpressionWrapper(contested, BooleanField())
        )

    def for_services(self) -> Self:
        """Leave out what is only prepaid: no service has been given for it yet."""
        return self.exclude(tariff__kind="prepayment")

    def owed(self) -> Decimal:
        """Return what is still open in all."""
        return total(self, "outstanding")
