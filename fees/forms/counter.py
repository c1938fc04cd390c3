"""The counter's form: which bills, how much, by which means, what was handed over (R-FEE-08)."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from fees.models import Bill, Tender
from fees.querysets import NOTHING
from fees.services import Money
from frontdesk.kit.forms import DeskPlainForm
from frontdesk.kit.money import format_yuan

if TYPE_CHECKING:
    from collections.abc import Iterable

Method = Tender.Method
SHAPE = re.compile(r"([0-9]{1,18})-([0-9]{1,14})")
MEANS = [
    (value, Method(value).label) for value in (Method.CASH, Method.WECHAT, Method.ALIPAY, Method.CARD, Method.TRANSFER)
]
"""In the order in which they come to the counter."""


def mark(bill: Bill) -> str:
    """Return what a ticked bill says: which one it is, and what was open of it on the screen, in fen."""
    return f"{bill.pk}-{int(bill.outstanding.scaleb(2))}"


def keys_in(values: Iterable[Any]) -> list[int]:
    """Return the keys of the bills that were ticked."""
    return [int(found[1]) for value in values if (found := SHAPE.fullmatch(str(value)))]


class BillsField(forms.Field):
    """Ticked bills, each as the cashier saw it: `outstanding` is what stood on the screen."""

    widget = forms.MultipleHiddenInput
    office: Any = None

    def to_python(self, value: Any) -> list[Bill]:
        """Return the bills of the office; what is none of its bills is refused."""
        seen: dict[int, Decimal] = {}
        for text in value or []:
            found = SHAPE.fullmatch(str(text))
            if found is None:
                raise ValidationError(_("Choose among the bills of this page."))
            seen[int(found[1])] = Decimal(int(found[2])).scaleb(-2)
        rows = Bill.objects.filter(office=self.office, pk__in=seen).with_names()
        bills = list(rows.oldest_first()) if seen else []
        if len(bills) != len(seen):
            raise ValidationError(_("Choose among the bills of this page."))
        for bill in bills:
            bill.outstanding = seen[bill.pk]
        return bills


class AmountField(forms.DecimalField):
    """Yuan with two places, typed on a keyboard without a mouse: no arrows that change it by accident."""

    def __init__(self, *, least: Decimal | None = Decimal("0.01"), **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", **options.pop("attrs", {})}
        super().__init__(
            max_digits=12, decimal_places=2, min_value=least, widget=forms.TextInput(attrs=attrs), **options
        )

    def to_python(self, value: Any) -> Decimal | None:
        """Read ¥1,234.50 as people write it, full-width digits as well."""
        if isinstance(value, str):
            value = re.sub(r"[¥,\s]", "", unicodedata.normalize("NFKC", value))
        return super().to_python(value)


class TakeForm(DeskPlainForm):
    """Everything on one screen; an empty amount takes exactly what the ticked bills come to."""

    acts_once = True
    free_text = ("note",)

    bills = BillsField(required=False, label=_("Bills"))
    amount = AmountField(label=_("Amount taken"), required=False, attrs={"autofocus": True, "class": "amount"})
    method = forms.ChoiceField(label=_("Means"), choices=MEANS, initial=Method.CASH, widget=forms.RadioSelect)
    handed_over = AmountField(label=_("Handed over in cash"), required=False, attrs={"class": "amount"})
    reference = forms.CharField(label=_("Slip no."), max_length=60, required=False)
    amount2 = AmountField(label=_("Of this by another means"), required=False)
    method2 = forms.ChoiceField(label=_("The other means"), choices=MEANS, initial=Method.WECHAT, required=False)
    reference2 = forms.CharField(label=_("Slip no. of the other means"), max_length=60, required=False)
    payer = forms.CharField(label=_("Payer"), max_length=80, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    keep_rest = forms.BooleanField(label=_("Keep what is too much as an advance"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bills"].office = self.office

    @property
    def has_more(self) -> bool:
        """Whether something stands in the part that is folded away."""
        names = ("amount2", "reference", "reference2", "note")
        return any(name in self.errors or self[name].value() for name in names)

    def clean(self) -> dict[str, Any]:
        """More than is due is kept only if that is meant; what is paid by two means is two different ones."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        due = sum((bill.outstanding for bill in data["bills"]), NOTHING)
        if data["amount"] is None:
            data["amount"] = due or None
        if data["amount"] is None:
            self.add_error("amount", _("Tick a bill, or write down how much is paid in advance."))
        elif data["bills"] and data["amount"] > due and not data["keep_rest"]:
            words = {"rest": format_yuan(data["amount"] - due)}
            message = _("This is %(rest)s more than is due. Change it, or tick that the rest is kept as an advance.")
            self.add_error("amount", message % words)
        elif data["amount2"] is not None:
            self._check_second(data)
        return data

    def _check_second(self, data: dict[str, Any]) -> None:
        if data["amount2"] >= data["amount"]:
            self.add_error("amount2", _("This must be less than all that is taken."))
        elif data["method2"] == data["method"]:
            self.add_error("method2", _("Choose another means than the first one."))

    def values(self) -> dict[str, Any]:
        """Return the service's words: the bills as they were seen, each means with its part."""
        data = self.cleaned_data
        second = data["amount2"]
        lines = [(data["method"], data["amount"] - (second or 0), data["reference"])]
        if second is not None:
            lines.append((data["method2"], second, data["reference2"]))
        cash, handed = Method.CASH, data["handed_over"]
        money = [
            Money(method, amount, handed) if method == cash else Money(method, amount, reference=reference)
            for method, amount, reference in lines
        ]
        return {"bills": data["bills"], "money": money, "payer": data["payer"], "note": data["note"]}


class NothingForm(DeskPlainForm):
    """An act that asks for nothing but a yes, once."""

    acts_once = True
