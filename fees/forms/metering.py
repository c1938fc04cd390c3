"""Meters registered, read, swapped and billed; shared costs written down (R-FEE-03)."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from fees.models import Meter, SharedCost
from frontdesk.estate.models import Unit
from frontdesk.kit.calendar import local_date
from frontdesk.kit.forms import DeskForm, DeskPlainForm, SearchField


def _reading(label: Any, **options: Any) -> forms.DecimalField:
    field = forms.DecimalField(label=label, max_digits=12, decimal_places=3, min_value=0, **options)
    field.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})
    return field


def _text(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class MeterForm(DeskForm):
    """One meter."""

    unit = SearchField(
        label=_("Unit"),
        queryset=Unit.objects.all(),
        url="home:household_choices",
        text_field="code",
        required=False,
        help_text=_("Left empty, it is a shared meter."),
    )

    class Meta:
        model = Meter
        fields = (
            "kind",
            "number",
            "unit",
            "building",
            "place",
            "multiplier",
            "digits",
            "installed_on",
            "first_reading",
        )
        widgets = {"kind": forms.RadioSelect}

    layout = Layout(
        Div(Field("kind", wrapper_class="span-2"), "number", "place", "unit", "building", css_class="form-grid"),
        Fieldset(_("How it counts"), "digits", "multiplier", "installed_on", "first_reading", css_class="form-grid"),
    )

    def _get_validation_exclusions(self) -> set[str]:
        """Leave a number that is taken to the service, which says so beside the field."""
        return super()._get_validation_exclusions() | {"office"}


class ReadingForm(DeskPlainForm):
    """What it shows today."""

    value = _reading(_("Reading"))
    read_on = forms.DateField(label=_("Read on"), initial=local_date)
    photo = forms.FileField(
        label=_("Photo of the meter"), required=False, widget=forms.ClearableFileInput(attrs={"accept": "image/*"})
    )

    acts_once = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].widget.attrs["autofocus"] = True


class SwapForm(DeskPlainForm):
    """The old meter's last reading, and the new one; without a number there is none."""

    on = forms.DateField(label=_("Taken out on"), initial=local_date)
    last_reading = _reading(_("Its last reading"))
    number = forms.CharField(
        label=_("No. of the new meter"),
        max_length=40,
        required=False,
        help_text=_("Left empty, no new one takes its place."),
    )
    first_reading = _reading(_("First reading of the new one"), required=False)
    digits = forms.IntegerField(
        label=_("Digits before the point of the new one"), min_value=3, max_value=9, required=False
    )

    acts_once = True
    layout = Layout(
        Fieldset(_("The old meter"), "on", "last_reading", css_class="form-grid"),
        Fieldset(_("The new meter"), "number", "first_reading", "digits", css_class="form-grid form-grid-3"),
    )

    def values(self) -> dict[str, Any]:
        """Return the service's words: nothing that was left empty."""
        return {name: value for name, value in super().values().items() if value not in (None, "")}


class ConfirmForm(DeskPlainForm):
    """Why it is right."""

    reason = _text(_("Why it is right"))


class CorrectForm(DeskPlainForm):
    """What it really showed."""

    value = _reading(_("Reading"))
    reason = _text(_("What was wrong"))

    acts_once = True


class MonthForm(DeskPlainForm):
    """A month whose readings are billed."""

    month = forms.DateField(
        label=_("Month"),
        input_formats=["%Y-%m", "%Y-%m-%d"],
        widget=forms.HiddenInput,  # chosen above what it comes to, so that what is billed is what was looked at
    )

    acts_once = True


class PrepayForm(DeskPlainForm):
    """Nothing is asked: the page says how many units it is about."""

    acts_once = True


class SharedCostForm(DeskForm):
    """A period's cost."""

    class Meta:
        model = SharedCost
        fields = ("name", "building", "starts", "ends", "amount", "note")
        help_texts = {
            "name": _("E.g. stair lighting, lifts, pumps."),
            "building": _("Left empty, the whole office shares it."),
            "amount": _("Left empty, it is taken from the shared meters read in these days."),
        }

    free_text = ("name", "note")
    layout = Layout(
        Div(
            "name",
            "building",
            "starts",
            "ends",
            "amount",
            Field("note", wrapper_class="span-2"),
            css_class="form-grid",
        )
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].required = False
        if self.instance.pk and self.instance.metered:
            self.initial["amount"] = None
