"""Words to read the register by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Count, Exists, F, IntegerField, Max, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from frontdesk.kit.calendar import local_date
from frontdesk.kit.scoping import ScopedQuerySet

if TYPE_CHECKING:
    import datetime as dt


class OfficeQuerySet(ScopedQuerySet):
    """Management offices."""

    def of_office(self, office: Any) -> Self:
        """Keep the one office itself."""
        return self if office is None else self.filter(pk=office.pk)


class BuildingQuerySet(ScopedQuerySet):
    """Buildings."""

    def with_counts(self) -> Self:
        """Add how many units and entrances each building has, and in how many units somebody is registered today."""
        units, tenures = apps.get_model("estate.Unit").objects, apps.get_model("estate.Tenure").objects
        here = tenures.current().filter(unit__building=OuterRef("pk"))
        return self.annotate(
            unit_count=_number_of(units.filter(building=OuterRef("pk")), "pk", "building"),
            entrance_count=Count("entrances"),
            occupied_count=_number_of(here, "unit", "unit__building"),
        )


class DocumentQuerySet(ScopedQuerySet):
    """Archived papers."""

    def overdue(self, on: dt.date | None = None) -> Self:
        """Keep papers that are out and should be back before a date, today by default."""
        return self.filter(loans__back_at__isnull=True, loans__due_on__lt=on or local_date())

    def with_due(self) -> Self:
        """Add the day a paper that is out shall be back (`due_on`) and who has it (`borrower`)."""
        out = Q(loans__back_at__isnull=True)
        return self.annotate(due_on=Max("loans__due_on", filter=out), borrower=Max("loans__borrower", filter=out))


class TenureQuerySet(ScopedQuerySet):
    """Who lives in or owns what, from when to when."""

    def current(self, on: dt.date | None = None) -> Self:
        """Keep those in force on a date, today by default; the last day still counts."""
        day = on or local_date()
        return self.filter(Q(starts__isnull=True) | Q(starts__lte=day)).filter(Q(ends__isnull=True) | Q(ends__gte=day))

    def past(self, on: dt.date | None = None) -> Self:
        """Keep those that have ended."""
        return self.filter(ends__lt=on or local_date())


class UnitQuerySet(ScopedQuerySet):
    """Units of all kinds, company assets among them."""

    def in_walking_order(self) -> Self:
        """Order as one walks the estate: building, entrance, floor, code."""
        return self.order_by("building__position", "building__name", "entrance__name", "floor", "code", "pk")

    def parking(self) -> Self:
        """Keep parking spaces."""
        return self.filter(kind="parking")

    def occupied(self) -> Self:
        """Keep units that somebody lives in or uses today: a current tenure of an owner or tenant."""
        return self.filter(Exists(self._tenures()))

    def vacant(self) -> Self:
        """Keep units that nobody lives in or uses today."""
        return self.exclude(Exists(self._tenures()))

    def _tenures(self) -> Any:
        tenures = apps.get_model("estate.Tenure")  # the model stands on this module
        return tenures.objects.current().filter(unit=OuterRef("pk"))


class PersonQuerySet(ScopedQuerySet):
    """Owners, tenants, family, contacts, companies."""

    def known(self) -> Self:
        """Leave out records that were merged into another."""
        return self.filter(merged_into__isnull=True)

    def with_stays(self) -> Self:
        """Read phones and today's stays along (`stays_now`), for lines that say who somebody is."""
        now = apps.get_model("estate.Tenure").objects.current().select_related("unit").order_by("unit__code", "pk")
        return self.prefetch_related("phones", Prefetch("tenures", queryset=now, to_attr="stays_now"))


class VehicleQuerySet(ScopedQuerySet):
    """Vehicles of residents."""

    def current(self) -> Self:
        """Leave out vehicles taken off the register."""
        return self.filter(removed_on__isnull=True)


class DocumentLoanQuerySet(ScopedQuerySet):
    """Who took which paper out."""

    def out(self) -> Self:
        """Keep papers that have not come back."""
        return self.filter(back_at__isnull=True)

    def overdue(self, on: dt.date | None = None) -> Self:
        """Keep papers that should have come back before a date, today by default."""
        return self.out().filter(due_on__lt=on or local_date())

    def of_person(self, user: Any) -> Self:
        """Keep what a colleague lent, or took: who took a paper is written down as a name."""
        return self.filter(Q(lent_by=user) | Q(borrower__contains=user.name))

    def latest_first(self) -> Self:
        """Order by when they went out."""
        return self.order_by(F("out_at").desc(), "-pk")


def _number_of(rows: Any, what: str, group: str) -> Coalesce:
    """Count different values in the rows of one record, beside other counts of that record."""
    counted = rows.order_by().values(group).annotate(n=Count(what, distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
