"""What may be asked of meters, readings and shared costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from fees.models import Meter, MeterReading, SharedCost
from fees.workflow import SharingState
from frontdesk.estate.models import Building, Office
from frontdesk.kit.calendar import local_date
from frontdesk.kit.forms.scope import offered
from frontdesk.kit.listing import ChoiceFilter, DateRangeFilter, DeskFilterSet, ModelFilter

if TYPE_CHECKING:
    from fees.querysets import MeterQuerySet, MeterReadingQuerySet

SHARED = "shared"


class OfOneOffice(DeskFilterSet):
    """Offers the office's buildings, and offices only to who looks at all of them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:
            del self.filters["office"]
        if "building" in self.filters:
            rows = offered(Building.objects.all(), self.user, self.office)
            self.filters["building"].extra["choices"] = list(rows.values_list("pk", "name"))


class MeterFilter(OfOneOffice):
    """Of what kind, whose, still to be read."""

    state = ChoiceFilter(
        label=_("State"),
        choices=[
            ("in_use", _("In use")),
            ("unread", _("Not read this month")),
            ("out", pgettext_lazy("meter", "Taken out")),
        ],
        method="in_state",
    )
    kind = ChoiceFilter(label=_("Kind"), choices=Meter.Kind.choices)
    whose = ChoiceFilter(label=_("Whose"), choices=[("own", _("Of units")), (SHARED, _("Shared"))], method="of_whom")
    building = ChoiceFilter(label=_("Building"), method="in_building")
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = Meter
        search = ("number", "unit__code", "place", "building__name")
        more = ("building",)

    def in_state(self, queryset: MeterQuerySet, _name: str, value: str) -> MeterQuerySet:
        """Keep what hangs, what was not read this month, or what is out."""
        if value == "unread":
            return queryset.unread_since(local_date().replace(day=1))
        return queryset.filter(removed_on__isnull=value == "in_use")

    def of_whom(self, queryset: MeterQuerySet, _name: str, value: str) -> MeterQuerySet:
        """Keep those of units, or the shared ones."""
        return queryset.filter(unit__isnull=value == SHARED)

    def in_building(self, queryset: MeterQuerySet, _name: str, value: str) -> MeterQuerySet:
        """Keep those of the units of a building, and those it shares."""
        return queryset.filter(unit__building=value) | queryset.filter(building=value)


class MeterReadingFilter(OfOneOffice):
    """When, of what kind, what is still to be looked at or billed."""

    state = ChoiceFilter(
        label=_("State"),
        choices=[("to_confirm", _("To be looked at")), ("unsettled", _("Not billed")), ("settled", _("Billed"))],
        method="in_state",
    )
    kind = ChoiceFilter(label=_("Kind"), choices=Meter.Kind.choices, field_name="meter__kind")
    read = DateRangeFilter(label=_("Read on"), field_name="read_on")
    whose = ChoiceFilter(label=_("Whose"), choices=[("own", _("Of units")), (SHARED, _("Shared"))], method="of_whom")
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all(), field_name="meter__office")

    class Meta:
        model = MeterReading
        search = ("meter__number", "meter__unit__code", "reason")
        more = ("whose",)

    def in_state(self, queryset: MeterReadingQuerySet, _name: str, value: str) -> MeterReadingQuerySet:
        """Keep what waits, what is not billed, or what is."""
        groups = {"to_confirm": queryset.to_confirm, "unsettled": queryset.unsettled}
        return groups[value]() if value in groups else queryset.exclude(pk__in=queryset.unsettled())

    def of_whom(self, queryset: MeterReadingQuerySet, _name: str, value: str) -> MeterReadingQuerySet:
        """Keep those of units' meters, or of shared ones."""
        return queryset.filter(meter__unit__isnull=value == SHARED)


class SharedCostFilter(OfOneOffice):
    """Draft or settled, of which building."""

    state = ChoiceFilter(label=_("State"), choices=SharingState.choices)
    building = ChoiceFilter(label=_("Building"))
    office = ModelFilter(label=_("Office"), queryset=Office.objects.all())

    class Meta:
        model = SharedCost
        search = ("name", "note", "building__name")
        more = ()
