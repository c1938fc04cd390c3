"""A bill was wrong: what it should be less or more stands beside it, agreed to by a second person (R-FEE-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy as _

from fees.models import AccountEntry, Adjustment, Bill, Correction, Tariff
from fees.querysets import total
from fees.services.accounts import balance_of, lock_bills, lock_units, settle
from fees.services.deciding import decide, tell_deciders, tell_who_asked
from frontdesk.estate.services.writing import refusing_doubles
from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError, must_be_said
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import apply

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from frontdesk.staff.models import User


def request_correction(bill: Bill, *, amount: Decimal, reason: str, by: User) -> Correction:
    """Ask that a bill be more (above zero) or less (below zero) by an amount; a late fee is waived the same way.

    Raises:
        DeskError: without a reason, by nothing, or by more than the bill is.
        Conflict: a request about this bill waits for a decision.

    """
    require(by, "fees.request_correction", bill)
    reason = must_be_said(reason, _("Say what is wrong with the bill."), field="reason")
    if not amount:
        raise DeskError(_("Write down by how much the bill is to be more or less."), field="amount")
    with transaction.atomic():
        fresh = lock_bills(bill.office, [bill])[0]
        _refuse_below_zero(fresh, amount)
        request = Correction(bill=fresh, amount=amount, reason=reason, requested_by=by)
        with refusing_doubles(str(_("A request about this bill waits for a decision."))):
            request.save(force_insert=True)
        activity.record(request, "request_correction", by=by, after=activity.snapshot(request), note=reason)
        activity.record(fresh, "request_correction", by=by, after={"amount": str(amount)}, note=reason)
        text = _("{by} asks to correct {bill} by {amount} yuan: {reason}")
        tell_deciders(request, format_lazy(text, by=by, bill=fresh, amount=amount, reason=reason), by=by)
    return request


def approve_correction(request: Correction, *, by: User, note: str = "") -> Correction:
    """Agree: the line stands beside the bill at once; what was paid too much goes into the unit's advance.

    Raises:
        Conflict: it was decided meanwhile.
        DeskError: the bill has become less than the correction takes off.

    """
    with apply("approve_correction", request, by=by, note=note) as fresh:
        decide(fresh, by=by, note=note)
        adjust_bill(fresh.bill, amount=fresh.amount, reason=fresh.reason, by=by, correction=fresh)
    tell_who_asked(fresh, _("{by} approved: {request}. {note}"), by=by)
    return fresh


def refuse_correction(request: Correction, *, note: str, by: User) -> Correction:
    """Refuse it, with a reason.

    Raises:
        Conflict: it was decided or withdrawn meanwhile.
        DeskError: without a reason.

    """
    note = must_be_said(note, _("Say why not."), field="note")
    with apply("refuse_correction", request, by=by, note=note) as fresh:
        decide(fresh, by=by, note=note)
    tell_who_asked(fresh, _("{by} refused: {request}. {note}"), by=by)
    return fresh


def withdraw_correction(request: Correction, *, by: User, note: str = "") -> Correction:
    """Take the request back.

    Raises:
        Conflict: it was decided meanwhile.

    """
    with apply("withdraw_correction", request, by=by, note=note) as fresh:
        pass
    return fresh


def adjust_bill(
    bill: Bill, *, amount: Decimal, reason: str, by: User | None, correction: Correction | None = None
) -> Adjustment:
    """Enter a line beside a bill, inside the caller's transaction; of a paid bill the excess goes into the advance.

    Raises:
        DeskError: it would make the bill less than nothing; it is paid and belongs to no unit.

    """
    if bill.unit_id is not None:
        lock_units([bill.unit_id])  # before its bills, as everywhere: nobody waits for each other
    bill = lock_bills(bill.office, [bill])[0]
    _refuse_below_zero(bill, amount)
    line = Adjustment.objects.create(bill=bill, amount=amount, reason=reason, by=by, correction=correction)
    bill.outstanding += amount
    if bill.outstanding < 0:
        _keep_excess(bill, by=by, at=line.at)
    else:
        bill.save(update_fields=["outstanding"])
    activity.record(bill, "adjust_bill", by=by, after={"amount": str(amount)}, note=reason)
    return line


def _keep_excess(bill: Bill, *, by: User | None, at: dt.datetime) -> None:
    """Put what was paid too much into the advance of the bill's unit; of a prepayment it leaves that account."""
    excess, unit = -bill.outstanding, bill.unit
    if unit is None:
        raise DeskError(_("It is paid, and there is no unit to keep the money for: void its payment instead."))
    is_prepaid = bill.tariff.kind == Tariff.Kind.PREPAYMENT
    if is_prepaid and balance_of(unit, AccountEntry.Account.UTILITIES) < excess:
        raise DeskError(_("What %(unit)s paid in advance with it has been used for bills by now.") % {"unit": unit})
    note = (gettext("Paid too much: %(bill)s") % {"bill": bill})[:200]
    entry = AccountEntry.objects.create(unit=unit, amount=excess, by=by, at=at, note=note)
    settle([(bill, -excess)], source={"entry": entry}, by=by, at=at)


def dispute_bill(bill: Bill, *, reason: str, by: User) -> Bill:
    """Write down that a household contests a bill: it is not dunned until that is settled (R-FEE-10).

    Raises:
        Conflict: it is paid or disputed already.
        DeskError: without what they say.

    """
    require(by, "fees.chase_arrears", bill)
    reason = must_be_said(reason, _("Write down what they contest."), field="reason")
    with transaction.atomic():
        fresh = lock_bills(bill.office, [bill])[0]
        if not fresh.is_open or fresh.is_disputed:
            raise Conflict(_("It is paid, or disputed already."))
        fresh.disputed_at, fresh.disputed_by, fresh.dispute = now(), by, reason
        fresh.save(update_fields=["disputed_at", "disputed_by", "dispute"])
        activity.record(fresh, "dispute_bill", by=by, note=reason)
    return fresh


def settle_dispute(bill: Bill, *, note: str, by: User) -> Bill:
    """Write down how a dispute ended: from now on the bill is dunned like any other.

    Raises:
        Conflict: it is not disputed any more.
        DeskError: without how it ended.

    """
    require(by, "fees.chase_arrears", bill)
    note = must_be_said(note, _("Write down how it ended."), field="note")
    with transaction.atomic():
        fresh = lock_bills(bill.office, [bill])[0]
        if not fresh.is_disputed:
            raise Conflict(_("It is not disputed any more."))
        fresh.disputed_at, fresh.disputed_by, fresh.dispute = None, None, ""
        fresh.save(update_fields=["disputed_at", "disputed_by", "dispute"])
        activity.record(fresh, "settle_dispute", by=by, note=note)
    return fresh


def _refuse_below_zero(bill: Bill, amount: Decimal) -> None:
    whole = bill.amount + total(bill.adjustments.all())
    if whole + amount < 0:
        words = {"bill": bill, "amount": whole}
        raise DeskError(_("%(bill)s is %(amount)s yuan: it cannot become less than nothing.") % words, field="amount")
