"""What may be asked of the register's lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.models import Building, Document, Office, Person, Phone, Tenure, Unit, Vehicle
from frontdesk.estate.services import note_phone_search
from frontdesk.estate.workflow import AssetState, DocumentState
from frontdesk.kit.listing import ChoiceFilter, DateRangeFilter, DeskFilterSet, ModelFilter, YesNoFilter
from frontdesk.kit.search import PHONE_DIGITS

if TYPE_CHECKING:
    from frontdesk.estate.querysets import DocumentQuerySet, PersonQuerySet, UnitQuerySet

BUILDINGS = Building.objects.only("name", "position")


class OfOneOffice(DeskFilterSet):
    """A list whose office can be chosen by who looks at all offices."""

    office = ModelFilter(label=_("Office"), queryset=Office.objects.only("name", "code"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.office is not None:
            del self.filters["office"]


class UnitFilter(OfOneOffice):
    """Where it is, what it is, how it stands."""

    building = ModelFilter(label=_("Building"), queryset=BUILDINGS)
    kind = ChoiceFilter(label=_("Kind"), choices=Unit.Kind.choices)
    state = ChoiceFilter(label=_("State"), choices=AssetState.choices)
    lived_in = ChoiceFilter(
        label=_("Occupancy"), choices=[("occupied", _("Occupied")), ("vacant", _("Vacant"))], method="by_people"
    )

    class Meta:
        model = Unit
        search = ("code", "building__name", "note")

    def by_people(self, queryset: UnitQuerySet, _name: str, value: str) -> UnitQuerySet:
        """Keep units where somebody is registered today, or nobody."""
        return getattr(queryset, value)()


class PersonFilter(OfOneOffice):
    """Who it is, and what they are here."""

    role = ChoiceFilter(label=_("Is here as"), choices=Tenure.Role.choices, method="in_role")
    building = ModelFilter(label=_("Building"), queryset=BUILDINGS, method="in_building")
    kind = ChoiceFilter(label=_("Kind"), choices=Person.Kind.choices)

    class Meta:
        model = Person
        search = ("name",)
        more = ("kind",)

    def search(self, queryset: PersonQuerySet, name: str, value: str) -> PersonQuerySet:
        """Look into names, unit codes and, from four digits on, phones; those searches are counted."""
        del name
        note_phone_search(value, by=self.user, office=self.office)
        for word in value.split():
            found = Q(name__icontains=word) | Q(pk__in=Tenure.objects.filter(unit__code=word).values("person"))
            if word.isdecimal() and len(word) >= PHONE_DIGITS:
                found |= Q(pk__in=Phone.objects.filter(number__contains=word).values("person"))
            queryset = queryset.filter(found)
        return queryset

    def in_role(self, queryset: PersonQuerySet, _name: str, value: str) -> PersonQuerySet:
        """Keep people who are owner, tenant … of some unit today."""
        return queryset.filter(pk__in=Tenure.objects.current().filter(role=value).values("person"))

    def in_building(self, queryset: PersonQuerySet, _name: str, value: Building) -> PersonQuerySet:
        """Keep people who live or own in a building today."""
        return queryset.filter(pk__in=Tenure.objects.current().filter(unit__building=value).values("person"))


class VehicleFilter(OfOneOffice):
    """Whose car it is."""

    parked = ChoiceFilter(
        label=_("Parking space"), choices=[("with", _("With a space")), ("without", _("Without"))], method="by_space"
    )

    class Meta:
        model = Vehicle
        search = ("plate", "model", "person__name", "space__code")

    def by_space(self, queryset: Any, _name: str, value: str) -> Any:
        """Keep vehicles with or without a space of their own."""
        return queryset.filter(space__isnull=value == "without")


class DocumentFilter(OfOneOffice):
    """What paper it is, and where."""

    category = ChoiceFilter(label=_("Category"), choices=Document.Category.choices)
    state = ChoiceFilter(label=_("State"), choices=DocumentState.choices)
    dated = DateRangeFilter(label=_("Dated"))
    overdue = YesNoFilter(label=_("Not back in time"), method="only_overdue")

    class Meta:
        model = Document
        search = ("number", "title", "unit__code", "shelf")
        more = ("dated", "overdue")

    def only_overdue(self, queryset: DocumentQuerySet, _name: str, value: Any) -> DocumentQuerySet:
        """Keep papers that should be back, or all others."""
        late = Document.objects.overdue().values("pk")
        return queryset.filter(pk__in=late) if value else queryset.exclude(pk__in=late)
