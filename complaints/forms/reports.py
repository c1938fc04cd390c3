"""Which month's report is to be made."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.models import MonthlyReport
from frontdesk.kit.calendar import local_date
from frontdesk.kit.forms import DeskPlainForm
from frontdesk.kit.periods import month_before

OFFERED = 36
"""Months back."""


class ReportForm(DeskPlainForm):
    """Which of the two, for which month that is over."""

    kind = forms.ChoiceField(label=_("Report"), choices=MonthlyReport.Kind)
    month = forms.TypedChoiceField(
        label=_("Month"),
        coerce=dt.date.fromisoformat,
        help_text=_("What was made before is replaced; the old file is kept for a month more."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        month, months = local_date(), []
        for _place in range(OFFERED):
            month = month_before(month).first
            months.append((month.isoformat(), f"{month:%Y-%m}"))
        self.fields["month"].choices = months
