"""A finding in seconds, and what becomes of it."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from duty.forms.log import lines
from duty.services.findings import Becomes
from frontdesk.estate.models import Building, Unit
from frontdesk.kit.forms import DeskPlainForm, PhotosField, SearchField

TEXT, PLACE = 1_000, 100
BECOMES = (
    (Becomes.NOTHING, _("Nothing yet: it is planned within the office's days")),
    (Becomes.TICKET, _("A ticket: somebody must be sent")),
    (Becomes.ENTRY, _("A non-conformity in the duty log")),
)


class FindingForm(DeskPlainForm):
    """What, where, with pictures; solved on the spot or not."""

    acts_once = True
    layout = Layout(
        Div(
            Field("text", wrapper_class="span-2"),
            "place",
            "building",
            "unit",
            "photos",
            Field("solution", wrapper_class="span-2"),
            Field("becomes", wrapper_class="span-2"),
            css_class="form-grid",
        ),
    )

    text = forms.CharField(label=_("What was found"), max_length=TEXT, widget=lines())
    place = forms.CharField(label=_("Where exactly"), required=False, max_length=PLACE)
    building = forms.ModelChoiceField(label=_("Building"), queryset=Building.objects.none(), required=False)
    unit = SearchField(
        label=_("Unit"), queryset=Unit.objects.all(), url="home:household_choices", text_field="code", required=False
    )
    photos = PhotosField(label=_("Photos"), required=False)
    solution = forms.CharField(
        label=_("Solved on the spot: how"),
        required=False,
        max_length=TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Empty if it could not be solved there."),
    )
    becomes = forms.ChoiceField(
        label=_("What it becomes"), choices=BECOMES, initial="", required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        buildings: Any = self.fields["building"]
        buildings.queryset = Building.objects.of_office(self.office).order_by("name")


class PlanForm(DeskPlainForm):
    """How it is solved, by whom, by when."""

    plan = forms.CharField(label=_("How it is solved, by whom"), max_length=TEXT, widget=lines())
    solve_by = forms.DateField(label=_("To be solved by"))


class SolvedForm(DeskPlainForm):
    """How it was solved."""

    solution = forms.CharField(label=_("How it was solved"), max_length=TEXT, widget=lines())
    photos = PhotosField(label=_("Photos"), required=False)


class FindingTicketForm(DeskPlainForm):
    """Only whether it presses."""

    urgent = forms.BooleanField(label=_("Urgent"), required=False)
