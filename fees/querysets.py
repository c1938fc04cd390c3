"""Words to read the books by."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, Min, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from frontdesk.kit.calendar import ONE_DAY, local_date
from frontdesk.kit.money import MoneyField
from frontdesk.kit.periods import Period, month_of
from frontdesk.kit.scoping import ScopedQuerySet

if TYPE_CHECKING:
    from collections.abc import Iterable

NOTHING = Decimal("0.00")
RUNNING_OUT = dt.timedelta(days=60)
AGES = (30, 90, 365)
"""Days overdue up to which a debt counts as young, middle, old; older than the last is a column of its own."""
DENSE = 4
"""Units in a row are read by their range when at least one in so many is wanted."""


def total(rows: Any, name: str = "amount") -> Decimal:
    """Add up a column of money; nothing comes to 0.00."""
    return rows.aggregate(total=Sum(name))["total"] or NOTHING


def _of(model: str) -> Any:
    return apps.get_model("fees", model)._default_manager.all()  # the models stand on this module


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
        return self.annotate(voided=Exists(_of("Payment").filter(reverses=OuterRef("pk"), kind="void")))

    def by_means(self, method: str) -> Self:
        """Keep what was paid by a means, wholly or in part."""
        return self.filter(Exists(_of("Tender").filter(payment=OuterRef("pk"), method=method)))

    def about_unit(self, unit: Any) -> Self:
        """Keep what was paid for a unit: into its advance, or for a bill of it."""
        of_bills = _of("Allocation").filter(payment=OuterRef("pk"), bill__unit=unit)
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


class ParkingVisitQuerySet(ScopedQuerySet):
    """Cars that came."""

    def inside(self) -> Self:
        """Keep those that are still there."""
        return self.filter(left_at__isnull=True)

    def unpaid(self) -> Self:
        """Keep those whose fee is still open."""
        return self.filter(bill__outstanding__gt=0)


class DunningCallQuerySet(ScopedQuerySet):
    """Calls about what households owe."""

    def last_promises(self) -> Self:
        """Keep each unit's latest promise: whoever promised anew is held to the new day."""
        calls = self.model._default_manager
        later = calls.filter(unit=OuterRef("unit"), pk__gt=OuterRef("pk"), promised_on__isnull=False)
        return self.filter(~Exists(later), promised_on__isnull=False)

    def broken(self, on: dt.date | None = None) -> Self:
        """Keep promises whose day has passed; whether something is still owed says the arrears list."""
        return self.last_promises().filter(promised_on__lt=on or local_date())
