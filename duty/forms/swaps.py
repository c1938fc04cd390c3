"""Proposing a swap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crispy_forms.layout import HTML, Field, Layout
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from duty.services.offers import offers_for
from frontdesk.kit.forms import DeskPlainForm

if TYPE_CHECKING:
    from duty.models import Assignment
    from frontdesk.staff.models import User


class SwapForm(DeskPlainForm):
    """What one would take for a shift of one's own, and why."""

    offer = forms.ChoiceField(label=_("For"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)

    def __init__(self, *args: Any, mine: Assignment, other: User | None, **kwargs: Any) -> None:
        self.mine = mine
        self.offers = {offer.key: offer for offer in offers_for(mine, other=other)}
        super().__init__(*args, **kwargs)
        field: Any = self.fields["offer"]
        field.choices = [(key, offer.other) for key, offer in self.offers.items()]
        rows = [(offer, self["offer"].value() == offer.key) for offer in self.offers.values()]
        context = {"offers": rows, "mine": mine, "errors": self["offer"].errors if self.is_bound else ()}
        self.layout = Layout(  # type: ignore[misc]
            HTML(render_to_string("duty/_offers.html", context)), Field("reason", wrapper_class="span-2")
        )

    def values(self) -> dict[str, Any]:
        """Return what the service asks for."""
        offer = self.offers[self.cleaned_data["offer"]]
        return {"other": offer.other, "other_date": offer.date, "reason": self.cleaned_data["reason"]}
