"""What is promised, until when, and what came of it (R-TKT-08)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms import deadlines
from frontdesk.kit.calendar import ONE_DAY, now
from frontdesk.kit.forms import DeskPlainForm

NOON, OTHER = "noon", "other"


def offered() -> list[tuple[str, Any]]:
    """Return what one promises off-hand: today, tomorrow noon, in three working days, or a time of one's own."""
    words = dict(deadlines.offered())
    rows = [("today", words.get("today")), (NOON, _("Tomorrow 12:00")), ("days", words["days"])]
    return [(name, label) for name, label in [*rows, (OTHER, _("Another time"))] if label]


def moment(name: str, office: Any) -> dt.datetime:
    """Return what an off-hand choice means now."""
    at = now()
    if name == NOON:
        return dt.datetime.combine(at.date() + ONE_DAY, dt.time(12), tzinfo=at.tzinfo)
    return deadlines.moment(name, office, at)


class PromiseForm(DeskPlainForm):
    """What was promised, and until when."""

    text = forms.CharField(
        label=_("What was promised"),
        max_length=200,
        help_text=_("Only what you or those you have asked can keep."),
    )
    until = forms.ChoiceField(
        label=_("Promised until"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("This time is over by now. Choose another one.")},
    )
    due_at = forms.DateTimeField(label=_("Another time"), required=False)

    free_text = ("text",)
    layout = Layout(
        Div(
            Field("text", wrapper_class="span-2", data_draft="true"),
            Field("until", wrapper_class="span-2"),
            "due_at",
            css_class="form-grid",
        )
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["until"]
        choices.choices = offered()
        choices.initial = choices.choices[0][0]

    def clean(self) -> dict[str, Any]:
        """Turn the off-hand choice into a moment; a time typed in counts more."""
        data = super().clean() or self.cleaned_data
        choice = data.pop("until", None)
        if choice is None:
            return data
        if choice == OTHER or "due_at" in self.changed_data:
            if not data.get("due_at") and "due_at" not in self.errors:
                self.add_error("due_at", _("Choose until when."))
        else:
            data["due_at"] = moment(choice, self.office)
        return data


class RenegotiateForm(PromiseForm):
    """Another time, or something else, and why."""

    reason = forms.CharField(
        label=_("Why it could not stay as promised"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "data-draft": True}),
    )
    layout = Layout(
        Div(
            Field("reason", wrapper_class="span-2"),
            Field("until", wrapper_class="span-2"),
            "due_at",
            "text",
            css_class="form-grid",
        )
    )


class BreakForm(DeskPlainForm):
    """Why it was not kept."""

    reason = forms.CharField(
        label=_("Why it was not kept"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "data-draft": True}),
        help_text=_("The supervisors read this."),
    )
