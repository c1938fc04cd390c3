"""Which days, and tickets of which kind, the statistics are about."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from frontdesk.kit.forms import DeskPlainForm

MOST_DAYS = 366 * 5


class PeriodForm(DeskPlainForm):
    """Two days, both included, and a kind."""

    acts_once = False

    first = forms.DateField(label=_("Received from"))
    last = forms.DateField(label=_("Received until"))
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *Ticket.Kind.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order, and more than five years."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if first and last and first > last:
            self.add_error("last", _("The first date is after the last."))
        elif first and last and (last - first).days > MOST_DAYS:
            self.add_error("last", _("Choose five years at most."))
        return data
