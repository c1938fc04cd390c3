"""The cashier's day: taken, counted blind, confirmed by a second person, taken to the bank (R-FEE-11)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django.views.decorators.http import require_safe

from fees import services
from fees.filters.payments import TillFilter
from fees.forms.payments import CountForm, DepositForm, RecountForm
from fees.models import DENOMINATIONS, Tender, Till
from fees.tables.payments import COUNTER, MY_TILL, TillTable, means_of
from fees.workflow import TILL_TONES, TillState
from frontdesk.kit.listing.links import Action
from frontdesk.kit.pages import DetailPage, ListPage, MovePage, Page, Preset, move_pages
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

VIEW = "fees.view_till"
SHOWN = 300
Method = Tender.Method


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Lead a cashier to the till they take money into; before the first payment, to those of the days before."""
    user: Any = request.user
    require(user, "fees.take_payment", request.office)
    till = Till.objects.of_office(request.office).open().of_cashier(user).first()
    return redirect(till if till is not None else f"{reverse('fees:till_list')}?whose=mine")


class TillList(ListPage):
    """One line for each count of a cashier."""

    table = TillTable
    filterset = TillFilter
    permission = VIEW
    export_permission = "fees.export_bill"
    actions = (COUNTER, MY_TILL)
    presets = (
        Preset(_("For me to confirm"), "state=to_confirm"),
        Preset(pgettext_lazy("till", "Open"), "state=open"),
        Preset(_("To be paid in"), "state=confirmed"),
        Preset(_("All"), ""),
    )

    def preset_counts(self) -> dict[str, int]:
        """Count what waits for somebody."""
        rows: Any = self.get_queryset()
        confirms = self.user.has_perm("fees.confirm_till", self.office)
        return {
            "state=to_confirm": rows.to_confirm_by(self.user).count() if confirms else 0,
            "state=open": rows.open().count(),
            "state=confirmed": rows.filter(state=TillState.CONFIRMED).count(),
        }


class TillDetail(DetailPage):
    """A till: while it takes money, each receipt but no sum; afterwards what was counted and what differs."""

    model = Till
    permission = VIEW
    related = ("office", "cashier", "confirmed_by")
    card = "fees/_till.html"
    state_tones = TILL_TONES
    actions = (Action(_("Close sheet"), "fees:till_sheet", VIEW, "printer"),)

    def get_context(self) -> dict[str, Any]:
        """Add the receipts, and once it is counted the comparison."""
        payments = list(self.object.payments.select_related("unit").order_by("-pk")[:SHOWN])
        means = means_of([payment.pk for payment in payments])
        is_open = self.object.state == TillState.OPEN
        return {
            "payments": [(payment, "、".join(means.get(payment.pk, ()))) for payment in payments],
            "receipts": self.object.payments.count(),
            "is_open": is_open,
            "is_mine": self.object.cashier_id == self.user.pk,
            "compared": [] if is_open else compared(self.object),
            "pieces": [] if is_open else pieces(self.object),
            **({"actions": []} if is_open else {}),
        }


class TillSheet(Page):
    """日结单 · the close of a till on paper, with the last link of the chain of receipts, to be signed by two."""

    model = Till
    permission = VIEW
    related = ("office", "cashier", "confirmed_by")
    title = _("Close sheet")
    template_name = "fees/till_sheet.html"

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        till = self.object = self.get_object()
        self.require(till)
        numbers = list(till.payments.order_by("pk").values_list("number", flat=True))
        context = {
            "till": till,
            "compared": [] if till.state == TillState.OPEN else compared(till),
            "pieces": pieces(till),
            "receipts": len(numbers),
            "first": numbers[0] if numbers else "",
            "last": numbers[-1] if numbers else "",
            "crumbs": [*self.frame()["crumbs"], (str(till), till.get_absolute_url())],
        }
        return self.respond(context)


def compared(till: Till) -> list[tuple[Any, Decimal, Decimal, Decimal]]:
    """Return by means what was counted, what the books said, and the difference; means without money are left out."""
    zero = Decimal("0.00")
    rows = [(Method.CASH.label, till.cash or zero, till.expected or zero)]
    rows += [
        (method.label, Decimal(till.slips.get(method, 0)), Decimal(till.expected_slips.get(method, 0)))
        for method in Method
        if method != Method.CASH
    ]
    return [
        (label, counted, books, counted - books)
        for place, (label, counted, books) in enumerate(rows)
        if place == 0 or counted or books
    ]


def pieces(till: Till) -> list[tuple[Decimal, int, Decimal]]:
    """Return each note and coin that was there: value, how many, what they come to."""
    rows = [(value, till.counts.get(str(value), 0)) for value in DENOMINATIONS]
    return [(value, number, value * number) for value, number in rows if number]


class CountTill(MovePage):
    """Note by note; nothing on the page says what it should come to."""

    model = Till
    move = "count_till"
    form_class = CountForm
    service = services.count_till
    apart = True
    success = _("Counted: %(object)s")
    template_name = "fees/count.html"

    def get_initial(self) -> dict[str, Any]:
        """Begin with the change the till was opened with."""
        return {"float_amount": self.object.float_amount or None}


class ConfirmTill(MovePage):
    """A second person has counted as well."""

    model = Till
    move = "confirm_till"
    service = services.confirm_till
    success = _("Confirmed: %(object)s")


class RecountTill(MovePage):
    """The cashier counts again."""

    model = Till
    move = "recount_till"
    form_class = RecountForm
    service = services.recount_till


class DepositTill(MovePage):
    """The cash is at the bank."""

    model = Till
    move = "deposit_till"
    form_class = DepositForm
    service = services.deposit_till
    success = _("Paid in: %(object)s")

    def get_initial(self) -> dict[str, Any]:
        """Begin with what was counted, less the change that stays."""
        return {"amount": max(Decimal(0), (self.object.cash or Decimal(0)) - self.object.float_amount) or None}


till_move = move_pages(CountTill, ConfirmTill, RecountTill, DepositTill)
