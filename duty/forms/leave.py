"""Asking for leave, and deciding it shift by shift."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from duty.models import Leave
from duty.services.holes import who_could
from duty.services.leave import Instead
from frontdesk.kit.calendar import ONE_DAY, local_date
from frontdesk.kit.forms import DeskPlainForm
from frontdesk.kit.forms.fields import KEY
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from duty.services.holes import Candidate, Hole

NOON = dt.time(12)
LAST = (Field("reason", wrapper_class="span-2"), Field("paper", wrapper_class="span-2"))
AHEAD = dt.timedelta(days=2 * 366)
"""How far ahead leave is asked for."""
SHOWN = 5
"""Stand-ins before the fold, as the template counts them."""


class Part(models.TextChoices):
    """How much of the days."""

    DAYS = "days", _("Whole days")
    MORNING = "morning", _("Morning (until 12:00)")
    AFTERNOON = "afternoon", _("Afternoon (from 12:00)")
    HOURS = "hours", _("Hours")


class LeaveForm(DeskPlainForm):
    """From when to when, why, with the paper where there is one."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Leave.Kind.choices)
    part = forms.ChoiceField(label=_("How long"), choices=Part.choices, initial=Part.DAYS)
    first = forms.DateField(label=_("From"))
    last = forms.DateField(label=_("To"), required=False, help_text=_("The last day; empty for one day."))
    begins = forms.TimeField(label=_("From (time)"), required=False, help_text=_("Only for hours."))
    ends = forms.TimeField(label=_("To (time)"), required=False)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)
    paper = forms.FileField(
        label=_("Paper"), required=False, help_text=_("A doctor’s note or another proof: picture or PDF.")
    )

    layout = Layout(
        Div("kind", "part", "first", "last", "begins", "ends", *LAST, css_class="form-grid"),
    )

    def clean(self) -> dict[str, Any]:
        """Turn days and times into two moments."""
        data = super().clean() or self.cleaned_data
        part, first = data.get("part"), data.get("first")
        if first is None:
            return data
        last = data.get("last") or first
        if max(first, last) > local_date() + AHEAD:
            self.add_error("first", _("This is too far ahead."))
        elif last < first:
            self.add_error("last", _("The last day is before the first."))
        elif part != Part.DAYS and last != first:
            self.add_error("last", _("Half days and hours are for one day; ask for each day."))
        elif part == Part.HOURS and not (data.get("begins") and data.get("ends")):
            self.add_error("begins", _("From when to when?"))
        elif part == Part.HOURS and data["ends"] <= data["begins"]:
            self.add_error("ends", _("The end comes after the beginning."))
        return data

    def values(self) -> dict[str, Any]:
        """Return what the service asks for."""
        data = self.cleaned_data
        first, last = data["first"], data["last"] or data["first"]
        midnight, next_day = dt.time.min, last + ONE_DAY
        times = {
            Part.DAYS: ((first, midnight), (next_day, midnight)),
            Part.MORNING: ((first, midnight), (first, NOON)),
            Part.AFTERNOON: ((first, NOON), (next_day, midnight)),
            Part.HOURS: ((first, data["begins"]), (first, data["ends"])),
        }[Part(data["part"])]
        starts_at, ends_at = (timezone.make_aware(dt.datetime.combine(*moment)) for moment in times)
        names = ("kind", "reason", "paper", "person")
        return {name: data[name] for name in names if name in data} | {"starts_at": starts_at, "ends_at": ends_at}


class RecordLeaveForm(LeaveForm):
    """The same for somebody who called."""

    person = forms.ModelChoiceField(label=_("Colleague"), queryset=User.objects.none())

    layout = Layout(
        Div("person", "kind", "part", "first", "last", "begins", "ends", *LAST, css_class="form-grid"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.working_in(self.office).order_by("name", "pk")


class InsteadField(forms.ChoiceField):
    """Who takes one shift: a colleague's key, or what becomes of it without one. Rules are the service's to check."""

    widget = forms.RadioSelect

    def __init__(self, hole: Hole) -> None:
        rows: list[tuple[str, Any]] = [(str(one.user.pk), one.user) for one in hole.ranked]
        rows.extend([] if hole.is_whole else [(Instead.KEEP, _("Works the rest of the shift"))])
        rows.append((Instead.GAP, _("Leave the shift empty")))
        best = Instead.KEEP if not hole.is_whole else rows[0][0]
        super().__init__(label=str(hole.cell.shift_type), choices=rows, initial=best)

    def valid_value(self, value: Any) -> bool:
        """Let a colleague through who is offered no more: the service says why."""
        return bool(KEY.fullmatch(str(value))) or super().valid_value(value)


@dataclass(frozen=True)
class Section:
    """One shift of the form, for the template: the radios are (value, words, checked)."""

    hole: Hole
    name: str
    ranked: list[tuple[Candidate, bool]]
    other: list[tuple[str, Any, bool]]
    errors: Any

    @property
    def further(self) -> int:
        """How many stand behind the fold."""
        return len(self.ranked) - SHOWN


class ApproveLeaveForm(DeskPlainForm):
    """For each shift who stands in; the best is chosen already."""

    gap_reason = forms.CharField(
        label=_("Why a shift may stay empty"),
        required=False,
        max_length=200,
        help_text=_("Only where you leave a shift empty."),
    )
    note = forms.CharField(label=_("Note to the colleague"), required=False, max_length=300)

    def __init__(self, *args: Any, leave: Leave, **kwargs: Any) -> None:
        self.holes = who_could(leave)
        super().__init__(*args, **kwargs)
        for hole in self.holes:
            self.fields[self.name_of(hole)] = InsteadField(hole)
        seen = ",".join(f"{hole.cell.date}:{hole.cell.shift_type_id}" for hole in self.holes)
        self.fields["seen"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=seen)
        fields = ("gap_reason", "note") if self.holes else ("note",)
        self.layout = Layout(  # type: ignore[misc]
            HTML(render_to_string("duty/_stand_ins.html", {"sections": self.sections()})) if self.holes else None,
            Div(*(Field(name, wrapper_class="span-2") for name in fields), css_class="form-grid"),
        )

    @staticmethod
    def name_of(hole: Hole) -> str:
        """Return the field of a shift."""
        return f"instead_{hole.cell.date}"

    def sections(self) -> list[Section]:
        """Return the shifts with who could take each, as the template draws them."""
        return [self._section(hole) for hole in self.holes]

    def _section(self, hole: Hole) -> Section:
        name = self.name_of(hole)
        bound = self[name]
        value = str(bound.value())
        users = {str(one.user.pk) for one in hole.ranked}
        other = [(key, words, key == value) for key, words in bound.field.choices if key not in users]
        ranked = [(one, str(one.user.pk) == value) for one in hole.ranked]
        return Section(hole, name, ranked, other, bound.errors if self.is_bound else ())

    def values(self) -> dict[str, Any]:
        """Return what the service asks for."""
        data = self.cleaned_data
        names = [(hole.cell.date, data[self.name_of(hole)]) for hole in self.holes]
        keys = [key for _date, key in names if key.isdecimal()]
        users = {str(user.pk): user for user in User.objects.filter(pk__in=keys)}
        return {
            "instead": {date: users[key] if key in users else Instead(key) for date, key in names},
            "seen": _read(data["seen"]),
            "gap_reason": data.get("gap_reason", ""),
            "note": data["note"],
        }

    def clean(self) -> dict[str, Any]:
        """Stop a key that is nobody's."""
        data = super().clean() or self.cleaned_data
        keys = {key for name, key in data.items() if name.startswith("instead_") and str(key).isdecimal()}
        if keys and User.objects.filter(pk__in=keys).count() < len(keys):
            raise forms.ValidationError(_("There is no such colleague."))
        return data


def _read(seen: str) -> dict[dt.date, int]:
    """Return which shifts were on the screen; what is unreadable was none, so that the service refuses it."""
    try:
        pairs = [pair.split(":") for pair in seen.split(",") if pair]
        return {dt.date.fromisoformat(date): int(key) for date, key in pairs}
    except ValueError:
        return {}


class RefuseForm(DeskPlainForm):
    """Why not."""

    note = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
