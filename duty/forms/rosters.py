"""Which month, from which day, and why."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from duty.models import Roster
from frontdesk.kit.calendar import local_date
from frontdesk.kit.forms import DeskPlainForm
from frontdesk.kit.periods import next_month

AHEAD = 3
"""Months that can be begun: this one and the two after it."""


class MonthForm(DeskPlainForm):
    """The month of a new roster."""

    month = forms.ChoiceField(label=_("Month"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [local_date().replace(day=1)]
        while len(months) < AHEAD:
            months.append(next_month(months[-1]))
        begun = set(Roster.objects.filter(office=self.office).values_list("month", flat=True)) if self.office else set()
        free = [month for month in months if month not in begun]
        field: Any = self.fields["month"]
        field.choices = [(month.isoformat(), f"{month:%Y-%m}") for month in free]
        field.initial = next((month.isoformat() for month in free[::1] if month > months[0]), None)

    def values(self) -> dict[str, Any]:
        """Return the month's first day."""
        return {"month": dt.date.fromisoformat(self.cleaned_data["month"])}


class NothingForm(DeskPlainForm):
    """An act that asks for nothing."""


class SinceForm(DeskPlainForm):
    """From which day on the month is planned again."""

    since = forms.DateField(label=_("Plan again from"))


class ReasonForm(DeskPlainForm):
    """Why a published month changes; it stands beside each change."""

    reason = forms.CharField(label=_("Why"), max_length=200)
