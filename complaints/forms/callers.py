"""One more caller about the same, and the incident a ticket belongs to (R-TKT-07)."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.forms.ticket import CallerField, people_of
from complaints.models import Caller, Ticket
from frontdesk.estate.models import Person, Unit
from frontdesk.kit.forms import DeskForm, DeskPlainForm, SearchField, chosen_key


class CallerForm(DeskForm):
    """Who called, from where, and what they said."""

    unit = SearchField(
        label=_("Household"),
        queryset=Unit.objects.all(),
        url="home:household_choices",
        text_field="code",
        required=False,
        help_text=_("Unit code, name, initials, plate or the last digits of a phone."),
    )
    person = CallerField(
        label=_("Who is calling"), queryset=Person.objects.none(), required=False, empty_label=_("Not on the list")
    )

    class Meta:
        model = Caller
        fields = ("unit", "person", "name", "phone", "said")
        widgets = {
            "said": forms.Textarea(attrs={"rows": 3, "data-draft": True}),
            "phone": forms.TextInput(attrs={"autocomplete": "off"}),  # no draft keeps a number
        }
        labels = {"name": _("Caller's name"), "phone": _("Caller's phone")}

    acts_once = True
    layout = Layout(
        Div(
            "unit",
            Div("person", css_id="callers"),
            "name",
            "phone",
            Field("said", wrapper_class="span-2"),
            css_class="form-grid",
        )
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit_key = chosen_key(self["unit"])
        self.fields["person"].queryset = people_of(self.unit_key).visible_to(self.user).of_office(self.office)
        load = {"hx-get": reverse("complaints:ticket_callers"), "hx-trigger": "change", "hx-target": "#callers"}
        self.fields["unit"].widget.attrs.update(load)


class IncidentField(forms.ModelChoiceField):
    """One of the running incidents: number, what it is, where."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the one line."""
        where = obj.unit.code if obj.unit else obj.place
        return " · ".join(part for part in (obj.number, obj.subject, where) if part)


class JoinIncidentForm(DeskPlainForm):
    """Which incident it belongs to."""

    incident = IncidentField(label=_("Incident"), queryset=Ticket.objects.all())
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["incident"]
        field.queryset = field.queryset.incidents().select_related("unit")
        if not field.queryset.exists():
            field.help_text = _("No incident is running here. A supervisor makes a ticket one, behind “More”.")
