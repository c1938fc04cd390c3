"""Money goes back: a void undoes a payment, a refund pays out an advance; both are entries of their own (R-FEE-09)."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy as _

from fees.models import AccountEntry, Bill, Payment, Reversal, Tender
from fees.querysets import NOTHING, total
from fees.services.accounts import balance_of, lock_bills, lock_units, settle
from fees.services.deciding import decide, tell_deciders, tell_who_asked
from fees.services.paying import Money, finish_payment, new_payment
from fees.services.tills import open_till
from frontdesk.estate.services.writing import refusing_doubles
from frontdesk.kit import activity
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply
from frontdesk.staff.services import require_at_post

if TYPE_CHECKING:
    import datetime as dt

    from frontdesk.staff.models import User

Kind = Reversal.Kind
VOIDED = _("This payment is void.")


def request_reversal(
    payment: Payment,
    *,
    kind: str,
    reason: str,
    by: User,
    amount: Decimal | None = None,
    method: str = Tender.Method.CASH,
) -> Reversal:
    """Ask that a payment be voided, or that an advance it brought be paid back.

    Raises:
        Conflict: it is void, or a request about it waits for a decision.
        DeskError: without a reason; more than was paid or is there in advance.

    """
    require(by, "fees.request_reversal", payment)
    reason = must_be_said(reason, _("Say why."), field="reason")
    with transaction.atomic():
        fresh = _locked(payment)
        wanted = fresh.amount if kind == Kind.VOID else amount
        if wanted is None or wanted <= 0:
            raise DeskError(_("Write down how much is to be paid back."), field="amount")
        request = Reversal(payment=fresh, kind=kind, amount=wanted, method=method, reason=reason, requested_by=by)
        _check(request)
        with refusing_doubles(str(_("A request about this payment waits for a decision."))):
            request.save(force_insert=True)
        activity.record(request, "request_reversal", by=by, after=activity.snapshot(request), note=reason)
        activity.record(fresh, "request_reversal", by=by, note=reason)
        text = _("{by} asks: {request}, {amount} yuan. {reason}")
        tell_deciders(request, format_lazy(text, by=by, request=request, amount=request.amount, reason=reason), by=by)
    return request


def approve_reversal(request: Reversal, *, by: User, note: str = "") -> Reversal:
    """Agree: the mirror entry is made at once, out of the till of who asked for it, or of who took the money.

    Raises:
        Conflict: it was decided meanwhile, or the payment is void; whose till it would leave does not hold the post
            the money is kept at.
        DeskError: the advance has been drawn by now; one approves what somebody else asked for.

    """
    with apply("approve_reversal", request, by=by, note=note) as fresh:
        decide(fresh, by=by, note=note)
        _must_hold_the_money(fresh)
        payment = _locked(fresh.payment)
        _check(fresh)
        fresh.mirror = _void(payment, fresh, by=by) if fresh.kind == Kind.VOID else _refund(payment, fresh, by=by)
    tell_who_asked(fresh, _("{by} approved: {request}. {note}"), by=by)
    return fresh


def refuse_reversal(request: Reversal, *, note: str, by: User) -> Reversal:
    """Refuse it, with a reason.

    Raises:
        Conflict: it was decided or withdrawn meanwhile.
        DeskError: without a reason.

    """
    note = must_be_said(note, _("Say why not."), field="note")
    with apply("refuse_reversal", request, by=by, note=note) as fresh:
        decide(fresh, by=by, note=note)
    tell_who_asked(fresh, _("{by} refused: {request}. {note}"), by=by)
    return fresh


def withdraw_reversal(request: Reversal, *, by: User, note: str = "") -> Reversal:
    """Take the request back.

    Raises:
        Conflict: it was decided meanwhile.

    """
    with apply("withdraw_reversal", request, by=by, note=note) as fresh:
        pass
    return fresh


def refundable(payment: Payment) -> Decimal:
    """Return how much of a payment can be paid back: what its unit has in advance, at most what it brought."""
    if payment.unit is None or payment.kind != Payment.Kind.PAYMENT or is_void(payment):
        return NOTHING
    back = -total(payment.reversed_by.all())
    return max(NOTHING, min(payment.amount - back, balance_of(payment.unit)))


def is_void(payment: Payment) -> bool:
    """Answer whether a payment was undone as a whole."""
    return payment.reversed_by.filter(kind=Payment.Kind.VOID).exists()


def _locked(payment: Payment) -> Payment:
    fresh = (
        Payment.objects.select_for_update(of=("self",), no_key=True).select_related("office", "unit").get(pk=payment.pk)
    )
    if fresh.kind != Payment.Kind.PAYMENT:
        raise DeskError(_("Only a payment can be taken back."))
    if is_void(fresh):
        raise Conflict(VOIDED)
    return fresh


def _check(request: Reversal) -> None:
    payment = request.payment
    if request.kind == Kind.REFUND and request.amount > refundable(payment):
        message = _("At most %(amount)s yuan can be paid back: what the unit has in advance, and this payment brought.")
        raise DeskError(message % {"amount": refundable(payment)}, field="amount")
    if request.kind == Kind.VOID and payment.reversed_by.exists():
        raise DeskError(_("Part of it was paid back: it can no longer be voided as a whole."))


def _void(payment: Payment, request: Reversal, *, by: User) -> Payment:
    """Enter the mirror of a payment: its bills are open again, what it brought into accounts leaves them."""
    parts: dict[int, Decimal] = defaultdict(Decimal)
    for row in payment.allocations.all():
        parts[row.bill_id] += row.amount
    entries = list(payment.entries.select_related("unit"))
    paid_for = Bill.objects.filter(pk__in=parts, unit__isnull=False).values_list("unit", flat=True)
    lock_units([*(row.unit_id for row in entries), *paid_for])
    spread = [(bill, -parts[bill.pk]) for bill in lock_bills(payment.office, parts)]
    _must_still_be_there(entries)
    money = [Money(row.method, -row.amount, reference=row.reference) for row in payment.tenders.all()]
    mirror = _mirror(payment, request, Payment.Kind.VOID, by=by)
    finish_payment(mirror, money, spread)
    settle(spread, source={"payment": mirror}, by=by, at=mirror.paid_at)
    AccountEntry.objects.bulk_create(
        AccountEntry(unit=row.unit, account=row.account, amount=-row.amount, payment=mirror, at=mirror.paid_at, by=by)
        for row in entries
        if row.account == AccountEntry.Account.ADVANCE  # `settle` has taken the prepayments out again
    )
    for bill, _part in spread:
        _take_excess_back(bill, by=by, at=mirror.paid_at)
    activity.record(payment, "void_payment", by=by, note=request.reason)
    return mirror


def _refund(payment: Payment, request: Reversal, *, by: User) -> Payment:
    unit: Any = payment.unit  # `_check` has refused where there is none: nothing is refundable
    lock_units([unit.pk])
    _check(request)  # again, now that nobody else draws from the account
    mirror = _mirror(payment, request, Payment.Kind.REFUND, by=by)
    finish_payment(mirror, [Money(request.method, -request.amount)], [])
    AccountEntry.objects.create(
        unit=unit, amount=-request.amount, payment=mirror, at=mirror.paid_at, by=by, note=request.reason[:200]
    )
    activity.record(payment, "refund_payment", by=by, note=request.reason)
    return mirror


def _cashier_of(request: Reversal) -> User:
    """Return through whose till it goes: a supervisor who asks has none, and could count none."""
    asked, payment = request.requested_by, request.payment
    return asked if asked.has_perm("fees.take_payment", payment) else payment.taken_by


def _must_hold_the_money(request: Reversal) -> None:
    """Refuse to let money leave under the name of somebody who has handed the post over (R-DUTY-09)."""
    cashier = _cashier_of(request)
    try:
        require_at_post(cashier, request.payment.office, "money")
    except Conflict as error:
        words = {"name": cashier, "why": error}
        raise Conflict(_("It would leave the till of %(name)s. %(why)s") % words) from error


def _mirror(payment: Payment, request: Reversal, kind: str, *, by: User) -> Payment:
    till = open_till(payment.office, cashier=_cashier_of(request))
    return new_payment(
        till,
        kind,
        -request.amount,
        by=request.requested_by,
        unit=payment.unit,
        payer=payment.payer,
        reverses=payment,
        approved_by=by,
        note=request.reason,
    )


def _must_still_be_there(entries: list[AccountEntry]) -> None:
    brought: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for row in entries:
        brought[row.unit_id, row.account] += row.amount
    for row in entries:
        if balance_of(row.unit, row.account) < brought[row.unit_id, row.account]:
            message = _("What %(unit)s paid in advance with it has been used for bills by now.")
            raise DeskError(message % {"unit": row.unit})


def _take_excess_back(bill: Bill, *, by: User, at: dt.datetime) -> None:
    """Where a bill was made less after it was paid, its excess lies in the advance; from there it goes back.

    Raises:
        DeskError: it has been used for other bills by now.

    """
    excess = bill.outstanding - bill.amount - total(bill.adjustments.all())
    if excess <= 0 or bill.unit is None:
        return
    if balance_of(bill.unit) < excess:
        message = _(
            "%(bill)s was made less after it was paid, and the difference has been used for other bills by now."
        )
        raise DeskError(message % {"bill": bill})
    note = (gettext("Its payment is void: %(bill)s") % {"bill": bill})[:200]
    entry = AccountEntry.objects.create(unit=bill.unit, amount=-excess, at=at, by=by, note=note)
    settle([(bill, excess)], source={"entry": entry}, by=by, at=at)


def bills_of(payment: Payment) -> list[tuple[Bill, Decimal]]:
    """Return what a receipt lists: its bills with the parts it paid, in the order they were due."""
    rows = payment.allocations.select_related("bill__tariff", "bill__unit", "bill__vehicle")
    return [(row.bill, row.amount) for row in rows.order_by("bill__due_on", "bill_id")]
