"""What each move of a ticket asks for."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from complaints.forms import deadlines
from complaints.workflow import UNDER_WAY
from frontdesk.kit.forms import DeskPlainForm
from frontdesk.staff.models import User
from frontdesk.staff.roles import Role

OWN_DATE = "other"


def _text(
    label: Any, *, rows: int = 3, max_length: int = 2000, required: bool = True, help_text: Any = ""
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=max_length,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, "data-draft": True}),
    )


class HandlerField(forms.ModelChoiceField):
    """Who can be sent, engineers first, each with how much they have in hand."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name and the load."""
        load = getattr(obj, "in_hand", 0)
        return _("%(name)s · %(count)s in hand") % {"name": obj.name, "count": load} if load else obj.name


class DispatchForm(DeskPlainForm):
    """R-TKT-06: to whom, until when."""

    to = HandlerField(label=_("Dispatch to"), queryset=User.objects.none())
    deadline = forms.ChoiceField(label=_("Deadline"), widget=forms.RadioSelect)
    due_at = forms.DateTimeField(label=_("Another time"), required=False)
    note = _text(_("Note for the engineer"), rows=2, required=False)

    layout = Layout(
        Div(
            "to",
            "due_at",
            Field("deadline", wrapper_class="span-2"),
            Field("note", wrapper_class="span-2"),
            css_class="form-grid",
        )
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_hand = Count("assigned_tickets", filter=Q(assigned_tickets__state__in=UNDER_WAY))
        handlers = User.objects.who_may("complaints.accept_ticket", self.office).annotate(in_hand=in_hand)
        engineers = User.objects.working_in(self.office, Role.ENGINEER).values("pk")
        self.fields["to"].queryset = handlers.alias(first=Q(pk__in=engineers)).order_by("-first", "name", "pk")
        self.fields["deadline"].choices = [*deadlines.offered(), (OWN_DATE, _("Another time"))]
        self.fields["deadline"].initial = deadlines.offered()[0][0]

    def clean(self) -> dict[str, Any]:
        """Turn the quick choice into a moment; a time typed in counts more."""
        data = super().clean() or self.cleaned_data
        choice = data.pop("deadline", OWN_DATE)
        if choice == OWN_DATE or "due_at" in self.changed_data:
            if not data.get("due_at") and "due_at" not in self.errors:
                self.add_error("due_at", _("Choose until when."))
        else:
            data["due_at"] = deadlines.moment(choice, self.office)
        return data


class RedispatchForm(DispatchForm):
    """As dispatching; `holder` is who had it when the form was opened."""

    holder = forms.IntegerField(widget=forms.HiddenInput, required=False)


class FinishForm(DeskPlainForm):
    """What was done, what the resident paid, how it looks now."""

    result = _text(_("What was done"))
    charge = forms.DecimalField(label=_("Charged (yuan)"), max_digits=8, decimal_places=2, min_value=0, required=False)
    photo = forms.FileField(
        label=_("Photo"), required=False, widget=forms.ClearableFileInput(attrs={"accept": "image/*"})
    )


class HandBackForm(DeskPlainForm):
    """Why it goes back."""

    reason = _text(_("Why it goes back"), rows=2, help_text=_("The dispatchers and whoever answers for it read this."))


class ReplyForm(DeskPlainForm):
    """What the resident was told (R-TKT-01)."""

    reply = _text(_("What was replied"))


class ReopenForm(DeskPlainForm):
    """Why it begins anew."""

    reason = _text(_("Why it is opened again"), rows=2)


class CommentForm(DeskPlainForm):
    """How it stands (R-TKT-07)."""

    note = _text(_("Note"))


class TransferForm(DeskPlainForm):
    """R-TKT-05: who answers for it from now on, and why."""

    to = forms.ModelChoiceField(label=_("Who answers for it now"), queryset=User.objects.none())
    reason = _text(_("Why somebody else answers for it"), rows=2)
    holder = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = User.objects.who_may("complaints.reply_ticket", self.office)
