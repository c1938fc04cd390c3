"""The gate, on a phone: a plate in, a plate out, how it is paid (R-FEE-05)."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from fees.models import Tender
from frontdesk.kit.forms import DeskPlainForm

LATER = "later"
MEANS = tuple(
    (method.value, method.label) for method in (Tender.Method.WECHAT, Tender.Method.ALIPAY, Tender.Method.CASH)
)


def means(*, later: bool) -> forms.ChoiceField:
    """Return the question how a fee is paid; nothing is chosen beforehand, so that nothing is booked by a slip."""
    choices = [*MEANS, (LATER, _("Not yet: at the counter"))] if later else MEANS
    return forms.ChoiceField(label=pgettext_lazy("means", "Paid by"), choices=choices, widget=forms.RadioSelect)


class PlateForm(DeskPlainForm):
    """A plate."""

    plate = forms.CharField(
        label=_("Plate"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "autofocus": True, "placeholder": "粤B12345"}
        ),
    )
    is_other = forms.BooleanField(label=_("Another kind of plate (new car, military, foreign)"), required=False)

    acts_once = True
    layout = Layout(Div("plate", "is_other", css_class="form-grid"))


class NoEntryForm(PlateForm):
    """A plate that nobody wrote down coming in, and how it is paid where whoever is at the gate takes money."""

    layout = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user.has_perm("fees.take_payment", self.office):
            self.fields["method"] = means(later=True)

    def values(self) -> dict[str, Any]:
        """Return the service's words."""
        values = super().values()
        return values | {"method": "" if values.get("method") in (LATER, None) else values["method"]}


class LeaveForm(DeskPlainForm):
    """The fee that was told, and how it is paid where whoever is at the gate takes money."""

    told = forms.DecimalField(widget=forms.HiddenInput, decimal_places=2, max_digits=14, required=False)

    acts_once = True

    def __init__(self, *args: Any, asks_for_means: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks_for_means:
            self.fields["method"] = means(later=True)

    def values(self) -> dict[str, Any]:
        """Return the service's words."""
        values = super().values()
        return values | {"method": "" if values.get("method") in (LATER, None) else values["method"]}


class PayForm(DeskPlainForm):
    """How a fee is paid."""

    method = means(later=False)

    acts_once = True
