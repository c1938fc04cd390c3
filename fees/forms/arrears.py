"""What calls, batches of letters and ledgers ask for."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from fees.models import DunningBatch, DunningCall
from fees.services import as_month, letters_due, people_of
from frontdesk.estate.models import Building, Person
from frontdesk.kit.calendar import ONE_DAY, local_date
from frontdesk.kit.forms import DeskPlainForm
from frontdesk.staff.models import User

USUAL_DAYS = 10
"""Within how many days a letter asks to be paid, unless said otherwise."""
MOST_MONTHS = 120


class CallForm(DeskPlainForm):
    """Whom, how, what came of it."""

    acts_once = True

    result = forms.ChoiceField(label=_("What came of it"), choices=DunningCall.Result.choices, widget=forms.RadioSelect)
    promised_on = forms.DateField(label=_("Promised for"), required=False)
    person = forms.ModelChoiceField(label=_("Spoken to"), queryset=Person.objects.none(), required=False)
    way = forms.ChoiceField(label=_("How"), choices=DunningCall.Way.choices, initial=DunningCall.Way.PHONE)
    note = forms.CharField(
        label=_("What they said"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-draft": True}),
    )

    layout = Layout(
        Div(
            Field("result", wrapper_class="span-2"),
            "promised_on",
            "person",
            "way",
            Field("note", wrapper_class="span-2"),
            css_class="form-grid",
        )
    )

    def for_unit(self, unit: Any) -> None:
        """Offer who lives in or owns the unit, the first owner chosen."""
        people = [row.person_id for row in people_of(unit)]
        self.fields["person"].queryset = Person.objects.filter(pk__in=people)  # type: ignore[attr-defined]
        if people and not self.is_bound:
            self.fields["person"].initial = people[0]

    def clean(self) -> dict[str, Any]:
        """Ask for the day at the field where it belongs."""
        data = super().clean() or self.cleaned_data
        is_promise = data.get("result") == DunningCall.Result.PROMISED
        if is_promise and not data.get("promised_on") and "promised_on" not in self.errors:
            self.add_error("promised_on", _("Write down for which day they promised it."))
        return data


class LettersForm(DeskPlainForm):
    """Which level, to whom, payable by when."""

    acts_once = True

    level = forms.TypedChoiceField(label=_("Level"), choices=[], coerce=int, widget=forms.RadioSelect)
    pay_by = forms.DateField(label=_("Pay by"))
    building = forms.ModelChoiceField(
        label=_("Building"), queryset=Building.objects.all(), required=False, empty_label=_("All")
    )
    steward = forms.ModelChoiceField(
        label=_("Steward"), queryset=User.objects.all(), required=False, empty_label=_("All")
    )
    at_least = forms.DecimalField(
        label=_("Only who owes at least (yuan)"), required=False, min_value=0, max_digits=10, decimal_places=2
    )

    layout = Layout(
        Div(Field("level", wrapper_class="span-2"), "pay_by", "at_least", "building", "steward", css_class="form-grid")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        due = letters_due(self.office) if self.office is not None else {}
        level: Any = self.fields["level"]
        level.choices = [(value, self._said(str(label), due.get(value))) for value, label in DunningBatch.Level.choices]
        level.initial = next((value for value, found in due.items() if found["households"]), None)
        self.fields["pay_by"].initial = local_date() + ONE_DAY * USUAL_DAYS
        steward: Any = self.fields["steward"]
        buildings = Building.objects.filter(office=self.office, steward__isnull=False)
        steward.queryset = steward.queryset.filter(pk__in=buildings.values("steward"))

    @staticmethod
    def _said(label: str, due: dict[str, Any] | None) -> str:
        if due is None:
            return label
        words = {"level": label, "days": due["days"], "count": due["households"]}
        return _("%(level)s: %(count)s households, %(days)s days overdue or more") % words


class LedgerForm(DeskPlainForm):
    """From which month to which, in which building."""

    acts_once = False

    first = forms.CharField(label=_("From month"), max_length=7, widget=forms.TextInput(attrs={"type": "month"}))
    last = forms.CharField(label=_("To month"), max_length=7, widget=forms.TextInput(attrs={"type": "month"}))
    building = forms.ModelChoiceField(
        label=_("Building"), queryset=Building.objects.all(), required=False, empty_label=_("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ModelChoiceField)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"

    def clean_first(self) -> Any:
        """Read the month."""
        return self._month("first")

    def clean_last(self) -> Any:
        """Read the month."""
        return self._month("last")

    def clean(self) -> dict[str, Any]:
        """Refuse months in the wrong order, and more than ten years."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if first and last and first > last:
            self.add_error("last", _("The first month is after the last."))
        elif first and last and (last.year - first.year) * 12 + last.month - first.month >= MOST_MONTHS:
            self.add_error("last", _("Choose ten years at most."))
        return data

    def _month(self, name: str) -> Any:
        month = as_month(self.cleaned_data[name])
        if month is None:
            raise forms.ValidationError(_("Write the month as 2026-11."))
        return month


class DayForm(DeskPlainForm):
    """Which day."""

    acts_once = False

    day = forms.DateField(label=_("Day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].widget.attrs["class"] = "form-control"
