"""The duty log: an entry in seconds, and what is said of one later."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from duty.models import LogEntry
from duty.services.log import BY_HAND, READ
from frontdesk.estate.models import Person, Unit
from frontdesk.kit.forms import DeskPlainForm, PhotosField, SearchField
from frontdesk.staff.models import User


def lines(rows: int = 3) -> forms.Textarea:
    """Return a box for a few sentences, ready to be typed into."""
    return forms.Textarea(attrs={"rows": rows, "autofocus": True})


class ReadersField(forms.ModelMultipleChoiceField):
    """Colleagues who read the log here."""

    def __init__(self, **options: Any) -> None:
        super().__init__(User.objects.none(), widget=forms.CheckboxSelectMultiple, **options)


class TicketNumberField(forms.CharField):
    """A ticket by its number; the form looks it up in its office."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=16, **options)


class EntryForm(DeskPlainForm):
    """What happened; everything else may be left as it is."""

    acts_once = True
    layout = Layout(
        Div(
            Field("text", wrapper_class="span-2"),
            Field("kind", wrapper_class="span-2"),
            "unit",
            "ticket",
            "person",
            "photos",
            Field("is_high", wrapper_class="span-2"),
            Field("readers", wrapper_class="span-2"),
            css_class="form-grid",
        ),
    )

    text = forms.CharField(label=_("What happened"), max_length=2_000, widget=lines())
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(kind, kind.label) for kind in BY_HAND],
        initial=LogEntry.Kind.NOTE,
        widget=forms.RadioSelect,
    )
    unit = SearchField(
        label=_("Unit"),
        queryset=Unit.objects.all(),
        url="home:household_choices",
        text_field="code",
        required=False,
    )
    ticket = TicketNumberField(label=_("Ticket no."), required=False)
    person = SearchField(
        label=_("Person"), queryset=Person.objects.all(), url="estate:person_choices", text_field="name", required=False
    )
    photos = PhotosField(label=_("Photos"), required=False)
    is_high = forms.BooleanField(label=_("High priority"), required=False)
    readers = ReadersField(label=_("Who must read it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        readers: Any = self.fields["readers"]
        people = User.objects.who_may(READ, self.office).exclude(pk=self.user.pk)
        readers.queryset = people.order_by("name", "pk")

    def clean_ticket(self) -> Ticket | None:
        """Find the ticket in this office."""
        number = self.cleaned_data["ticket"]
        if not number:
            return None
        found = Ticket.objects.visible_to(self.user).of_office(self.office).filter(number=number).first()
        if found is None:
            raise ValidationError(_("There is no ticket %(number)s here."), params={"number": number})
        return found


class AnnotationForm(DeskPlainForm):
    """What those on duty must know."""

    acts_once = True

    text = forms.CharField(label=_("Annotation"), max_length=2_000, widget=lines())


class FollowForm(DeskPlainForm):
    """What is said of an entry."""

    acts_once = True

    text = forms.CharField(label=_("Text"), max_length=2_000, widget=lines())


class MeasureForm(FollowForm):
    """What was done about a non-conformity."""

    photos = PhotosField(label=_("Photos"), required=False)
