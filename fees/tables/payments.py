"""Receipts, voids and refunds, tills as the screen, print and Excel show them (R-FEE-08, R-FEE-09, R-FEE-11)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from fees.models import Payment, Reversal, Tender, Till
from fees.workflow import REVERSAL_TONES, TILL_TONES, ReversalState, TillState
from frontdesk.kit.listing import (
    Action,
    ChoiceColumn,
    Column,
    DateTimeColumn,
    MoneyColumn,
    NumberColumn,
    StateColumn,
    Table,
    TagsColumn,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from frontdesk.kit.listing.columns import Row

COUNTER = Action(_("Fee counter"), "fees:counter", "fees.take_payment", "cash-coin", "primary")
MY_TILL = Action(_("My till"), "fees:till_mine", "fees.take_payment", "cash-stack")
KIND_TONES = {Payment.Kind.PAYMENT: "ok", Payment.Kind.VOID: "danger", Payment.Kind.REFUND: "warn"}
VOIDED = _("Void")


def means_of(pks: list[Any]) -> Mapping[Any, list[str]]:
    """Read by which means each of some receipts was paid; where there are several, with their parts."""
    found: dict[Any, list[tuple[str, Any]]] = defaultdict(list)
    rows = Tender.objects.filter(payment__in=pks).order_by("pk").values_list("payment", "method", "amount")
    for payment, method, amount in rows:
        found[payment].append((str(Tender.Method(method).label), amount))
    return {
        payment: [f"{word} {amount}" if len(words) > 1 else word for word, amount in words]
        for payment, words in found.items()
    }


def kind_or_void(kind: str, row: Row) -> Any:
    """Say what kind of entry it is; a payment that was undone is void."""
    if row["voided"]:
        return format_html('<span class="badge tone-muted">{}</span>', VOIDED)
    return format_html(
        '<span class="badge tone-{}">{}</span>', KIND_TONES[Payment.Kind(kind)], Payment.Kind(kind).label
    )


class PaymentTable(Table):
    """Receipts; voids and refunds stand among them with their minus."""

    number = Column(_("Receipt no."), sort=True, link="fees:payment")
    kind = Column(_("Kind"), render=kind_or_void, needs=("voided",), sort=True)
    paid_at = DateTimeColumn(_("Paid at"), sort=True)
    unit = Column(_("Unit"), "unit__code", sort=True, link="estate:unit", link_pk="unit")
    payer = Column(_("Payer"), sort=True)
    means = TagsColumn(_("Means"), load=means_of)
    amount: MoneyColumn = MoneyColumn(_("Amount"), sort=True, total=True)
    taken_by = Column(_("Cashier"), "taken_by__name", sort="taken_by__name")
    till = Column(_("Till"), "till__number", optional=True, default_shown=False)
    printed = NumberColumn(_("Times printed"), optional=True, default_shown=False)
    note = Column(_("Note"), optional=True, default_shown=False, css="text")
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = Payment
        default_sort = ("-paid_at",)
        empty = _("No payments yet")
        empty_icon = "receipt"
        first = COUNTER


class BlindPaymentTable(PaymentTable):
    """The same without a sum: whoever still has to count a till is not told what it should hold (R-FEE-11)."""

    amount = MoneyColumn(_("Amount"), sort=True)

    class Meta(PaymentTable.Meta):
        pass


class ReversalTable(Table):
    """What somebody wants to take back, and what became of it."""

    payment = Column(_("Receipt no."), "payment__number", sort=True, link="fees:reversal")
    kind = ChoiceColumn(_("Kind"), choices=Reversal.Kind.choices, sort=True)
    state = StateColumn(_("State"), choices=ReversalState.choices, styles=REVERSAL_TONES, sort=True)
    amount = MoneyColumn(_("Amount"), sort=True)
    reason = Column(_("Reason"), css="text")
    requested_by = Column(_("Asked for by"), "requested_by__name")
    requested_at = DateTimeColumn(_("Asked for at"), sort=True)
    decided_by = Column(_("Decided by"), "decided_by__name")
    mirror = Column(_("Entry made"), "mirror__number", link="fees:payment", link_pk="mirror")
    office = Column(_("Office"), "payment__office__name", only_all=True)

    class Meta:
        model = Reversal
        default_sort = ("-requested_at",)
        empty = _("Nothing was voided or paid back")
        empty_icon = "arrow-counterclockwise"


class TillTable(Table):
    """Tills, one for each count of a cashier."""

    number = Column(_("No."), sort=True, link="fees:till")
    state = StateColumn(_("State"), choices=TillState.choices, styles=TILL_TONES, sort=True)
    cashier = Column(_("Cashier"), "cashier__name", sort="cashier__name")
    opened_at = DateTimeColumn(_("Opened at"), sort=True)
    counted_at = DateTimeColumn(_("Counted on"), sort=True)
    cash = MoneyColumn(_("Cash counted"), total=True)
    expected = MoneyColumn(_("Cash expected"), total=True)
    difference = MoneyColumn(_("Over or short"), total=True, sort=True)
    confirmed_by = Column(_("Confirmed by"), "confirmed_by__name")
    deposited = MoneyColumn(_("Paid in"), total=True)
    deposit_slip = Column(_("Bank slip no."), optional=True, default_shown=False)
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = Till
        default_sort = ("-opened_at",)
        empty = _("No till yet")
        empty_text = _("The first payment of a cashier opens a till.")
        empty_icon = "cash-stack"
        first = COUNTER
