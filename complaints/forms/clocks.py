"""Pausing the clocks, and reporting what is major."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.forms import DeskPlainForm


class PauseForm(DeskPlainForm):
    """What it waits for, until when."""

    reason = forms.CharField(
        label=_("What it waits for"),
        max_length=200,
        help_text=_("Whoever answers for the ticket and whoever has it in hand read this."),
    )
    until = forms.DateTimeField(label=_("Until"), help_text=_("Then the clocks go on by themselves; 90 days at most."))

    free_text = ("reason",)


class MajorForm(DeskPlainForm):
    """What makes it major."""

    reason = forms.CharField(
        label=_("What makes it major"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "data-draft": True}),
        help_text=_("Injury, fire, flood, many households, the press … It goes to the managers at once."),
    )
