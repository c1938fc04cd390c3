"""Routes, and what is said at a point of a round."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from duty.forms.findings import BECOMES, TEXT
from frontdesk.kit.forms import DeskPlainForm, PhotosField


class RouteForm(DeskPlainForm):
    """A name and a line for each point."""

    acts_once = True

    name = forms.CharField(label=_("Route"), max_length=40)
    points = forms.CharField(
        label=_("Points"),
        max_length=6_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("One line for each point, in the order they are walked."),
    )


class TickForm(DeskPlainForm):
    """One point: a tap is enough; remark, photos, a finding where there is one."""

    acts_once = True

    remark = forms.CharField(label=_("Remark"), required=False, max_length=500)
    found = forms.CharField(label=_("What was found"), required=False, max_length=TEXT)
    solution = forms.CharField(label=_("Solved on the spot: how"), required=False, max_length=TEXT)
    becomes = forms.ChoiceField(label=_("What it becomes"), choices=BECOMES, required=False)
    photos = PhotosField(label=_("Photos"), required=False)
    skip = forms.BooleanField(label=_("Leave this point out"), required=False, help_text=_("The remark says why."))
    at = forms.IntegerField(required=False, min_value=0, max_value=2**42, widget=forms.HiddenInput)
    """When the phone was there, in milliseconds since 1970."""

    def values(self) -> dict[str, Any]:
        """Return what the service asks for; the moment as one."""
        data = dict(super().values())
        at = data.pop("at")
        return data | {"at": None if at is None else dt.datetime.fromtimestamp(at / 1000, tz=dt.UTC)}


class FinishForm(DeskPlainForm):
    """Why points are left, and a word on the round."""

    acts_once = True

    left = forms.CharField(label=_("Why points are left out"), required=False, max_length=300)
    note = forms.CharField(label=_("Remark on the round"), required=False, max_length=300)
