"""What may be asked of the arrears, the letters and the bills of the ledgers."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from fees.models import Bill, DunnedBill, DunningBatch, DunningCall, DunningNotice, Tariff
from fees.querysets import AGES
from fees.services import as_month, days_of, to_be_written
from frontdesk.estate.models import Building, Office, Tenure, Unit
from frontdesk.kit.calendar import ONE_DAY, local_date
from frontdesk.kit.forms.scope import offered
from frontdesk.kit.listing import ChoiceFilter, DeskFilterSet, ModelFilter, TextFilter, YesNoFilter
from frontdesk.staff.models import User

MOST_WORDS = 8
LEVELS = DunningBatch.Level.choices
AGE_CHOICES = [("30", _("over 30 days")), ("90", _("over 90 days")), ("365", _("over a year"))]
WRITTEN = [("none", _("no letter yet")), *((str(level), label) for level, label in LEVELS)]
PROMISE = [("broken", _("promised day has passed")), ("open", _("promised, day to come")), ("none", _("no promise"))]


def buildings_of(user: Any, office: Any) -> list[tuple[Any, str]]:
    """Return the buildings this person may choose."""
    return list(offered(Building.objects.all(), user, office).values_list("pk", "name"))


def stewards_of(user: Any, office: Any) -> list[tuple[Any, str]]:
    """Return the stewards of those buildings."""
    buildings = offered(Building.objects.all(), user, office).filter(steward__isnull=False)
    people = User.objects.filter(pk__in=buildings.values("steward")).order_by("name", "pk")
    return [(pk, name or account) for pk, name, account in people.values_list("pk", "name", "username")]


class ArrearsFilter(DeskFilterSet):
    """Where, whose steward, how old, what was written, what was promised; rows are households."""

    building = ChoiceFilter(label=_("Building"), field_name="unit__building")
    steward = ChoiceFilter(label=_("Steward"), field_name="unit__building__steward")
    age = ChoiceFilter(label=_("Age of the debt"), choices=AGE_CHOICES, method="of_age")
    due = ChoiceFilter(label=_("Letter due"), choices=LEVELS, method="with_letter_due")
    level = ChoiceFilter(label=_("Letter written"), choices=WRITTEN, method="written")
    promise = ChoiceFilter(label=_("Promise"), choices=PROMISE, method="promised")
    disputed = YesNoFilter(label=_("Disputed"), method="with_dispute")
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all(), field_name="unit__office")

    class Meta:
        model = Bill
        search = ("unit__code",)
        more = ("disputed",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["building"].extra["choices"] = buildings_of(self.user, self.office)
        self.filters["steward"].extra["choices"] = stewards_of(self.user, self.office)
        if self.office is not None:
            del self.filters["office"]

    def search(self, queryset: Any, name: str, value: str) -> Any:  # noqa: ARG002 - django-filter's signature
        """Keep households by code or owner, found apart so that no join doubles what they owe."""
        for word in value.split()[:MOST_WORDS]:
            owners = Tenure.objects.current().filter(role=Tenure.Role.OWNER, person__name__icontains=word)
            units = Unit.objects.filter(Q(code__icontains=word) | Q(pk__in=owners.values("unit")))
            queryset = queryset.filter(unit__in=units.values("pk"))
        return queryset

    def of_age(self, queryset: Any, _name: str, value: str) -> Any:
        """Keep households of whose debts one is older."""
        ages = {str(age): local_date() - ONE_DAY * age for age in AGES}
        return queryset.filter(oldest__lt=ages[value])

    def with_letter_due(self, queryset: Any, _name: str, value: str) -> Any:
        """Keep households to which a batch of this level would write today."""
        level = int(value)
        rows = to_be_written(offered(Bill.objects.all(), self.user, self.office), level, days_of(self.office)[level])
        return queryset.filter(unit__in=rows.values("unit"))

    def written(self, queryset: Any, _name: str, value: str) -> Any:
        """Keep households by the highest letter about what is still open."""
        rows = DunnedBill.objects.filter(bill__outstanding__gt=0).order_by()
        if value == "none":
            return queryset.exclude(unit__in=rows.values("bill__unit"))
        highest = rows.values("bill__unit").annotate(highest=Max("level")).filter(highest=int(value))
        return queryset.filter(unit__in=highest.values("bill__unit"))

    def promised(self, queryset: Any, _name: str, value: str) -> Any:
        """Keep households by their last promise."""
        last = DunningCall.objects.last_promises()
        if value == "none":
            return queryset.exclude(unit__in=last.values("unit"))
        chosen = last.filter(promised_on__lt=local_date()) if value == "broken" else last.filter(
            promised_on__gte=local_date()
        )  # fmt: skip
        return queryset.filter(unit__in=chosen.values("unit"))

    def with_dispute(self, queryset: Any, _name: str, value: bool) -> Any:  # noqa: FBT001 - django-filter's signature
        """Keep households that contest something, or that do not."""
        return queryset.filter(disputed__gt=0) if value else queryset.filter(disputed__isnull=True)


class DunningBatchFilter(DeskFilterSet):
    """Which level."""

    level = ChoiceFilter(label=_("Level"), choices=LEVELS)

    class Meta:
        model = DunningBatch
        search = ("chosen", "made_by__name")


class DunningNoticeFilter(DeskFilterSet):
    """Whose letter."""

    class Meta:
        model = DunningNotice
        search = ("number", "unit__code", "addressee")


class LedgerBillFilter(DeskFilterSet):
    """From which month to which, where, for what, open or paid."""

    first = TextFilter(label=_("From month"), method="from_month", max_length=7)
    last = TextFilter(label=_("To month"), method="to_month", max_length=7)
    building = ChoiceFilter(label=_("Building"), method="in_building")
    tariff = ChoiceFilter(label=_("Tariff"))
    kind = ChoiceFilter(label=_("Kind"), field_name="tariff__kind", choices=Tariff.Kind.choices)
    state = ChoiceFilter(
        label=_("State"),
        choices=[("open", _("Something is open")), ("paid", _("Paid")), ("part", _("Something was paid"))],
        method="in_state",
    )

    class Meta:
        model = Bill
        search = ("unit__code", "subject", "vehicle__plate")
        more = ("kind",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = ("null", _("no building"))
        self.filters["building"].extra["choices"] = [*buildings_of(self.user, self.office), none]
        tariffs = offered(Tariff.objects.all(), self.user, self.office)
        self.filters["tariff"].extra["choices"] = list(tariffs.values_list("pk", "name"))

    def from_month(self, queryset: Any, _name: str, value: str) -> Any:
        """Keep this month and later ones."""
        month = as_month(value)
        return queryset.filter(month__gte=month) if month else queryset

    def to_month(self, queryset: Any, _name: str, value: str) -> Any:
        """Keep this month and earlier ones."""
        month = as_month(value)
        return queryset.filter(month__lte=month) if month else queryset

    def in_building(self, queryset: Any, _name: str, value: str) -> Any:
        """Keep a building's bills, or those of no building."""
        if value == "null":
            return queryset.filter(unit__building__isnull=True)
        return queryset.filter(unit__building=value)

    def in_state(self, queryset: Any, _name: str, value: str) -> Any:
        """Keep what is open, what is paid, or of what a part was paid."""
        if value == "part":
            return queryset.filter(paid__gt=0)
        return queryset.open() if value == "open" else queryset.filter(outstanding=0)
