"""Forms for offices, buildings, units and the days of an office."""

from __future__ import annotations

import re
from typing import Any

from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.models import Area, Building, Entrance, Office, Person, Unit
from frontdesk.estate.services import UnitPlan
from frontdesk.estate.workflow import AssetState
from frontdesk.kit.calendar import local_date
from frontdesk.kit.forms import DeskForm, DeskPlainForm, SearchField
from frontdesk.kit.models import Holiday

SPAN = re.compile(r"(-?[0-9]{1,4})\s*(?:-|–|~|至|到)\s*(-?[0-9]{1,4})")
SEPARATORS = re.compile(r"[,，、;；\s]+")
MOST_BUILDINGS = 200


def spread(text: str) -> list[str]:
    """Return what a list like “1-3, 5, A” stands for: 1, 2, 3, 5, A."""
    names: list[str] = []
    for part in filter(None, SEPARATORS.split(SPAN.sub(lambda m: f"{m[1]}–{m[2]}", text))):
        span = SPAN.fullmatch(part)
        if span and int(span[1]) <= int(span[2]) <= int(span[1]) + MOST_BUILDINGS:
            names += [str(n) for n in range(int(span[1]), int(span[2]) + 1)]
        else:
            names.append(part)
    return list(dict.fromkeys(names))


def taken(sentence: Any) -> dict[str, Any]:
    """Say in the desk's words that the office has one like it; Django would name columns."""
    return {NON_FIELD_ERRORS: {"unique_together": sentence}}


class OfficeForm(DeskForm):
    """An office and its settings."""

    class Meta:
        model = Office
        fields = ("code", "name", "address", "phone", "shift_pattern", "lock_after_minutes", "attachment_quota_mb")

    layout = Layout(
        Fieldset(_("Office"), "code", "name", Field("address", wrapper_class="span-2"), "phone", css_class="form-grid"),
        Fieldset(_("Settings"), "shift_pattern", "lock_after_minutes", "attachment_quota_mb", css_class="form-grid"),
    )


class AreaForm(DeskForm):
    """A part of the estate."""

    class Meta:
        model = Area
        fields = ("name",)
        error_messages = taken(_("The office has an area of this name already."))


class BuildingForm(DeskForm):
    """A building."""

    class Meta:
        model = Building
        fields = ("name", "position", "area", "steward")
        error_messages = taken(_("The office has a building of this name already."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steward: Any = self.fields["steward"]
        if self.office is not None:
            stewards = steward.queryset.who_steward(self.office)
            # Whoever it is now stays choosable: somebody correcting the name must not take the building from them.
            either = Q(pk__in=stewards.values("pk")) | Q(pk=self.instance.steward_id)
            steward.queryset = get_user_model().objects.filter(either)


class EntranceForm(DeskForm):
    """A staircase of a building."""

    class Meta:
        model = Entrance
        fields = ("name",)


class UnitForm(DeskForm):
    """A unit. Its state is chosen once, when it is added; later it changes by moves."""

    class Meta:
        model = Unit
        fields = ("code", "kind", "building", "entrance", "floor", "floor_area", "state", "space_kind", "note")
        error_messages = taken(_("The office has a unit of this code already."))
        help_texts = {"space_kind": _("Only of a parking space: by it goes what whoever parks there pays.")}

    layout = Layout(
        Div(
            "code",
            "kind",
            "building",
            "entrance",
            "floor",
            "floor_area",
            "state",
            "space_kind",
            "note",
            css_class="form-grid",
        )
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entrance: Any = self.fields["entrance"]
        entrance.queryset = entrance.queryset.select_related("building").order_by("building__position", "name")
        for name in ("building", "entrance"):
            self.fields[name].widget.attrs["data-select"] = True


class UnitEditForm(UnitForm):
    """A unit that stands on the register."""

    class Meta(UnitForm.Meta):
        fields = ("code", "kind", "building", "entrance", "floor", "floor_area", "space_kind", "note")

    layout = Layout(
        Div("code", "kind", "building", "entrance", "floor", "floor_area", "space_kind", "note", css_class="form-grid")
    )


class GeneratorForm(DeskPlainForm):
    """What whole buildings look like."""

    buildings = forms.CharField(
        label=_("Buildings"), max_length=200, help_text=_("1-3 or 1, 2, 5 or names such as A, B")
    )
    entrances = forms.IntegerField(
        label=_("Entrances per building"), initial=2, min_value=0, max_value=20, help_text=_("0 for none")
    )
    first_floor = forms.IntegerField(label=_("From floor"), initial=1, min_value=-9, max_value=200)
    last_floor = forms.IntegerField(label=_("To floor"), initial=18, min_value=-9, max_value=200)
    per_floor = forms.IntegerField(label=_("Units per floor"), initial=4, min_value=1, max_value=99)
    skip_floors = forms.CharField(label=_("Skip floors"), required=False, max_length=100, help_text=_("Such as 4, 14"))
    areas = forms.CharField(
        label=_("Floor areas (m²)"),
        required=False,
        max_length=300,
        help_text=_("By place on the floor: 89.50, 120, 120, 89.50. One figure holds for all."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Unit.Kind.choices)
    state = forms.ChoiceField(label=_("State"), choices=AssetState.choices, initial=AssetState.SOLD)
    area = forms.ModelChoiceField(label=_("Area"), queryset=Area.objects.all(), required=False)
    pattern = forms.CharField(
        label=_("Pattern of the codes"),
        max_length=60,
        initial="{building}-{entrance}-{floor}{nn:02}",
        help_text=_(
            "{building}, {entrance}, {floor} and {nn}, the place on the floor; {nn:02} writes it with two digits."
        ),
    )
    acts_once = True
    layout = Layout(
        Fieldset(_("Buildings"), "buildings", "entrances", "area", "kind", css_class="form-grid"),
        Fieldset(_("Floors"), "first_floor", "last_floor", "per_floor", "skip_floors", css_class="form-grid"),
        Fieldset(_("Units"), Field("areas", wrapper_class="span-2"), "pattern", "state", css_class="form-grid"),
    )

    def clean_buildings(self) -> tuple[str, ...]:
        names = spread(self.cleaned_data["buildings"])
        if len(names) > MOST_BUILDINGS or any(len(name) > 20 for name in names):  # noqa: PLR2004 - the column's length
            raise ValidationError(_("These are too many buildings, or a name is too long."))
        return tuple(names)

    def clean_skip_floors(self) -> tuple[int, ...]:
        try:
            return tuple(int(name) for name in spread(self.cleaned_data["skip_floors"]))
        except ValueError as error:
            raise ValidationError(_("Write floors as numbers: 4, 14")) from error

    def clean_areas(self) -> tuple[str, ...]:
        check = forms.DecimalField(
            max_digits=8, decimal_places=2, validators=[MinValueValidator(0.01), MaxValueValidator(99999)]
        )
        texts = [text for text in SEPARATORS.split(self.cleaned_data["areas"]) if text]
        return tuple(str(check.clean(text)) for text in texts)

    def plan(self) -> UnitPlan:
        """Return what the form asks for."""
        values = self.values()
        area = values.pop("area")
        return UnitPlan(**values, area=area.pk if area else None)


class AcceptForm(DeskPlainForm):
    """Acceptance from the engineering department."""

    accepted_on = forms.DateField(label=_("Accepted on"), initial=local_date)
    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class IdleForm(DeskPlainForm):
    """Setting idle; where something was let, the day on which the letting ends."""

    on = forms.DateField(label=_("Last day"), initial=local_date)
    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class TakeBackForm(DeskPlainForm):
    """Taking back says why."""

    on = forms.DateField(label=_("Date"), initial=local_date)
    note = forms.CharField(label=_("Reason"), max_length=200)


def buyer_field(*, required: bool, label: Any) -> SearchField:
    """Return the search for a registered person."""
    return SearchField(
        queryset=Person.objects.known(), url="estate:person_choices", text_field="name", required=required, label=label
    )


class SellForm(DeskPlainForm):
    """Sale of a company unit."""

    person = buyer_field(required=False, label=_("Buyer"))
    on = forms.DateField(label=_("Sold on"), initial=local_date)
    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class TransferForm(SellForm):
    """Change of owner."""

    person = buyer_field(required=True, label=_("New owner"))
    on = forms.DateField(label=_("New owner from"), initial=local_date)


class RentForm(SellForm):
    """Letting of a parking space."""

    person = buyer_field(required=False, label=_("Tenant"))
    on = forms.DateField(label=_("From"), initial=local_date)
    ends = forms.DateField(label=_("To"), required=False)
    field_order = ("person", "on", "ends", "note")


class HolidayForm(DeskForm):
    """A day that differs from the public calendar."""

    class Meta:
        model = Holiday
        fields = ("date", "kind", "name")
        error_messages = taken(_("This date has a correction already; remove that one first."))
        labels = {"kind": _("Is a"), "name": _("Why")}
