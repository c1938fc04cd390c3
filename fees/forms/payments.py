"""Taking money back, counting a till, paying it in (R-FEE-09, R-FEE-11)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.forms.counter import AmountField
from fees.models import DENOMINATIONS, Reversal, Tender
from fees.services import refundable
from fees.services.tills import MOST
from frontdesk.kit.forms import DeskPlainForm

if TYPE_CHECKING:
    from fees.models import Payment

Method = Tender.Method
Kind = Reversal.Kind
SLIPS = tuple(method for method in Method if method != Method.CASH)


def lines(rows: int = 2) -> forms.Textarea:
    """Return a box for a sentence or two."""
    return forms.Textarea(attrs={"rows": rows})


class ReversalForm(DeskPlainForm):
    """Void it as a whole, or pay an advance back: what can be refunded stands beside it."""

    acts_once = True
    free_text = ("reason",)

    kind = forms.ChoiceField(label=_("What is asked for"), choices=Kind.choices, widget=forms.RadioSelect)
    amount = AmountField(label=_("Paid back"), required=False)
    method = forms.ChoiceField(label=_("Paid back by"), choices=Method.choices, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=lines())

    def __init__(self, *args: Any, payment: Payment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = refundable(payment)
        part_is_back = payment.reversed_by.exists()
        offered = [(Kind.VOID, Kind.VOID.label)] if not part_is_back else []
        if most:
            offered.append((Kind.REFUND, Kind.REFUND.label))
            self.fields["amount"].initial = most
            self.fields["amount"].help_text = _("At most %(amount)s yuan, what is there in advance.") % {"amount": most}
            self.fields["method"].initial = payment.tenders.values_list("method", flat=True).first()
        else:
            del self.fields["amount"], self.fields["method"]
        self.fields["kind"].choices = offered or Kind.choices
        self.fields["kind"].initial = self.fields["kind"].choices[0][0]

    def values(self) -> dict[str, Any]:
        """Return the service's words; a void takes back all, by the means it came."""
        values = super().values()
        if values["kind"] == Kind.VOID:
            values.pop("amount", None)
            values.pop("method", None)
        elif not values.get("method"):
            values["method"] = Method.CASH
        return values


class CountForm(DeskPlainForm):
    """How many of each note and coin, what the slips come to; nothing says what it should be (R-FEE-11)."""

    acts_once = True
    free_text = ("reason",)

    float_amount = AmountField(label=_("Change it began with"), required=False, least=Decimal(0))
    reason = forms.CharField(label=_("Reason of a difference"), max_length=300, required=False, widget=lines())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for value in DENOMINATIONS:
            self.fields[f"count_{value}"] = forms.IntegerField(
                label=_("%(value)s yuan") % {"value": value},
                required=False,
                min_value=0,
                max_value=MOST,
                widget=forms.TextInput(
                    attrs={"inputmode": "numeric", "autocomplete": "off", "data-value": int(value * 100)}
                ),
            )
        for method in SLIPS:
            self.fields[f"slip_{method}"] = AmountField(label=method.label, required=False, least=None)

    @property
    def pieces(self) -> list[forms.BoundField]:
        """Return the fields of notes and coins."""
        return [self[f"count_{value}"] for value in DENOMINATIONS]

    @property
    def slips(self) -> list[forms.BoundField]:
        """Return the fields of the other means."""
        return [self[f"slip_{method}"] for method in SLIPS]

    def values(self) -> dict[str, Any]:
        """Return the service's words."""
        data = self.cleaned_data
        return {
            "counts": {str(value): data[f"count_{value}"] or 0 for value in DENOMINATIONS},
            "slips": {str(method): data[f"slip_{method}"] or Decimal(0) for method in SLIPS},
            "float_amount": data["float_amount"],
            "reason": data["reason"],
        }


class RecountForm(DeskPlainForm):
    """Why it is to be counted again."""

    note = forms.CharField(label=_("Why"), max_length=300, widget=lines())


class DepositForm(DeskPlainForm):
    """What was paid in at the bank, by which slip."""

    amount = AmountField(label=_("Paid in"))
    slip = forms.CharField(label=_("Bank slip no."), max_length=60)


class RefuseForm(DeskPlainForm):
    """Why not."""

    note = forms.CharField(label=_("Why not"), max_length=300, widget=lines())
