"""Wishes for months to come."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from duty.models import ShiftType, Wish
from frontdesk.kit.forms import DeskPlainForm


class WishForm(DeskPlainForm):
    """What one would like on one date."""

    date = forms.DateField(label=_("Date"))
    kind = forms.ChoiceField(label=_("Wish"), choices=Wish.Kind.choices, initial=Wish.Kind.AVOID)
    shift_type = forms.ModelChoiceField(
        label=_("Shift"), queryset=ShiftType.objects.none(), required=False, empty_label=_("Any shift")
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["shift_type"]
        field.queryset = ShiftType.objects.of_office(self.office).in_use()
