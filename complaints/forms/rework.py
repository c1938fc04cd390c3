"""Confirming warranty rework with the resident."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.forms import DeskPlainForm


class ConfirmReworkForm(DeskPlainForm):
    """Who looked at it, and what they said."""

    with_whom = forms.CharField(
        label=_("Confirmed by"),
        max_length=40,
        help_text=_("Who of the household looked at it and agrees that it is done."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "data-draft": True}),
    )

    free_text = ("with_whom",)
