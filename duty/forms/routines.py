"""A routine, and what is handed in when it is done."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.models import Routine, RoutineTask
from duty.models.routines import LAST_DAY, WEEKDAYS, Evidence
from duty.services.routines import NOBODY
from frontdesk.kit.forms import DeskForm, DeskPlainForm, PhotosField
from frontdesk.staff.models import User

DAYS = [*((day, str(day)) for day in range(1, LAST_DAY)), (LAST_DAY, _("last day"))]
MONTHS = [(month, f"{month:02d}") for month in range(1, 13)]
ANY_COLLEAGUE = _("whoever holds the role")


def _whole(label: Any, choices: list[tuple[int, Any]], initial: int) -> forms.TypedChoiceField:
    """Return a choice of one of some whole numbers."""
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, initial=initial)


class RoutineForm(DeskForm):
    """What recurs, how often, whom it falls to, what is handed in; the chosen cycle needs only some of it."""

    weekday = _whole(_("On"), WEEKDAYS, 0)
    day = _whole(_("By day"), DAYS, 28)
    month = _whole(_("Month"), MONTHS, 12)

    layout = Layout(
        Div(
            Field("name", wrapper_class="span-2"),
            Field("task", wrapper_class="span-2"),
            Field("cycle", wrapper_class="span-2"),
            "times",
            "weekday",
            "month",
            "day",
            "on_day_off",
            "since",
            "role",
            "person",
            "evidence",
            "lead_days",
            Field("tells_quality", wrapper_class="span-2"),
            css_class="form-grid",
        ),
    )

    class Meta:
        model = Routine
        fields = (
            "name",
            "task",
            "cycle",
            "times",
            "weekday",
            "month",
            "day",
            "on_day_off",
            "since",
            "role",
            "person",
            "evidence",
            "lead_days",
            "tells_quality",
        )
        widgets = {"task": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = User.objects.who_may("duty.do_routinetask", self.office).order_by("name", "pk")
        person.label = _("Only this colleague")
        person.empty_label = ANY_COLLEAGUE
        self.fields["since"].help_text = _("Nothing is due before this day.")
        self.fields["lead_days"].help_text = _("0: on the day itself.")
        self.fields["on_day_off"].help_text = _("By the office's statutory holidays and make-up workdays.")
        self.fields["times"].help_text = _("Each by the end of the week.")

    def clean(self) -> dict[str, Any]:
        """Ask whom it falls to at its field."""
        data = super().clean() or self.cleaned_data
        if not data.get("role") and not data.get("person") and "person" not in self.errors:
            self.add_error("role", NOBODY)
        return data


class DoneForm(DeskPlainForm):
    """What was done, and the photos; what the routine asks for is marked."""

    acts_once = True

    result = forms.CharField(
        label=pgettext_lazy("routine", "What was done"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
    )
    photos = PhotosField(label=_("Photos"), required=False)

    def __init__(self, *args: Any, task: RoutineTask, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        evidence = Evidence(task.evidence)
        self.fields["result"].required = evidence.asks_text
        if evidence.asks_photo:
            self.fields["photos"].help_text = _("At least one; photos put on it before count.")


class SkipForm(DeskPlainForm):
    """Why it is passed over this once, or called off."""

    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class ReopenForm(DeskPlainForm):
    """Why it is opened again."""

    note = forms.CharField(
        label=pgettext_lazy("routine", "What is missing"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
